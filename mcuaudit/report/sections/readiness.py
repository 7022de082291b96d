"""Readiness: devices × values of the settings of SSL certificates as a picture, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.report.figure import wide_figure
from mcuaudit.report.figures import Cell, ColumnGroup, grid
from mcuaudit.report.html import Html, element, folded, join, paragraph, small
from mcuaudit.report.table import ROWS_SHOWN, Row, csv_link, shown_of, table
from mcuaudit.summary.readiness import affected, blockers, in_few_words, ready_counts
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed, said

DEVICES: Final = 60
"""Devices of the picture; of more, only those that are not ready for some value."""
_LETTERED: Final = 20
"""Devices up to which a cell that is ready has a letter: each takes room in the page."""
_IDS: Final = ["cause_ids", "remedy_ids"]
"""Columns that the file of the page does not have; their words are there."""
_OPEN: Final = 12
"""So many rows of the table are shown without being asked for."""
_COLOURS: Final = {
    Outcome.PASS.value: "accepted", Outcome.OPEN.value: "undetermined", Outcome.FAIL.value: "refused",
    Outcome.NOT_APPLICABLE.value: "",
}  # fmt: skip
_NOT_READY: Final = (Outcome.FAIL.value, Outcome.OPEN.value)


def readiness_section(frame: pd.DataFrame | str, name: str, *, with_site: bool) -> Html:
    """The picture, and a row for each device and value that is not ready.

    Args:
        frame: the frame `readiness`, or why there is none.
        name: the beginning of the names of files.
        with_site: devices are named with their site.
    """
    if isinstance(frame, str):
        return paragraph(frame, class_="soft")
    if frame.empty:
        return paragraph("No device is known.")
    column = "device_id" if with_site else "device"
    return join(
        (
            _counts(frame),
            readiness_picture(frame, column),
            _table(frame, column, name),
            _without_settings(frame, column),
        )
    )


def _counts(frame: pd.DataFrame) -> Html:
    counts = ready_counts(frame)
    if not counts:
        return paragraph("No device could have another value of these settings.")
    lines = (element("div", element("dt", label), element("dd", words)) for label, words in counts.items())
    return join(
        (
            paragraph("Devices that are ready for a value that they do not have today:"),
            element("dl", *lines, class_="facts ready"),
        )
    )


def readiness_picture(frame: pd.DataFrame, column: str = "device_id") -> Html:
    """The frame `readiness` at a glance: ready, breaks with their number, locked out, undetermined."""
    every = list(dict.fromkeys(frame["device_id"].tolist()))
    unready = _least_ready(frame)
    if not unready and len(every) > _LETTERED:
        return paragraph(f"All {len(every):,} devices are ready for every value, so there is no picture.")
    devices = every if len(every) <= DEVICES else unready[:DEVICES]
    shown = frame[frame["device_id"].isin(devices)]
    values = list(dict.fromkeys(zip(frame["setting"].tolist(), frame["value"].tolist(), strict=True)))
    rows, columns = ({one: place for place, one in enumerate(found)} for found in (devices, values))
    letter = "R" if len(devices) <= _LETTERED else ""
    cells = [
        Cell(
            rows[row["device_id"]], columns[row["setting"], row["value"]], colour, _text(row, letter),
            bool(row["is_today"]),
        )
        for row in shown.to_dict("records")
        if (colour := _COLOURS[row["outcome"]])
    ]  # fmt: skip
    ready = int((shown["outcome"] == Outcome.PASS.value).sum())
    summary = (
        f"Whether every connection that works today would still work, {plural(len(devices), 'device')} and "
        f"{plural(len(values), 'value')} of their settings: {ready} of {plural(len(cells), 'pair')} are ready"
    )
    settings = [setting for setting, _ in values]
    groups = [
        ColumnGroup(_in_two_lines(SETTING_BY_KEY[one].label), settings.count(one)) for one in dict.fromkeys(settings)
    ]
    names = dict(zip(frame["device_id"], frame[column], strict=True))
    drawn = grid(
        [str(names[one]) for one in devices], [value for _, value in values], cells,
        f"{summary}. The table below names what stands in the way.", groups=groups,
    )  # fmt: skip
    return wide_figure(drawn, _caption(len(devices), len(every), frame), label="Readiness at a glance", repeats=True)


def _least_ready(frame: pd.DataFrame) -> list[str]:
    """The devices that are not ready for some value: those first that the most values break."""
    fails, opens = frame["outcome"].eq(Outcome.FAIL.value), frame["outcome"].eq(Outcome.OPEN.value)
    counted = frame.assign(fails=fails, opens=opens).groupby("device_id", sort=False)[["fails", "opens"]].sum()
    counted = counted[counted.sum(axis=1) > 0].sort_values(["fails", "opens"], ascending=False, kind="stable")
    return [str(one) for one in counted.index]


def _in_two_lines(label: str) -> str:
    first, _, last = label.rpartition(" ")
    return f"{first}\n{last}"


def _caption(shown: int, every: int, frame: pd.DataFrame) -> str:
    words = (
        f"{'R' if shown <= _LETTERED else 'No letter:'} ready; a number: so many connections break; L administrators "
        "are locked out; ? undetermined; no cell: the software does not have the setting. A frame marks the value of "
        "today. Each value is tried on one device alone."
    )
    if shown == every:
        return words
    unready = int(frame.loc[frame["outcome"].isin(_NOT_READY), "device_id"].nunique())
    which = "those that are not ready for some value"
    return f"{words} Shown: {shown_of(shown, every, 'device')}, {which}" + (
        "." if shown == unready else f"; {unready - shown:,} more of them are in the table only."
    )


def _text(row: Mapping[Any, Any], ready: str) -> str:
    if row["outcome"] == Outcome.FAIL.value:
        return str(row["breaks"]) if row["breaks"] else "L"
    return ready if row["outcome"] == Outcome.PASS.value else "?"


def _table(frame: pd.DataFrame, column: str, name: str) -> Html:
    unready = frame[frame["outcome"].isin(_NOT_READY)]
    if unready.empty:
        return paragraph("Nothing stands in the way of any of these values.")
    link = csv_link(unready.drop(columns=_IDS), f"{name}-readiness", "Download CSV")
    shown = unready.head(ROWS_SHOWN)
    verb = "is" if len(unready) == 1 else "are"
    words = f"{shown_of(len(shown), len(unready), 'pair')} of device and value that {verb} not ready. "
    caption = join((words, link))
    columns = ("Device", "Value", "What happens", "What stands in the way", "What to do")
    rows = [_line(row, column) for row in shown.to_dict("records")]
    whole = table(caption, columns, rows, label="What is not ready, and why")
    return whole if len(rows) <= _OPEN else folded("What stands in the way", whole)


def _line(row: Mapping[Any, Any], column: str) -> Row:
    which = affected(row)
    kind = "error" if row["outcome"] == Outcome.FAIL.value else "note"
    return Row(
        (
            row[column],
            join((row["value"], small(SETTING_BY_KEY[row["setting"]].label))),
            join((element("span", in_few_words(row), class_=f"severity {kind}"), small(which) if which else None)),
            join(element("div", one, class_="piece") for one in blockers(row)),
            said(row["remedies"]),
        )
    )


def _without_settings(frame: pd.DataFrame, column: str) -> Html | None:
    """The devices whose software does not have a setting, with the reason."""
    rows = frame[frame["outcome"] == Outcome.NOT_APPLICABLE.value]
    if rows.empty:
        return None
    parts = [
        f"{listed(list(dict.fromkeys(of_reason[column])), 6)}: {reason}"
        for reason, of_reason in rows.groupby("blockers", sort=False)
    ]
    return paragraph(" ".join(parts), class_="soft")
