"""An audit as an Excel workbook: a summary, then a sheet per frame; without formulas and links."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import pandas as pd
import xlsxwriter

from mcuaudit.frames.containers import Audit
from mcuaudit.frames.schema import COMPARISON_FRAMES, SCHEMAS, Dtype, FrameSchema
from mcuaudit.summary.csv_text import readable
from mcuaudit.writers.json_object import json_object
from mcuaudit.writers.xlsx_cells import Formats, make_formats, write_cell

SHEETS: Final = (
    "findings", "connections", "devices", "administration", "certificates", "placements", "trust_stores", "settings",
    "peers", "revocation_lists", "evidence", "problems", "identities", "paths",
)  # fmt: skip
"""The frames of a workbook, beside `first_jobs` where it was proven, and those of a comparison.

`evaluations`, by far the largest, is left out: most of it passes.
"""
ROWS: Final = 1_048_575
"""Rows that a sheet holds below its header; further ones go to a further sheet."""
_WIDEST: Final = 60
_SAMPLE: Final = 500
"""Rows that decide how wide a column is."""
# The type of a cell does not depend on what its text looks like. With constant_memory a row is freed when the next one
# begins.
OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}

Part = tuple[str, pd.DataFrame]


class Octets(io.BytesIO):
    """A file in memory that stays open: after an error, Python closes it before xlsxwriter ends its archive in it."""

    def close(self) -> None:
        """Leave it open."""


def xlsx_bytes(audit: Audit, name: str) -> bytes:
    """The workbook; the same audit gives the same octets.

    Times are dates of Excel in UTC; times that Excel cannot hold are ISO 8601 text. Columns of octets are left out. A
    text that is too long for a cell is cut, and ends with a remark that says so.
    """
    octets = Octets()
    with xlsxwriter.Workbook(octets, OPTIONS) as workbook:
        # By default the file records the time of writing.
        workbook.set_properties({"title": "Audit of mcuaudit", "created": audit.at.replace(tzinfo=None)})
        formats = make_formats(workbook)
        parts = {sheet: list(_parts(sheet, readable(sheet, frame))) for sheet, frame in _frames(audit).items()}
        _write_pairs(workbook.add_worksheet("Audit"), _about(audit, name, parts), formats)
        for sheet, frames in parts.items():
            for title, frame in frames:
                _write_frame(workbook.add_worksheet(title), SCHEMAS[sheet], frame, formats)
    return octets.getvalue()


def _frames(audit: Audit) -> dict[str, pd.DataFrame]:
    frames: dict[str, pd.DataFrame] = {name: getattr(audit, name) for name in SHEETS}
    if audit.for_pages.first_jobs is not None:
        frames = {"first_jobs": audit.for_pages.first_jobs, **frames}
    return frames | {name: getattr(audit.comparison, name) for name in COMPARISON_FRAMES if audit.comparison}


def _parts(name: str, frame: pd.DataFrame) -> Iterator[Part]:
    """The frame by sheets: one, or as many as its rows need."""
    for number, start in enumerate(range(0, max(len(frame), 1), ROWS), start=1):
        yield name if number == 1 else f"{name} ({number})", frame.iloc[start : start + ROWS]


def _about(audit: Audit, name: str, parts: dict[str, list[Part]]) -> list[tuple[str, Any]]:
    summary = json_object(audit, name)["summary"]
    sentence, versions = summary.pop("verdict"), summary.pop("versions")
    return [
        ("Verdict", sentence),
        ("As of (UTC)", audit.at),
        *((key.replace("_", " ").capitalize(), value) for key, value in summary.items()),
        *((f"Version of {package}", version) for package, version in versions.items()),
        ("Outcomes", "open: undetermined; notApplicable: the connection or check does not apply"),
        *((f"Sheet {title}", f"{len(frame):,} rows") for frames in parts.values() for title, frame in frames),
        (
            "Left out",
            f"evaluations, {len(audit.evaluations):,} rows, and columns of octets; the format parquet has them",
        ),
    ]


def _write_pairs(sheet: Any, pairs: list[tuple[str, Any]], formats: Formats) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 2 * _WIDEST)
    for row, (title, value) in enumerate(pairs):
        sheet.write_string(row, 0, title, formats.header)
        write_cell(sheet, row, 1, value, formats)


def _write_frame(sheet: Any, schema: FrameSchema, frame: pd.DataFrame, formats: Formats) -> None:
    declared = [schema.column(name) for name in frame.columns]
    titles = [f"{column.name} (UTC)" if column.dtype is Dtype.TIME else column.name for column in declared]
    columns = [frame[name].astype(object).tolist() for name in frame.columns]
    write_columns(sheet, titles, columns, [column.dtype is Dtype.OUTCOME for column in declared], formats)


def write_columns(
    sheet: Any, titles: list[str], columns: list[list[Any]], outcomes: list[bool], formats: Formats
) -> None:
    """Write a sheet of columns with filters; those of `outcomes` are coloured."""
    for number, (title, values) in enumerate(zip(titles, columns, strict=True)):
        sheet.set_column(number, number, _width(title, values))
    for number, title in enumerate(titles):
        sheet.write_string(0, number, title, formats.header)
    for row, cells in enumerate(zip(*columns, strict=True), start=1):
        for number, (value, outcome) in enumerate(zip(cells, outcomes, strict=True)):
            write_cell(sheet, row, number, value, formats, outcome=outcome)
    sheet.freeze_panes(1, 1)
    if titles:
        sheet.autofilter(0, 0, len(columns[0]), len(titles) - 1)


def _width(title: str, values: list[Any]) -> int:
    # The button of the filter covers the end of the title.
    longest = max((_shown(value) for value in values[:_SAMPLE]), default=0)
    return min(max(len(title) + 3, longest + 1), _WIDEST)


def _shown(value: Any) -> int:
    return 19 if isinstance(value, datetime) else len(str(value))
