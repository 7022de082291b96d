"""The certificates that a device and a peer present, and their trust stores, or why these are not known."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mcuaudit.devices.damage import SOFTWARE_VERSION, lacking, peer_lacking
from mcuaudit.devices.device import Device
from mcuaudit.devices.file_remedy import file_remedy
from mcuaudit.devices.once import once
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presented import Presented, Store
from mcuaudit.devices.versions import can_verify, version_decides, version_lacking
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import SLOT_FILES, SLOT_TITLES, Place, Slot
from mcuaudit.domain.verdict import Verdict, damaged, missing
from mcuaudit.domain.versions import FIRST_VERSION_WITH_VERIFICATION


@once
def local_certificate(device: Device) -> Presented | Verdict:
    """The certificate that the MCU presents, or why it is not known."""
    if device.local_certificate is None:
        return _slot_damage(device, Slot.LOCAL_CERTIFICATE) or missing(
            SLOT_FILES[Slot.LOCAL_CERTIFICATE], "The local certificate is not in the export."
        )
    return Presented(
        device.local_certificate, device.local_chain, False, device.place,
        chain_damaged=device.local_chain_damaged, file=device.local_file,
    )  # fmt: skip


def peer_certificate(peer: Peer) -> Presented | Verdict:
    """The certificate that the peer presents, or why it is not known."""
    if peer.certificate is None:
        return peer_lacking(peer, "certificate", f"The certificate of {peer.title} is not in the export.")
    complete = peer.chain_complete is Answer.YES and not peer.presented_chain_damaged
    return Presented(
        peer.certificate, peer.presented_chain, complete, peer.place,
        chain_damaged=peer.presented_chain_damaged, file=peer.certificate_file,
    )  # fmt: skip


@once
def mcu_store(device: Device, slot: Slot) -> Store | Verdict:
    """The trust store with which the MCU verifies, or why it is not known."""
    store = device.trust_stores.get(slot)
    if store is None:
        found = _slot_damage(device, slot)
        return found or missing(
            SLOT_FILES[slot], f"The {SLOT_TITLES[slot]} of {device.device_id} is not in the export."
        )
    return store


def peer_store(peer: Peer) -> Store | Verdict:
    """The trust store with which the peer verifies, or why it is not known."""
    if peer.trust_store is None:
        return peer_lacking(peer, "trust_store", f"The trust store of {peer.title} is not in the export.")
    return peer.trust_store


_TICK_BOX: Final = "sip.use_local_certificate_for_outgoing"
_MAY_PRESENT_NOTHING: Final = "may_present_nothing"


def presents_perhaps_nothing(caller: Device) -> Verdict | None:
    """The open verdict of a device that may present no certificate as a TLS client; None if it presents one.

    With its tick box off (reading A20), or with software before 4.4 (reading A26). Without the setting or the version
    it may be one of these; where both are known, the setting is named.
    """
    old = _of_old_software(caller) if can_verify(caller) is not Answer.YES else None
    box = None if caller.is_on(_TICK_BOX) is Answer.YES else _unticked(caller)
    if box is None or old is None:
        return box or old
    decided = [one for one in (box, old) if one.reason_code == _MAY_PRESENT_NOTHING]
    return replace((decided or [box])[0], readings=(*box.readings, *old.readings))


def _unticked(caller: Device) -> Verdict:
    if caller.is_on(_TICK_BOX) is Answer.OPEN:
        reason = f"The export does not say whether {caller.device_id} presents its certificate on outgoing connections."
        return replace(lacking(caller, _TICK_BOX, reason), readings=("A20",))
    return Verdict(
        Outcome.OPEN, _MAY_PRESENT_NOTHING,
        "The MCU might not present a certificate on outgoing connections.", ("A20",),
        cause=Cause(CauseKind.SETTING, (caller.device_id, _TICK_BOX)),
        remedy=Remedy(RemedyKind.TICK_LOCAL_CERTIFICATE, target=Place(None, caller.device_id)),
    )  # fmt: skip


def _of_old_software(caller: Device) -> Verdict | None:
    if can_verify(caller) is Answer.OPEN:
        return replace(version_lacking(caller), readings=("A26",)) if version_decides(caller) else None
    first = ".".join(map(str, FIRST_VERSION_WITH_VERIFICATION))
    version = caller.value(SOFTWARE_VERSION)
    return Verdict(
        Outcome.OPEN, _MAY_PRESENT_NOTHING,
        f"The software {version} of {caller.device_id} might not present a certificate on outgoing connections.",
        ("A26",), cause=Cause(CauseKind.SOFTWARE_VERSION, (caller.device_id,)),
        remedy=Remedy(RemedyKind.UPGRADE_SOFTWARE, (first,), Place(None, caller.device_id)),
    )  # fmt: skip


def _slot_damage(device: Device, slot: Slot) -> Verdict | None:
    file = device.damage.get(slot)
    title = SLOT_TITLES[slot]
    if not file:
        return None
    remedy = file_remedy(file)
    misnamed = remedy.kind is RemedyKind.RENAME_EVIDENCE
    why = "is not read under this name" if misnamed else "cannot be used"
    found = damaged(file, f"The {title} of {device.device_id} is not known: {file} {why}.", remedy)
    return found if slot is Slot.LOCAL_CERTIFICATE else replace(found, reason_code="store_damaged")
