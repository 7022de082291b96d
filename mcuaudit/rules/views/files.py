"""The view of the files that an export should hold for each device, with what rests on them."""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np
import pandas as pd

from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.rules.views.base import Views, view, with_judged
from mcuaudit.rules.views.columns import JUDGED, integer, of_frame, text, yes_no
from mcuaudit.rules.views.joins import with_columns, yes_or_no

_FILES: Final = {
    Slot.SIP_TRUST_STORE.value: SLOT_FILES[Slot.SIP_TRUST_STORE],
    Slot.HTTPS_TRUST_STORE.value: SLOT_FILES[Slot.HTTPS_TRUST_STORE],
    "settings": "settings.toml",
    "peers": "peers.toml",
}


@view(
    "device × kind of file that its export should hold, the local certificate excepted",
    of_frame("evidence"),
    integer("resting", "Connections that are undetermined because the file is missing."),
    yes_no("absent", "The file is missing."),
    yes_no("wanted", "The file is there, or connections are undetermined because it is missing."),
    text("file_name", "Its name in the directory of the device."),
    text("what_rests", "The number of these connections, in words."),
    text("slot", "The slot that the file fills, if it is a trust store."),
    JUDGED,
)
def expected_files(views: Views) -> pd.DataFrame:
    """One row per device and kind of file that its export should hold, the local certificate apart.

    `resting` counts the connections that are undetermined because it is missing; `wanted` is no where it is missing and
    nothing rests on it.
    """
    evidence = views.fleet.evidence
    found = evidence[evidence["kind"].isin(list(_FILES))]
    counts = _resting(views)
    resting = [counts[key] for key in zip(found["device_id"], found["kind"], strict=True)]
    absent = found["state"].eq("missing")
    found = with_columns(
        found,
        resting=pd.array(resting, dtype="Int64"),
        absent=yes_or_no(absent),
        wanted=yes_or_no(~absent | np.array(resting, dtype=int).astype(bool)),
        file_name=found["kind"].map(_FILES),
        what_rests=["one connection" if number == 1 else f"{number} connections" for number in resting],
        slot=found["kind"].where(found["kind"].str.endswith("trust_store")),
    )
    return with_judged(found, ["device_id", "kind"])


def _resting(views: Views) -> Counter[tuple[str, str]]:
    """By device and kind: how many connections the missing file would settle, or settle in part."""
    connections = views.prediction.connections
    slots = {kind.value: facts.trust_store.value for kind, facts in CONNECTION_TABLE.items()}
    by_store = connections[connections["mcu_trust"].eq("open") & connections["trust_store"].isna()]
    counts = Counter(
        (device, slots[kind])
        for device, kind in zip(by_store["device_id"], by_store["connection_type"].astype("str"), strict=True)
    )
    for kind in ("settings", "peers"):
        rest = connections["missing_evidence"].str.startswith(_FILES[kind], na=False)
        counts.update((device, kind) for device in connections.loc[rest, "device_id"])
    return counts
