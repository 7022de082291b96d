"""What a device and a peer present, and the store by which each judges, or why that is not known."""

from __future__ import annotations

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presented import Presented, Store
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.slots import SLOT_FILES, SLOT_TITLES, Slot
from mcuaudit.domain.verdict import Verdict, missing


def local_certificate(device: Device) -> Presented | Verdict:
    """What the MCU presents, or why that is not known."""
    if device.local_certificate is None:
        return missing(SLOT_FILES[Slot.LOCAL_CERTIFICATE], "The local certificate is not in the export.")
    return Presented(device.local_certificate, device.local_chain, False, device.place)


def peer_certificate(peer: Peer) -> Presented | Verdict:
    """What the peer presents, or why that is not known."""
    if peer.certificate is None:
        return missing(_key_of(peer, "certificate"), f"The certificate of {peer.name} is not in the export.")
    return Presented(peer.certificate, peer.presented_chain, peer.chain_complete is Answer.YES, peer.place)


def mcu_store(device: Device, slot: Slot) -> Store | Verdict:
    """The trust store by which the MCU judges, or why it is not known."""
    store = device.trust_stores.get(slot)
    if store is None:
        return missing(SLOT_FILES[slot], f"The {SLOT_TITLES[slot]} of {device.device_id} is not in the export.")
    return store


def peer_store(peer: Peer) -> Store | Verdict:
    """The trust store by which the peer judges, or why it is not known."""
    if peer.trust_store is None:
        return missing(_key_of(peer, "trust_store"), f"The trust store of {peer.name} is not in the export.")
    return peer.trust_store


def may_present_nothing(caller: Device) -> bool:
    """Reading A20: with its tick box off, a device may present nothing on the connections that it opens."""
    return caller.is_on("sip.use_local_certificate_for_outgoing") is Answer.NO


def _key_of(peer: Peer, key: str) -> str:
    return f'peers.toml [[peer]] "{peer.name}" {key}'
