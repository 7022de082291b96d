"""settings.csv of a new export: a column per setting, a row per device; to one that is there, new rows are added."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from mcuaudit.decode.device_list import ListedDevice
from mcuaudit.decode.spreadsheet import Row, encoded_text, rows_of
from mcuaudit.decode.table_columns import DEVICE, SITE
from mcuaudit.decode.workbook import workbook_text
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.errors import Undecodable, UsageError
from mcuaudit.gather.templates import typed_settings

TABLE: Final = "settings.csv"
WORKBOOK: Final = "settings.xlsx"
COLUMNS: Final = (SITE, DEVICE, *(setting.key for setting in typed_settings()))
_BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it, Excel reads a file as cp1252."""
_HEADER_WITHIN: Final = 5


def new_table(devices: Iterable[ListedDevice]) -> bytes:
    """The table of devices, with what their list says; all other cells are empty."""
    text = _written([COLUMNS, *(_cells(one, COLUMNS) for one in devices)], ",", "\r\n")
    return f"{_BYTE_ORDER_MARK}{text}".encode()


def table_rows(devices: Iterable[ListedDevice]) -> list[list[str]]:
    """The cells of each device, in the order of `COLUMNS`."""
    return [_cells(one, COLUMNS) for one in devices]


def extended_table(data: bytes, name: str, devices: Sequence[ListedDevice]) -> tuple[bytes, int]:
    """The table with a row for each device that it does not have, and how many these are.

    All that is there stays as it is, octet by octet. New rows have its separator, order of columns and encoding.

    Raises:
        UsageError: the table cannot be read, or its encoding has no letters for a name.
    """
    try:
        text, encoding = encoded_text(data)
        header, new = _without_row(text, name, devices)
    except Undecodable as error:
        raise UsageError(f"{name}, {error}; correct it first, as no row can be added.") from error
    if not new:
        return data, 0
    line_end = "\r\n" if "\r\n" in text else "\n"
    added = _written([_cells(one, _keys(header)) for one in new], header.separator, line_end)
    before = "" if text.endswith(("\n", "\r")) else line_end
    return data + _encoded(before + added, encoding, name, header), len(new)


def without_row(data: bytes, devices: Sequence[ListedDevice]) -> list[ListedDevice]:
    """The devices for which a settings.xlsx has no row.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return _without_row(workbook_text(data, only=True), WORKBOOK, devices)[1]
    except Undecodable as error:
        raise UsageError(f"{WORKBOOK}, {error}; correct it first.") from error


def _without_row(text: str, name: str, devices: Sequence[ListedDevice]) -> tuple[Row, list[ListedDevice]]:
    """The header of a table, and the devices for which it has no row."""
    rows = list(rows_of(text))
    place = next((n for n, row in enumerate(rows[:_HEADER_WITHIN]) if DEVICE in _keys(row)), None)
    if place is None:
        raise UsageError(f'{name} has no header with the column "{DEVICE}"; correct it first, as no row can be added.')
    header = _keys(rows[place])
    there = {_name(dict(zip(header, row.cells, strict=False))) for row in rows[place + 1 :]}
    return rows[place], [one for one in devices if not {one.device_id.casefold(), one.name.casefold()} & there]


def _keys(header: Row) -> list[str]:
    return [cell.casefold() for cell in header.cells]


def _encoded(text: str, encoding: str, name: str, header: Row) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        character = text[error.start]
        raise UsageError(
            f'{name} is in {encoding}, which has no "{character}" of a new name; save it as CSV UTF-8 (header: line '
            f"{header.line}), and run this again."
        ) from error


def _name(cells: Mapping[str, str]) -> str:
    """The device that a row names, in lower case: site/device, or its name alone."""
    device, site = cells.get(DEVICE, ""), cells.get(SITE, "")
    return in_nfc(f"{site}/{device}" if site and "/" not in device else device).casefold()


def _cells(device: ListedDevice, columns: Sequence[str]) -> list[str]:
    own = {SITE: device.site, DEVICE: device.name if SITE in columns else device.device_id}
    return [own.get(key) or " ".join(device.values.get(key, "").split()) for key in columns]


def _written(rows: Iterable[Sequence[str]], separator: str, line_end: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=line_end).writerows(rows)
    return text.getvalue()
