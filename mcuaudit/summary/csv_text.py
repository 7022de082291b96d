"""Frames as CSV (RFC 4180), and texts that no spreadsheet runs as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any, Final

import pandas as pd

from mcuaudit.frames.schema import SCHEMAS, Dtype
from mcuaudit.wording.phrases import is_missing

BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it, Excel reads a file as cp1252."""

_BEGINS_FORMULA: Final = frozenset("=+-@＝＋－＠")
"""Spreadsheets in Chinese or Japanese accept the full-width forms too."""
# Characters that a spreadsheet drops from the start of a cell.
_DROPPED: Final = r'\s\x00-\x20\x7f\u200b\ufeff"'
_START: Final = re.compile(rf"[{_DROPPED}]*")
# If semicolons or tabs separate the cells, or line ends within quotes end a row, a cell begins after these too.
_INNER_START: Final = re.compile(rf"[;\t\r\n][;{_DROPPED}]*")


def csv_text(frame: pd.DataFrame, *, spreadsheet: bool = False) -> str:
    """The frame as CSV: a line of column names, times as ISO 8601, a missing value as an empty cell.

    With `spreadsheet`, no cell runs as a formula.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    write = harmless if spreadsheet else str
    writer.writerow([write(str(name)) for name in frame.columns])
    columns = [[_cell(value, write) for value in frame[name].astype(object)] for name in frame.columns]
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue()


def csv_octets(frame: pd.DataFrame, *, spreadsheet: bool) -> bytes:
    """The frame as the content of a file; for a spreadsheet with a byte order mark, and no cell runs as a formula."""
    return f"{BYTE_ORDER_MARK if spreadsheet else ''}{csv_text(frame, spreadsheet=spreadsheet)}".encode()


def _cell(value: Any, write: Callable[[str], str]) -> str:
    if isinstance(value, str):
        return write(value)
    if is_missing(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


def readable(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame `name` without the columns of bytes; another column has their digest."""
    octets = [column.name for column in SCHEMAS[name].columns if column.dtype is Dtype.BYTES]
    return frame.drop(columns=octets)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet could run the text of a cell as a formula."""
    start = _START.match(text)
    beyond = start.end() if start else 0
    return text[:1] in ("\x00", "\t", "\r", "\n") or text[beyond : beyond + 1] in _BEGINS_FORMULA


def harmless(text: str) -> str:
    """The text with an apostrophe before each character that could begin a formula."""

    def guarded(start: re.Match[str]) -> str:
        return f"{start[0]}'" if text[start.end() : start.end() + 1] in _BEGINS_FORMULA else start[0]

    inner = _INNER_START.sub(guarded, text)
    return f"'{inner}" if is_formula(text) else inner
