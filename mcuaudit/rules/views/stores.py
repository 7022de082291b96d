"""Views of trust stores: which of them decide about peers, and the certificates in them."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.cause import Cause, CauseKind, cause_at
from mcuaudit.domain.settings import NO_VERIFICATION, NOT_REQUIRED
from mcuaudit.domain.slots import SLOT_FILES, SLOT_TITLES, TRUST_STORE_SLOTS, Place, Slot
from mcuaudit.rules.views.base import Views, view, with_judged
from mcuaudit.rules.views.evidence import CERTIFICATE_COLUMNS
from mcuaudit.rules.views.words import certificates_in_words

_DECIDING: Final = {
    Slot.SIP_TRUST_STORE: {"verification_settings": NO_VERIFICATION},
    Slot.HTTPS_TRUST_STORE: {
        "client_certificate_security": NOT_REQUIRED,
        "server_certificate_security": NO_VERIFICATION,
    },
}
"""Store → the settings that make it decide, with the value of each that does not."""


@view
def used_stores(views: Views) -> pd.DataFrame:
    """One row per device and store that decides about its peers, with whether any setting makes it do so."""
    devices = views["devices"]
    parts = []
    for slot, settings in _DECIDING.items():
        words = [devices[column].map(lambda value, off=off: "no" if value == off else "yes", na_action="ignore")
                 for column, off in settings.items()]  # fmt: skip
        verifying = pd.concat(words, axis=1)
        yes, unknown = (verifying == "yes").any(axis=1), verifying.isna().any(axis=1)
        word = pd.Series("no", index=devices.index, dtype="str").mask(unknown, None).mask(yes, "yes")
        parts.append(
            devices.assign(
                slot=slot.value,
                store_title=SLOT_TITLES[slot],
                missing_evidence=SLOT_FILES[slot],
                verifying=word,
                store_state=devices[f"{slot.value}_state"],
            )
        )
    return with_judged(pd.concat(parts, ignore_index=True), ["device_id", "slot"])


@view
def store_uses(views: Views) -> pd.DataFrame:
    """One row per device and trust store of its own, or of its site or fleet, with the file that holds it."""
    devices, evidence = views.fleet.devices, views.fleet.evidence
    files = evidence.loc[evidence["file"].notna(), ["device_id", "kind", "file"]].rename(columns={"kind": "slot"})
    parts = [
        devices[["device_id", "site", "device"]].assign(
            slot=slot.value,
            store_title=SLOT_TITLES[slot],
            trust_store=devices[slot.value],
            store_state=devices[f"{slot.value}_state"].astype("str"),
        )
        for slot in TRUST_STORE_SLOTS
    ]
    found = pd.concat(parts, ignore_index=True).merge(files, on=["device_id", "slot"])
    return with_judged(found, ["device_id", "slot"])


@view
def store_members(views: Views) -> pd.DataFrame:
    """One row per certificate in a trust store file; a file that several devices inherit counts once."""
    slots = [slot.value for slot in TRUST_STORE_SLOTS]
    placements = views.fleet.placements
    found = placements[placements["slot"].isin(slots)].drop_duplicates(["file", "certificate"])
    found = found.merge(views.fleet.certificates[["certificate", *CERTIFICATE_COLUMNS]], on="certificate", how="left")
    titles = {slot.value: SLOT_TITLES[slot] for slot in TRUST_STORE_SLOTS}
    found["store_title"] = found["slot"].astype("str").map(titles)
    uses = views["store_uses"].drop_duplicates("file")
    found = found.merge(uses[["file", "trust_store", "store_state"]], on="file", how="left")
    found["named"] = certificates_in_words(found)
    found["store_holder"] = found["store_title"] + " file " + found["file"]
    own = found["device_id"].notna()
    found.loc[own, "store_holder"] = found["store_title"] + " of " + found["device_id"]
    found["store_cause_id"] = [
        _store_cause(Slot(slot), device, file)
        for slot, device, file in zip(found["slot"], found["device_id"], found["file"], strict=True)
    ]
    return with_judged(found, ["file", "certificate"])


def _store_cause(slot: Slot, device: object, file: str) -> str:
    """The id of the cause: the store of a device, or the file that several devices share."""
    if isinstance(device, str):
        return cause_at(CauseKind.TRUST_STORE, Place(slot, device)).cause_id
    return Cause(CauseKind.TRUST_STORE_FILE, (slot, file)).cause_id
