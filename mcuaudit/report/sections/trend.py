"""The trend over kept audits: a picture of the connections run by run, with its numbers in a table."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Final

import pandas as pd

from mcuaudit.report.figure import figure
from mcuaudit.report.figures import trend_lines
from mcuaudit.report.html import Html, folded, join, paragraph
from mcuaudit.report.table import Row, csv_link, shown_of, table
from mcuaudit.wording.phrases import ACCEPTED, REFUSED, UNDETERMINED, UNVERIFIED, plural, short_date

_LINES: Final = (REFUSED, UNDETERMINED, UNVERIFIED, ACCEPTED)
_COLUMNS: Final = ("Audit", "Devices", "Locked out", "Refused", "Undetermined", "Unverified", "Accepted", "Errors",
                   "Warnings", "Waived")  # fmt: skip
RUNS_SHOWN: Final = 100
"""The newest runs, in picture and table; the CSV has all."""


def trend_section(frame: pd.DataFrame, zone: tzinfo = UTC) -> Html:
    """The frame `trend` as a picture and a table; a sentence where there is one audit or none."""
    if len(frame) < 2:
        return paragraph("A trend is drawn from the second kept audit on; --keep DIRECTORY keeps one for each run.")
    shown = frame.tail(RUNS_SHOWN)
    lines = {word: shown[word].astype(int).tolist() for word in _LINES}
    first, last = shown.iloc[0], shown.iloc[-1]
    words = (
        f"Connections in {plural(len(shown), 'audit')} from {short_date(first['at'], zone)} to "
        f"{short_date(last['at'], zone)}: "
        + ", ".join(f"{word} {first[word]} then, {last[word]} last" for word in _LINES)
    )
    drawn = trend_lines([moment.to_pydatetime() for moment in shown["at"]], lines, words)
    return join(
        (
            figure(drawn, f"{words}."),
            folded("The numbers as a table", _table(frame, shown, zone)),
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
    told = frame.drop(columns="directory")
    caption = join((f"{shown_of(len(shown), len(frame), 'audit')}, the newest first. ", csv_link(told, "trend", "CSV")))
    return table(caption, _COLUMNS, rows, label="Trend")
