"""Views of trust stores: which of them decide about peers, and the certificates in them."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.cause import Cause, CauseKind, cause_at
from mcuaudit.domain.settings import NO_VERIFICATION, NOT_REQUIRED
from mcuaudit.domain.slots import SLOT_FILES, SLOT_TITLES, TRUST_STORE_SLOTS, Place, Slot
from mcuaudit.frames.schema import SLOT_STATES
from mcuaudit.rules.views.base import Views, of_view, view, with_judged
from mcuaudit.rules.views.columns import JUDGED, of_frame, text, yes_no
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.joins import looked_up, rows, with_columns, yes_or_no
from mcuaudit.rules.views.words import certificates_in_words

_DECIDING: Final = {
    Slot.SIP_TRUST_STORE: {"verification_settings": NO_VERIFICATION},
    Slot.HTTPS_TRUST_STORE: {
        "client_certificate_security": NOT_REQUIRED,
        "server_certificate_security": NO_VERIFICATION,
    },
}
"""Store → the settings that make it decide, with the value of each that does not."""


_STORE_TITLE: Final = text("store_title", "What Cisco's pages call the store.")
_STORE_STATE: Final = text("store_state", "Whether the file of the store is there and can be read.", SLOT_STATES)


@view(
    "device × trust store that may decide about peers (SIP, HTTPS)",
    of_view(devices),
    text("slot", "The slot of the store.", [slot.value for slot in _DECIDING]),
    _STORE_TITLE,
    _STORE_STATE,
    yes_no("verifying", "A setting makes the store decide; missing if the settings are not recorded."),
    text("missing_evidence", "File of the store."),
)
def used_stores(views: Views) -> pd.DataFrame:
    """One row per device and store that decides about its peers, with whether any setting makes it do so."""
    found = views["devices"]
    parts = []
    for slot, settings in _DECIDING.items():
        yes = unknown = pd.Series(False, index=found.index)
        for column, off in settings.items():
            unknown = unknown | found[column].isna()
            yes = yes | (found[column].notna() & found[column].ne(off))
        parts.append(
            with_columns(
                found,
                slot=slot.value,
                store_title=SLOT_TITLES[slot],
                missing_evidence=SLOT_FILES[slot],
                verifying=yes_or_no(yes).mask(unknown & ~yes, None),
                store_state=found[f"{slot.value}_state"].astype("str"),
            )
        )
    return with_judged(pd.concat(parts, ignore_index=True), ["device_id", "slot"])


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
def store_uses(views: Views) -> pd.DataFrame:
    """One row per device and trust store of its own, or of its site or fleet, with the file that holds it."""
    own, evidence = views.fleet.devices, views.fleet.evidence
    files = evidence[evidence["file"].notna()].drop(columns=["site", "device"]).rename(columns={"kind": "slot"})
    parts = [
        own[["device_id", "site", "device"]].assign(
            slot=slot.value,
            store_title=SLOT_TITLES[slot],
            trust_store=own[slot.value],
            store_state=own[f"{slot.value}_state"].astype("str"),
        )
        for slot in TRUST_STORE_SLOTS
    ]
    found = looked_up(pd.concat(parts, ignore_index=True), files, ["device_id", "slot"], how="inner")
    return with_judged(found, ["device_id", "slot"])


@view(
    "certificate in a trust store file; a file that several devices inherit counts once",
    of_frame("placements"),
    of_frame("certificates", without=("certificate",)),
    _STORE_TITLE,
    _STORE_STATE,
    text("trust_store", "Join key of the store; missing if no device uses it."),
    text("named", "The certificate as sentences name it."),
    text("store_cause_id", "Id of the cause: the store of the device, or the file that devices share."),
    text("store_holder", "The store as sentences name it: with its device, or with its file if devices share it."),
    JUDGED,
)
def store_members(views: Views) -> pd.DataFrame:
    """One row per certificate in a trust store file; a file that several devices inherit counts once."""
    slots = [slot.value for slot in TRUST_STORE_SLOTS]
    placements = views.fleet.placements
    found = rows(placements, placements["slot"].isin(slots)).drop_duplicates(["file", "certificate"], ignore_index=True)
    found = looked_up(found, views.fleet.certificates, ["certificate"])
    uses = views["store_uses"].drop_duplicates("file")
    found = looked_up(found, uses[["file", "trust_store", "store_state"]], ["file"])
    titles = found["slot"].astype("str").map({slot.value: SLOT_TITLES[slot] for slot in TRUST_STORE_SLOTS})
    shared = titles + " file " + found["file"]
    found = with_columns(
        found,
        store_title=titles,
        named=certificates_in_words(found),
        store_holder=shared.mask(found["device_id"].notna(), titles + " of " + found["device_id"]),
        store_cause_id=[
            _store_cause(Slot(slot), device, file)
            for slot, device, file in zip(found["slot"], found["device_id"], found["file"], strict=True)
        ],
    )
    return with_judged(found, ["file", "certificate"])


def _store_cause(slot: Slot, device: object, file: str) -> str:
    """The id of the cause: the store of a device, or the file that several devices share."""
    if isinstance(device, str):
        return cause_at(CauseKind.TRUST_STORE, Place(slot, device)).cause_id
    return Cause(CauseKind.TRUST_STORE_FILE, (slot, file)).cause_id
