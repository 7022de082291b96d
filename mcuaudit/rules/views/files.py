"""The view of the files that an export should hold for each device, with what rests on them."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.rules.views.base import Views, view, with_judged

_FILES: Final = {
    Slot.SIP_TRUST_STORE.value: SLOT_FILES[Slot.SIP_TRUST_STORE],
    Slot.HTTPS_TRUST_STORE.value: SLOT_FILES[Slot.HTTPS_TRUST_STORE],
    "settings": "settings.toml",
    "peers": "peers.toml",
}


@view
def expected_files(views: Views) -> pd.DataFrame:
    """One row per device and kind of file that its export should hold, the local certificate apart.

    `resting` counts the connections that are undetermined for want of it; `wanted` is no where it is missing and
    nothing rests on it.
    """
    evidence = views.fleet.evidence
    found = evidence.loc[evidence["kind"].isin(list(_FILES)), ["device_id", "site", "device", "kind", "state", "file"]]
    found = found.merge(_resting(views), on=["device_id", "kind"], how="left")
    found["resting"] = found["resting"].fillna(0).astype("int64")
    found["absent"] = found["state"].astype("str").eq("missing").map({True: "yes", False: "no"})
    found["wanted"] = (found["absent"].eq("no") | found["resting"].gt(0)).map({True: "yes", False: "no"})
    found["file_name"] = found["kind"].map(_FILES)
    found["what_rests"] = found["resting"].map(
        lambda number: "one connection" if number == 1 else f"{number} connections"
    )
    found["slot"] = found["kind"].where(found["kind"].str.endswith("trust_store"))
    return with_judged(found, ["device_id", "kind"])


def _resting(views: Views) -> pd.DataFrame:
    """One row per device and kind: the connections that the missing file would settle, or settle in part."""
    connections = views.prediction.connections
    slots = {kind.value: facts.trust_store.value for kind, facts in CONNECTION_TABLE.items()}
    by_store = connections[connections["mcu_trust"].eq("open") & connections["trust_store"].isna()]
    by_store = by_store.assign(kind=by_store["connection_type"].astype("str").map(slots))
    parts = [by_store[["device_id", "kind"]]]
    for kind in ("settings", "peers"):
        rest = connections["missing_evidence"].str.startswith(_FILES[kind], na=False)
        parts.append(connections.loc[rest, ["device_id"]].assign(kind=kind))
    return pd.concat(parts).groupby(["device_id", "kind"]).size().rename("resting").reset_index()
