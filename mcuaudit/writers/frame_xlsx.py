"""One frame as an Excel workbook, also a frame that a user has made of others."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlsxwriter

from mcuaudit.errors import UsageError
from mcuaudit.frames.schema import OUTCOME, SCHEMAS, Dtype
from mcuaudit.system.arguments import path_given
from mcuaudit.system.files import write_whole
from mcuaudit.system.storage import failures_of_storage
from mcuaudit.wording.phrases import is_missing
from mcuaudit.writers.xlsx import OPTIONS, ROWS, Octets, write_columns
from mcuaudit.writers.xlsx_cells import make_formats

# Without it, the file would have the time of writing.
_CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - Excel knows no zones
_OCTETS: Final = frozenset(
    column.name for schema in SCHEMAS.values() for column in schema.columns if column.dtype is Dtype.BYTES
)
_MOST_COLUMNS: Final = 16_384
_EXACT: Final = 10**15
"""Excel has 15 digits."""


def to_excel(frame: pd.DataFrame, path: str | Path) -> Path:
    """Write one frame of an audit, or one made of them, as an Excel workbook.

    ``DataFrame.to_excel`` of pandas refuses times with a zone, and writes a text of an export that begins with ``=`` as
    a formula. Here times are dates of Excel in UTC, and every text stays a text. Columns of octets are left out; an
    index other than the row number is written as columns.

    Args:
        frame: for example ``audit.certificates``, all or some rows and columns of it.
        path: the file, whose name should end in ``.xlsx``; an existing one is replaced.

    Returns:
        the file.

    Raises:
        UsageError: `frame` is not a DataFrame, has too many columns for Excel, or the place cannot be written.
        StorageError: the machine cannot write there, for example because the disk is full.
    """
    target = path_given(path, "path")
    if not isinstance(frame, pd.DataFrame):
        raise UsageError(f"frame is given as {type(frame).__name__}; expected a DataFrame, such as audit.certificates.")
    with failures_of_storage(target):
        return write_whole(target, workbook_of(frame))


def workbook_of(frame: pd.DataFrame) -> bytes:
    """The workbook of `to_excel`, as octets."""
    levels = _names_of(frame.index)
    series = [frame.index.get_level_values(number).to_series() for number in range(len(levels))]
    series += [frame.iloc[:, number] for number in range(frame.shape[1])]
    names = [*levels, *map(_title, frame.columns)]
    kept = [(name, one) for name, one in zip(names, series, strict=True) if not _holds_octets(name, one)]
    if len(kept) > _MOST_COLUMNS:
        raise UsageError(f"The frame has {len(kept):,} columns; a sheet of Excel has at most {_MOST_COLUMNS:,}.")
    titles = [f"{name} (UTC)" if isinstance(one.dtype, pd.DatetimeTZDtype) else name for name, one in kept]
    columns = [[_cell(value) for value in one.astype(object)] for _, one in kept]
    outcomes = [one.dtype == OUTCOME for _, one in kept]
    octets = Octets()
    with xlsxwriter.Workbook(octets, OPTIONS) as workbook:
        workbook.set_properties({"created": _CREATED})
        formats = make_formats(workbook)
        for start in range(0, max(len(frame), 1), ROWS):
            part = [column[start : start + ROWS] for column in columns]
            write_columns(workbook.add_worksheet(), titles, part, outcomes, formats)
    return octets.getvalue()


def _names_of(index: pd.Index[Any]) -> list[str]:
    """The titles of the columns of an index; none for row numbers."""
    if index.names == [None] and pd.api.types.is_integer_dtype(index.dtype):
        return []
    return [f"index {number}" if name is None else _title(name) for number, name in enumerate(index.names, start=1)]


def _title(name: object) -> str:
    return " / ".join(map(str, name)) if isinstance(name, tuple) else str(name)


def _holds_octets(name: str, column: pd.Series) -> bool:
    if name in _OCTETS and column.isna().all():
        return True
    return column.dtype == object and any(isinstance(value, bytes) for value in column)


def _cell(value: Any) -> Any:
    """The value as a cell can hold it; one of another type, and a number that Excel would round, as its text."""
    if not pd.api.types.is_scalar(value):
        return str(value)
    if isinstance(value, str) or is_missing(value):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value
    if pd.api.types.is_bool(value):
        return bool(value)
    number = int(value) if pd.api.types.is_integer(value) else float(value) if pd.api.types.is_float(value) else None
    return str(value) if number is None or abs(number) >= _EXACT else number
