"""Views of trust stores: which of them decide about peers, and the certificates in them."""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.verification import store_decides, undecided_setting
from mcuaudit.domain.cause import Cause, CauseKind, cause_at
from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.domain.settings import setting_evidence
from mcuaudit.domain.slots import SLOT_FILES, SLOT_TITLES, TRUST_STORE_SLOTS, Place, Slot
from mcuaudit.frames.schema import SLOT_STATES
from mcuaudit.rules.views.base import Views, judged, of_view, view
from mcuaudit.rules.views.columns import JUDGED, of_frame, text, yes_no_open
from mcuaudit.rules.views.damage import damage_of
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.scope import Scope
from mcuaudit.rules.views.table import Table, known_of
from mcuaudit.rules.views.words import certificate_in_words

_DECIDING: Final = tuple(dict.fromkeys(definition.trust_store for definition in CONNECTION_TABLE.values()))
"""The stores that may decide about peers."""


_STORE_TITLE: Final = text("store_title", "What Cisco's pages call the store.")
_STORE_STATE: Final = text("store_state", "Whether the file of the store is there and can be read.", SLOT_STATES)


@view(
    "device × trust store that may decide about peers (SIP, HTTPS)",
    of_view(devices),
    text("slot", "The slot of the store.", [slot.value for slot in _DECIDING]),
    _STORE_TITLE,
    _STORE_STATE,
    yes_no_open("verifying", "A setting makes the store decide; open if the settings are not recorded."),
    text("verifying_known", "yes; missing if `verifying` is open.", ("yes",)),
    text("verifying_known_evidence", "The setting that would say so."),
    text("verifying_known_damage", "The place of that setting, if it is there and cannot be read."),
    text("missing_evidence", "File of the store."),
)
def used_stores(views: Views) -> Table:
    """One row per device and store that decides about its peers, with whether any setting makes it do so."""
    found = views.table("devices")
    slots = [slot for slot in _DECIDING for _ in range(found.rows)]
    found = found.at([*range(found.rows)] * len(_DECIDING))
    records = views.devices_of(found)
    states = {slot: found[f"{slot.value}_state"] for slot in _DECIDING}
    verifying = [store_decides(device, slot) for device, slot in zip(records, slots, strict=True)]
    undecided = [undecided_setting(device, slot) for device, slot in zip(records, slots, strict=True)]
    return judged(
        found.adding(
            slot=[slot.value for slot in slots],
            store_title=[SLOT_TITLES[slot] for slot in slots],
            missing_evidence=[SLOT_FILES[slot] for slot in slots],
            verifying=[one.value for one in verifying],
            verifying_known=known_of(verifying),
            verifying_known_evidence=[setting_evidence(key) for key in undecided],
            verifying_known_damage=damage_of(records, undecided),
            store_state=[states[slot][place] for place, slot in enumerate(slots)],
        ),
        "device_id",
        "slot",
    )


@view(
    "device × trust store of its own, or of its site or fleet, that a file holds",
    of_frame("devices", "device_id", "site", "device"),
    of_frame("evidence", "file", "state", "sha256", "size", "modified"),
    text("slot", "The slot of the store.", [slot.value for slot in TRUST_STORE_SLOTS]),
    _STORE_TITLE,
    _STORE_STATE,
    text("trust_store", "Join key of the store; missing if it could not be read."),
    JUDGED,
)
def store_uses(views: Views) -> Table:
    """One row per device and trust store of its own, or of its site or fleet, with the file that holds it."""
    own, evidence = views.source("devices"), views.source("evidence")
    files = evidence.where(file is not None for file in evidence["file"])
    files = files.only("device_id", "kind", "file", "state", "sha256", "size", "modified").renamed(slot="kind")
    slots = [slot for slot in TRUST_STORE_SLOTS for _ in range(own.rows)]
    found = own.only("device_id", "site", "device").at([*range(own.rows)] * len(TRUST_STORE_SLOTS))
    found = found.adding(
        slot=[slot.value for slot in slots],
        store_title=[SLOT_TITLES[slot] for slot in slots],
        trust_store=[key for slot in TRUST_STORE_SLOTS for key in own[slot.value]],
        store_state=[state for slot in TRUST_STORE_SLOTS for state in own[f"{slot.value}_state"]],
    )
    return judged(found.looked_up(files, ["device_id", "slot"], inner=True), "device_id", "slot")


@view(
    "certificate in a trust store file that a device uses; a file that several devices inherit counts once",
    of_frame("placements"),
    of_frame("certificates", without=("certificate",)),
    _STORE_TITLE,
    _STORE_STATE,
    text("trust_store", "Join key of the store; missing if it could not be read."),
    text("named", "The certificate as sentences name it."),
    text("store_cause_id", "Id of the cause: the store of the device, or the file that devices share."),
    text("store_holder", "The store as sentences name it: with its device, or with its file if devices share it."),
    JUDGED,
    scope=Scope.STORE_FILE,
)
def store_members(views: Views) -> Table:
    """One row per certificate in a trust store file in use; a file that several devices inherit counts once."""
    placements = views.source("placements")
    uses: dict[str, tuple[str | None, str]] = {}
    for file, store, state in views.table("store_uses").each("file", "trust_store", "store_state"):
        uses.setdefault(file, (store, state))
    first: dict[tuple[str, str], int] = {}
    for place, (slot, file, certificate) in enumerate(placements.each("slot", "file", "certificate")):
        if slot in TRUST_STORE_SLOTS and file in uses:
            first.setdefault((file, certificate), place)
    found = placements.at([*first.values()]).looked_up(views.source("certificates"), ["certificate"])
    titles = [SLOT_TITLES[Slot(slot)] for slot in found["slot"]]
    found = found.adding(
        trust_store=[uses[file][0] for file in found["file"]],
        store_state=[uses[file][1] for file in found["file"]],
        store_title=titles,
        named=[certificate_in_words(*words) for words in found.each("subject", "certificate")],
        store_holder=[
            f"{title} of {device_id}" if device_id is not None else f"{title} file {file}"
            for title, (device_id, file) in zip(titles, found.each("device_id", "file"), strict=True)
        ],
        store_cause_id=[
            _store_cause(Slot(slot), device_id, file)
            for slot, device_id, file in found.each("slot", "device_id", "file")
        ],
    )
    return judged(found, "file", "certificate")


def _store_cause(slot: Slot, device: str | None, file: str) -> str:
    """The id of the cause: the store of a device, or the file that several devices share."""
    if device is not None:
        return cause_at(CauseKind.TRUST_STORE, Place(slot, device)).cause_id
    return Cause(CauseKind.TRUST_STORE_FILE, (slot, file)).cause_id
