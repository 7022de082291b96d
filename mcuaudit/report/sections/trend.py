"""The trend over saved audits: a picture of the connections run by run, and a table of its numbers."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Final

import pandas as pd

from mcuaudit.report.figure import figure
from mcuaudit.report.figures import trend_lines
from mcuaudit.report.html import Html, folded, join, paragraph
from mcuaudit.report.table import Row, csv_link, shown_of, table
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import ACCEPTED, REFUSED, UNDETERMINED, UNVERIFIED, short_date

_LINES: Final = (REFUSED, UNDETERMINED, UNVERIFIED, ACCEPTED)
_COLUMNS: Final = ("Audit", "Devices", "Locked out", "Refused", "Undetermined", "Unverified", "Accepted", "Errors",
                   "Warnings", "Waived")  # fmt: skip
RUNS_SHOWN: Final = 100
"""The number of newest runs in picture and table; the CSV has all."""


def trend_section(frame: pd.DataFrame, zone: tzinfo = UTC) -> Html:
    """The frame `trend` as a picture and a table; with one audit or none a sentence."""
    if len(frame) < 2:
        return paragraph("A trend needs two saved audits; --keep DIRECTORY keeps one for each run.")
    shown = frame.tail(RUNS_SHOWN)
    lines = {word: shown[word].astype(int).tolist() for word in _LINES}
    first, last = shown.iloc[0], shown.iloc[-1]
    words = (
        f"Connections in {plural(len(shown), 'audit')} from {short_date(first['at'], zone)} to "
        f"{short_date(last['at'], zone)}: "
        + ", ".join(f"{word} {first[word]} then, {last[word]} now" for word in _LINES)
    )
    drawn = trend_lines([moment.to_pydatetime() for moment in shown["at"]], lines, words)
    return join(
        (
            figure(drawn, f"{words}."),
            folded("Show as a table", _table(frame, shown, zone)),
        )
    )


def _table(frame: pd.DataFrame, shown: pd.DataFrame, zone: tzinfo) -> Html:
    rows = [
        Row(
            (
                short_date(row["at"], zone),
                *(f"{row[name]:,}" for name in ("devices", "locked_out", *_LINES, "errors", "warnings", "waived")),
            )
        )
        for row in reversed(shown.to_dict("records"))
    ]
    runs = frame.drop(columns="directory")
    caption = join(
        (f"{shown_of(len(shown), len(frame), 'audit')}, the newest first. ", csv_link(runs, "trend", "Download CSV"))
    )
    return table(caption, _COLUMNS, rows, label="Trend")
