"""Who presents what, and who judges by which store: certificates and stores of a device and of its peers, in words."""

from __future__ import annotations

from collections.abc import Mapping

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presented import Presented, Store
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.slots import SLOT_FILES, SLOT_TITLES, Slot
from mcuaudit.domain.verdict import Verdict, missing


def local_certificate(device: Device, certificates: Mapping[str, Certificate]) -> Presented | Verdict:
    """What the MCU presents, or why that is not known."""
    sha256 = device.text("local_certificate")
    if sha256 is None:
        return missing(SLOT_FILES[Slot.LOCAL_CERTIFICATE], "The local certificate is not in the export.")
    chain = tuple(certificates[item] for item in (device.text("local_chain") or "").split())
    return Presented(certificates[sha256], chain, False, f"local certificate of {device.device_id}")


def peer_certificate(peer: Peer, certificates: Mapping[str, Certificate]) -> Presented | Verdict:
    """What the peer presents, or why that is not known."""
    if peer.certificate is None:
        return missing(_key_of(peer, "certificate"), f"The certificate of {peer.name} is not in the export.")
    chain = tuple(certificates[item] for item in peer.presented_chain)
    holder = f"local certificate of {peer.peer_device}" if peer.peer_device else f"certificate of {peer.name}"
    return Presented(certificates[peer.certificate], chain, peer.chain_complete == "yes", holder)


def mcu_store(device: Device, slot: Slot, files: Mapping[tuple[str, str], str]) -> Store | Verdict:
    """The trust store by which the MCU judges, or why it is not known."""
    key, state = device.store(slot)
    title = f"{SLOT_TITLES[slot]} of {device.device_id}"
    if key is None:
        return missing(SLOT_FILES[slot], f"The {title} is not in the export.")
    return Store(
        key, state != "damaged", state == "empty", title, files.get((device.device_id, slot.value), SLOT_FILES[slot])
    )


def peer_store(peer: Peer) -> Store | Verdict:
    """The trust store by which the peer judges, or why it is not known."""
    if peer.trust_store is None:
        return missing(_key_of(peer, "trust_store"), f"The trust store of {peer.name} is not in the export.")
    title = f"SIP trust store of {peer.peer_device}" if peer.peer_device else f"trust store of {peer.name}"
    state = peer.trust_store_state
    return Store(peer.trust_store, state != "damaged", state == "empty", title, _key_of(peer, "trust_store"))


def _key_of(peer: Peer, key: str) -> str:
    return f'peers.toml [[peer]] "{peer.name}" {key}'
