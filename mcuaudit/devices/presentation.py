"""The certificates that a device and a peer present, and their trust stores, or why these are not known."""

from __future__ import annotations

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presented import Presented, Store
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.slots import SLOT_FILES, SLOT_TITLES, Place, Slot
from mcuaudit.domain.verdict import Verdict, missing, unreadable


def local_certificate(device: Device) -> Presented | Verdict:
    """The certificate that the MCU presents, or why it is not known."""
    if device.local_certificate is None:
        file = SLOT_FILES[Slot.LOCAL_CERTIFICATE]
        if device.local_certificate_damaged:
            return unreadable(file, f"The local certificate of {device.device_id} is in the export, but unreadable.")
        return missing(file, "The local certificate is not in the export.")
    return Presented(
        device.local_certificate, device.local_chain, False, device.place, chain_damaged=device.local_chain_damaged
    )


def peer_certificate(peer: Peer) -> Presented | Verdict:
    """The certificate that the peer presents, or why it is not known."""
    if peer.certificate is None:
        return peer_certificate_absent(peer)
    complete = peer.chain_complete is Answer.YES and not peer.presented_chain_damaged
    return Presented(
        peer.certificate, peer.presented_chain, complete, peer.place, chain_damaged=peer.presented_chain_damaged
    )


def peer_certificate_absent(peer: Peer) -> Verdict:
    """The verdict if the certificate of the peer is not in the export, or unreadable."""
    if peer.certificate_damaged:
        reason = f"The certificate of {peer.name} is in the export, but unreadable."
        return unreadable(_key_of(peer, "certificate"), reason)
    return missing(_key_of(peer, "certificate"), f"The certificate of {peer.name} is not in the export.")


def mcu_store(device: Device, slot: Slot) -> Store | Verdict:
    """The trust store with which the MCU verifies, or why it is not known."""
    store = device.trust_stores.get(slot)
    if store is None:
        return missing(SLOT_FILES[slot], f"The {SLOT_TITLES[slot]} of {device.device_id} is not in the export.")
    return store


def peer_store(peer: Peer) -> Store | Verdict:
    """The trust store with which the peer verifies, or why it is not known."""
    if peer.trust_store is None:
        return missing(_key_of(peer, "trust_store"), f"The trust store of {peer.name} is not in the export.")
    return peer.trust_store


def may_present_nothing(caller: Device) -> bool:
    """Reading A20: with its tick box off, a device may present no certificate on the connections that it opens."""
    return caller.is_on("sip.use_local_certificate_for_outgoing") is Answer.NO


def evidence_of(place: Place) -> str:
    """The file of a certificate, or the key that names it."""
    if place.slot is Slot.PEER_CERTIFICATE:
        return place.file or _key(place.owner, "certificate")
    return place.file or (SLOT_FILES.get(place.slot, "") if place.slot else "")


def _key_of(peer: Peer, key: str) -> str:
    return _key(peer.name, key)


def _key(peer: str, key: str) -> str:
    return f'peers.toml [[peer]] "{peer}" {key}'
