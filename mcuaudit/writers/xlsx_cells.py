"""Cells of an Excel workbook: each value has its own type, whatever its text looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import xlsxwriter

from mcuaudit.domain.outcome import Outcome
from mcuaudit.summary.csv_text import is_formula
from mcuaudit.wording.phrases import is_missing

LONGEST: Final = 32_767
"""Characters that a cell holds, counted as UTF-16 does."""
# Excel treats 1900 as a leap year, so its days before March are off by one.
_FIRST_DATE: Final = datetime(1900, 3, 1)  # noqa: DTZ001 - Excel knows no zones
_COLOURS: Final = {
    Outcome.FAIL: ("#F8D7DA", "#842029"),
    Outcome.OPEN: ("#CFE2F3", "#0B3D66"),
    Outcome.PASS: ("#D8EAD3", "#1E4620"),
    Outcome.NOT_APPLICABLE: ("#EEEEEE", "#555555"),
}


@dataclass(frozen=True, slots=True)
class Formats:
    """Formats of a workbook; `typed` keeps a text as text when its cell is edited."""

    header: Any
    time: Any
    typed: Any
    outcomes: Mapping[str, Any]


def make_formats(workbook: xlsxwriter.Workbook) -> Formats:
    """The formats, which belong to that workbook."""
    return Formats(
        header=workbook.add_format({"bold": True, "valign": "top"}),
        time=workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"}),
        typed=workbook.add_format({"quote_prefix": True}),
        outcomes={
            outcome.value: workbook.add_format({"bg_color": background, "font_color": text})
            for outcome, (background, text) in _COLOURS.items()
        },
    )


def write_cell(sheet: Any, row: int, column: int, value: Any, formats: Formats, *, outcome: bool = False) -> None:
    """Write one value; a missing one leaves the cell empty."""
    if isinstance(value, str):
        chosen = formats.outcomes.get(value) if outcome else formats.typed if is_formula(value) else None
        sheet.write_string(row, column, fitting(value), chosen)
    elif is_missing(value):
        return
    elif isinstance(value, datetime):
        moment = value.replace(tzinfo=None)
        if moment < _FIRST_DATE:
            sheet.write_string(row, column, value.isoformat())
        else:
            sheet.write_datetime(row, column, moment, formats.time)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    else:
        sheet.write_number(row, column, value)


def fitting(text: str) -> str:
    """The text as a cell can hold it: if it is too long, its beginning, and how long it is."""
    if text.startswith("<r>") and text.endswith("</r>"):
        # xlsxwriter would write it into the file as markup of its own; a space at the end prevents that.
        return fitting(f"{text} ")
    if len(text) <= LONGEST // 2 or len(octets := text.encode("utf-16-le")) // 2 <= LONGEST:
        return text
    remark = f" [cut: {len(text):,} characters in all]"
    return octets[: 2 * (LONGEST - len(remark))].decode("utf-16-le", "ignore") + remark
