"""The columns of settings.csv: which settings they hold, by name, by a label of the page, or by their values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mcuaudit.decode.keys import TABLES, allowed_columns, near_columns, setting_named, unknown_column
from mcuaudit.decode.most import MOST_COLUMNS
from mcuaudit.decode.odd_rows import cells_of_line, in_one_cell
from mcuaudit.decode.spreadsheet import Row, iso_dates
from mcuaudit.decode.table_cells import settings_with_such_values
from mcuaudit.domain.settings import SETTING_BY_KEY, SETTINGS, ValueKind
from mcuaudit.errors import Undecodable, did_you_mean

DEVICE: Final = "device"
SITE: Final = "site"
_HEADER_WITHIN: Final = 5
"""A title may stand above the header, which is one of the first rows that are not empty."""
_LONG_AT_MOST: Final = 6
"""A table with a row per setting has no more columns: device, site, setting, value, and remarks."""
_TRANSPOSED: Final = (
    "expected one row per device, found one row per setting; exchange the rows and columns, so that the header has the "
    "keys and each row is a device"
)
_ROW_PER_SETTING: Final = (
    "expected one row per device with a column per setting, found one row per setting; write each device once, "
    "with the keys as names of columns"
)
_TABLES: Final = tuple(f"{table}." for table in TABLES)
_OF_SETTINGS: Final = frozenset({*SETTING_BY_KEY, *(setting.label.casefold() for setting in SETTINGS)})
"""What stands in the first column if the table has a row per setting."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table.

    Attributes:
        name: as the header has it; "" for a column without one.
        settings: the settings that it may be meant for: one for a key, several or none for a misspelt one.
        known: the name is a key, in upper or lower case.
        reason: why a column whose name is not a key is not used.
        dates: the dates of the column in ISO form, by their text; "" for one that is ambiguous.
    """

    name: str
    settings: tuple[str, ...] = ()
    known: bool = False
    dates: dict[str, str] | None = None
    reason: str = ""


def table_columns(rows: list[Row]) -> tuple[Row, list[Column], list[Row]]:
    """The header, its columns, and the rows below it."""
    top = enumerate(rows[:_HEADER_WITHIN])
    place = next((n for n, row in top if DEVICE in map(str.casefold, row.cells)), None)
    if place is None:
        raise _no_header(rows)
    header, below = rows[place], rows[place + 1 :]
    names = [cell.casefold() for cell in header.cells]
    for name in (DEVICE, SITE):
        if names.count(name) > 1:
            raise Undecodable(
                f'{names.count(name)} columns are called "{name}"; keep one of them', f"line {header.line}"
            )
    for row in below:
        if DEVICE in map(str.casefold, row.cells) and row.cells != header.cells:
            reason = "a second header line; write one table, whose header has the columns of both"
            raise Undecodable(reason, f"line {row.line}")
    if not below:
        reason = "the table has a header and no row. Write a row for each device, or remove the file"
        raise Undecodable(reason, f"line {header.line}")
    if not any(setting_named(name) for name in names) and _is_transposed(below):
        raise Undecodable(_TRANSPOSED, f"line {header.line}")
    if _is_long(names, below):
        raise Undecodable(_ROW_PER_SETTING, f"line {header.line}")
    named = sum(bool(name) for name in names)
    if named > MOST_COLUMNS:
        reason = f"{named:,} columns; at most {MOST_COLUMNS:,} are read. Remove those that hold something else"
        raise Undecodable(reason, f"line {header.line}")
    columns = [
        _column(name, [row.cells[n] for row in below if n < len(row.cells)]) for n, name in enumerate(header.cells)
    ]
    return header, columns, below


def _is_transposed(rows: Sequence[Row]) -> bool:
    """Whether the first cell of a row is the key or the label of a setting, so that each device has a column."""
    first = {cell.casefold().rstrip(".: ") for row in rows for cell in row.cells[:1]}
    return any(cell in _OF_SETTINGS or cell.startswith(_TABLES) for cell in first)


def _is_long(names: Sequence[str], rows: Sequence[Row]) -> bool:
    """Whether a column beside that of the device holds the keys of settings, and another one their values."""
    for number, name in enumerate(names):
        cells = [cell.casefold().rstrip(".: ") for row in rows for cell in row.cells[number : number + 1] if cell]
        if name not in (DEVICE, SITE) and not setting_named(name) and cells and 2 < len(names) <= _LONG_AT_MOST:
            return all(cell in _OF_SETTINGS or cell.startswith(_TABLES) for cell in cells)
    return False


def _column(name: str, cells: Sequence[str]) -> Column:
    key = name.casefold()
    if key in (DEVICE, SITE):
        return Column(key, known=True)
    setting = setting_named(key)
    if setting is None:
        return _unknown(name, cells)
    of_dates = setting.kind is ValueKind.TIME
    return Column(key, (key,), True, iso_dates(cells) if of_dates else None)


def _unknown(name: str, cells: Sequence[str]) -> Column:
    """A column without a name, or whose name is not a key: the settings that it may be about, by name and by values."""
    if not name and not any(cells):
        return Column("")
    by_name = near_columns(name) if name else ()
    by_values = settings_with_such_values(cells)
    reason = unknown_column(name)
    if by_values and not by_name:
        keys = " or ".join(by_values)
        reason = f"unknown key, with values of {keys}; if that is meant, write it as the name of the column"
    return Column(name, tuple(dict.fromkeys((*by_name, *by_values))), reason=reason)


def _no_header(rows: list[Row]) -> Undecodable:
    expected = 'expected a header line with the column "device", and keys such as "device.addresses" as further columns'
    allowed = f" The keys are {allowed_columns()}"
    if not rows:
        return Undecodable(f"{expected}; the file is empty", "line 1")
    header = rows[0].cells
    if _is_transposed(rows[1:]):
        return Undecodable(_TRANSPOSED, f"line {rows[0].line}")
    if len(header) == 1 and DEVICE in cells_of_line(header[0].casefold(), rows[0].separator):
        return Undecodable(in_one_cell(rows[0].separator, rows[0]), f"line {rows[0].line}")
    names = [f'"{cell}"' for cell in header if cell]
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    near = next((f' "{cell}":{hint}' for cell in header if (hint := _means_device(cell))), "")
    found = f"{', '.join(names[:8])}{more}"
    return Undecodable(f"{expected}; found the columns {found}.{near or allowed}", f"line {rows[0].line}")


def _means_device(cell: str) -> str:
    """The hint for a misspelt column `device`; a key such as device.model is none."""
    key = cell.casefold()
    return "" if setting_named(key) or key.startswith(f"{DEVICE}.") else did_you_mean(cell, [DEVICE])
