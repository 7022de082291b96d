"""The view of the files that an export should hold for each device, with what depends on them."""

from __future__ import annotations

from collections import Counter
from typing import Final

from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.rules.views.base import Views, judged, view
from mcuaudit.rules.views.columns import JUDGED, integer, of_frame, text, yes_no
from mcuaudit.rules.views.table import Table, yes_no_of
from mcuaudit.wording.numbers import plural

_FILES: Final = {
    Slot.SIP_TRUST_STORE.value: SLOT_FILES[Slot.SIP_TRUST_STORE],
    Slot.HTTPS_TRUST_STORE.value: SLOT_FILES[Slot.HTTPS_TRUST_STORE],
    "settings": "settings.toml",
    "peers": "peers.toml",
}

_NOTHING_YET: Final = "holds no setting yet"

_STORES: Final = {kind.value: definition.trust_store.value for kind, definition in CONNECTION_TABLE.items()}


@view(
    "device × kind of file that its export should hold, the local certificate excepted",
    of_frame("evidence"),
    integer("blocked", "Connections that are undetermined because the file is missing."),
    yes_no("absent", "The file is missing."),
    yes_no("wanted", "The file is there, or connections are undetermined because it is missing."),
    text("absence_words", "That the file is not in the export, or that it has comments alone."),
    text("advice", "What to do about it."),
    text("file_name", "Its name in the directory of the device."),
    text("undetermined_words", "What the missing file leaves undetermined, in words."),
    text("slot", "The slot that the file fills, if it is a trust store."),
    JUDGED,
)
def expected_files(views: Views) -> Table:
    """One row per device and kind of file that its export should hold, the local certificate apart.

    `blocked` counts the connections that are undetermined because it is missing; `wanted` is no where it is missing and
    nothing depends on it.
    """
    found = views.source("evidence")
    found = found.where(kind in _FILES for kind in found["kind"])
    counts = _blocked(views)
    blocked = [counts[key] for key in found.each("device_id", "kind")]
    absent = [state == "missing" for state in found["state"]]
    found = found.adding(
        blocked=blocked,
        absent=yes_no_of(absent),
        wanted=yes_no_of(not gone or number > 0 for gone, number in zip(absent, blocked, strict=True)),
        absence_words=[_NOTHING_YET if file else "is not in the export" for file in found["file"]],
        advice=[_fix(_FILES[kind], file) for kind, file in found.each("kind", "file")],
        file_name=[_FILES[kind] for kind in found["kind"]],
        undetermined_words=[f"{plural(number, 'connection is', 'connections are')} undetermined" for number in blocked],
        slot=[kind if kind.endswith("trust_store") else None for kind in found["kind"]],
    )
    return judged(found, "device_id", "kind")


def _fix(name: str, file: str | None) -> str:
    if file:
        return f"In {file}, remove the # before the lines that you know."
    return f"Add {name} to the export, for the device, its site or the fleet."


def _blocked(views: Views) -> Counter[tuple[str, str]]:
    """By device and kind: how many connections the missing file would settle, or settle in part."""
    counts: Counter[tuple[str, str]] = Counter()
    connections = views.source("connections")
    columns = ("device_id", "connection_type", "mcu_trust", "trust_store", "missing_evidence")
    for device_id, kind, trust, store, missing in connections.each(*columns):
        if trust == Outcome.OPEN and store is None:
            counts[device_id, _STORES[kind]] += 1
        for file in ("settings", "peers"):
            if (missing or "").startswith(_FILES[file]):
                counts[device_id, file] += 1
    return counts
