"""Readiness: a picture of devices × values of the settings of SSL certificates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.report.figures import Cell, grid
from mcuaudit.report.html import Html
from mcuaudit.wording.numbers import plural

_COLOURS: Final = {
    Outcome.PASS.value: "accepted", Outcome.OPEN.value: "undetermined", Outcome.FAIL.value: "refused",
    Outcome.NOT_APPLICABLE.value: "",
}  # fmt: skip


def readiness_picture(frame: pd.DataFrame) -> Html:
    """The frame `readiness` at a glance: ready, breaks with their number, locked out, undetermined."""
    devices = list(dict.fromkeys(frame["device_id"].tolist()))
    values = list(dict.fromkeys(zip(frame["setting"].tolist(), frame["value"].tolist(), strict=True)))
    rows, columns = ({one: place for place, one in enumerate(found)} for found in (devices, values))
    cells = [
        Cell(rows[row["device_id"]], columns[row["setting"], row["value"]], colour, _text(row))
        for row in frame.to_dict("records")
        if (colour := _COLOURS[row["outcome"]])
    ]
    ready = int((frame["outcome"] == Outcome.PASS.value).sum())
    summary = (
        f"Whether every connection that works today would still work, {plural(len(devices), 'device')} and "
        f"{plural(len(values), 'value')} of their settings: {ready} of {plural(len(cells), 'pair')} are ready"
    )
    legend = "R: ready; a number: so many connections break; L: administrators are locked out; ?: undetermined"
    labels = [f"{SETTING_BY_KEY[setting].label}: {value}" for setting, value in values]
    return grid(devices, labels, cells, f"{summary}. {legend}. The table has the same content.")


def _text(row: Mapping[Any, Any]) -> str:
    if row["outcome"] == Outcome.FAIL.value:
        return str(row["breaks"]) if row["breaks"] else "L"
    return "R" if row["outcome"] == Outcome.PASS.value else "?"
