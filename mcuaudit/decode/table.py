"""settings.csv: a row per device, dotted keys as columns, as a spreadsheet in any language writes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from mcuaudit.decode.contents import WORKBOOK, container_of, is_web_page
from mcuaudit.decode.most import WrongValues
from mcuaudit.decode.odd_rows import ON_ONE_LINE, cells_of_line, in_one_cell, joined_line, separator_within
from mcuaudit.decode.records import DamagedSetting, DecodedSettings, Problem, SettingsPart
from mcuaudit.decode.settings import ReadSettings
from mcuaudit.decode.spreadsheet import Row, has_short_year, rows_of, serial_date, table_text
from mcuaudit.decode.table_cells import no_value
from mcuaudit.decode.table_columns import DEVICE, SITE, Column, table_columns
from mcuaudit.decode.values import LIST_KINDS
from mcuaudit.decode.workbook import is_workbook, workbook_text
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.errors import Undecodable

_BLOCK: Final = 16
_DITTO: Final = frozenset(["〃", "″", "''", '"', "“", "”", "„", "ditto", "dto.", "dito", "idem", "same", "^", "↑"])
"""What people write for the cell above."""
_TWICE: Final = "two columns of this key have different values"


def decode_settings_table(data: bytes) -> DecodedSettings:
    """The settings of one settings.csv, or of the first sheet of a settings.xlsx; an empty cell sets nothing.

    Raises:
        Undecodable: the header has no column `device`, no row is below it, or the encoding is unknown.
    """
    container = container_of(data)
    if is_workbook(data):
        text = workbook_text(data, only=True)
    elif container or is_web_page(data):
        found = "a web page" if not container else WORKBOOK if data.startswith(b"\xd0\xcf") else container
        raise Undecodable(f"expected a table, found {found}; save the table as CSV")
    else:
        text = table_text(data)
    header, columns, rows = table_columns(list(rows_of(text)))
    if is_workbook(data):
        # No cell of a sheet is lost: those that are not there are empty.
        rows = [replace(row, cells=[*row.cells, *[""] * (len(header.cells) - len(row.cells))]) for row in rows]
    problems = WrongValues()
    problems += [
        Problem("unreadable", f"column {column.name}", column.reason)
        for column in columns
        if column.name and not column.known
    ]
    parts: dict[str, SettingsPart] = {}
    above = ""
    unplaced: list[DamagedSetting] = []
    for row, absent in _with_lost_cells(columns, header, rows, ended=text.endswith(("\n", "\r"))):
        for part in _parts(columns, row, absent, problems):
            key = part.device
            if not key:
                unplaced += part.damaged
                if above and not part.joined and _goes_on(parts[above], part):
                    # Merged cells of a spreadsheet have the name in their first row only.
                    parts[above] = _with_damage(parts[above], part.damaged)
                continue
            above = key
            if key in parts:
                reason = f'a second row for the device "{key}"; cells that differ from the first are not used'
                if not part.joined:
                    problems.append(Problem("unreadable", f"line {row.line}", reason))
                parts[key] = _where_equal(parts[key], part, f"line {row.line}", reason)
            else:
                parts[key] = part
    return DecodedSettings(tuple(parts.values()), tuple(problems), tuple(unplaced))


def _with_lost_cells(
    columns: list[Column], header: Row, rows: list[Row], *, ended: bool
) -> Iterator[tuple[Row, list[Column]]]:
    """Each row, with the columns for which it has no cell though another row has a value: a cell of it may be lost.

    A row of one cell is a device without settings; at the end of a file whose last line has no end, it may be cut off.
    """
    filled = [any(cell for row in rows for cell in row.cells[n : n + 1]) for n in range(len(columns))]
    lengths = _block_lengths([header, *rows])
    for row in rows:
        if not ended and rows == [row] and len(row.cells) < sum(bool(one.name) for one in columns):
            # The file may end within its only row, whose last cell may be cut as well.
            yield row, columns[len(row.cells) - 1 :]
            continue
        whole = _block_of(row) in lengths or (len(row.cells) == 1 and (ended or row is not rows[-1]))
        yield row, [] if whole else [columns[n] for n in range(len(row.cells), len(columns)) if filled[n]]


def _block_of(row: Row) -> int:
    return (row.number - 1) // _BLOCK


def _block_lengths(rows: list[Row]) -> dict[int, int]:
    """How many cells the rows of a block have, for each block of 16 rows of the sheet whose rows have equally many.

    Spreadsheets leave the separators of empty cells out where they are empty in all rows of a block. A row that is
    alone in its block may be cut off, and counts only if the rows of the block before have as many cells.
    """
    blocks: dict[int, list[int]] = {}
    for row in rows:
        blocks.setdefault(_block_of(row), []).append(len(row.cells))
    found: dict[int, int] = {}
    for block, (first, *others) in blocks.items():
        if set(others) == {first} or (not others and found.get(block - 1) == first):
            found[block] = first
    return found


def _parts(columns: list[Column], row: Row, absent: list[Column], problems: WrongValues) -> Iterator[SettingsPart]:
    """The settings of a row; several parts where a quotation mark has joined rows, which are damaged."""
    names = [column.name for column in columns]
    joined = joined_line(names, row)
    separator = separator_within(names, row)
    if joined:
        reason = f'a quotation mark (") joins this line with line {joined}, which looks like a row; {ON_ONE_LINE}'
        problems.append(Problem("unreadable", f"line {row.line}", reason))
        for number, line in enumerate(row.lines):
            yield _damaged_line(columns, line, row.separator, f"line {row.line + number}", reason, joined=number > 0)
    elif separator:
        where, reason = f"line {row.line}", in_one_cell(separator, row)
        problems.append(Problem("unreadable", where, reason))
        yield _damaged_line(columns, row.cells[0], separator, where, reason)
    else:
        place = names.index(DEVICE)
        below = (cells_of_line(line, row.separator)[place : place + 1] for line in row.lines[1:])
        begins = tuple(name for cells in below for name in cells if name)
        yield replace(_row(columns, row.cells, absent, row.line, problems), begins=begins)


def _damaged_line(
    columns: list[Column], line: str, separator: str, where: str, reason: str, *, joined: bool = False
) -> SettingsPart:
    """A line that cannot be used as a row: all settings of the table are damaged for the device that it names."""
    cells = cells_of_line(line, separator)
    device, _ = _device(list(zip(columns, cells, strict=False)))
    every = dict.fromkeys(key for column in columns for key in column.settings)
    if not device and separator not in line:
        every = {}
    return SettingsPart(device, (), tuple(DamagedSetting(key, where, reason) for key in every), joined)


def _row(
    columns: list[Column], row: list[str], absent: list[Column], number: int, problems: WrongValues
) -> SettingsPart:
    """One row; with more or fewer cells than the header, or without a device, all its settings are damaged."""
    filled = [(column, cell) for column, cell in zip(columns, row, strict=False) if cell]
    device, reason = _device(filled)
    where = f"line {number}" if device else f"line {number}, column device"
    surplus = any(row[len(columns) :])
    nameless = next((n for n, column in enumerate(columns, start=1) if not column.name and any(row[n - 1 : n])), 0)
    if surplus or nameless:
        where, reason = f"line {number}", _surplus(columns, row, nameless)
    elif absent and not reason:
        where, reason = f"line {number}", _too_short(columns, row, absent)
    if reason:
        problems.append(Problem("unreadable", where, reason))
        meant = columns if surplus or nameless else [*(column for column, _ in filled), *absent]
        keys = dict.fromkeys(key for column in meant for key in column.settings)
        return SettingsPart(device, (), tuple(DamagedSetting(key, where, reason) for key in keys))
    found = ReadSettings()
    for column, cell in filled:
        _take(column, cell, f"line {number}, column {column.name}", found)
    problems += found.problems
    part = _without_twice(found.part(device))
    problems += [Problem("unreadable", item.where, _TWICE) for item in part.damaged if item.reason == _TWICE]
    return part


def _surplus(columns: list[Column], row: list[str], nameless: int) -> str:
    if nameless:
        return (
            f"column {nameless} has a value and no name in the header; write its name there, or quote a cell that "
            "contains the separator"
        )
    named = sum(bool(column.name) for column in columns)
    return f"{len(row)} cells, but the header has {named}; quote a cell that contains the separator"


def _too_short(columns: list[Column], row: list[str], absent: list[Column]) -> str:
    named = sum(bool(column.name) for column in columns)
    first = next((column.name for column in absent if column.name), "the last ones")
    return (
        f"{len(row)} cells, but the header has {named}: a cell was lost, or those from {first} on are empty. "
        "Write a separator for each empty cell too"
    )


def _device(cells: list[tuple[Column, str]]) -> tuple[str, str]:
    """The device of a row, with its site if the table has a column for it; else why it has none."""
    words = {column.name: cell for column, cell in cells}
    device, site = words.get(DEVICE, ""), words.get(SITE, "")
    if not device:
        return "", "the cell is empty; expected the name of a device"
    if device.casefold() in _DITTO:
        reason = "means “as above”, which is not supported; write each device once, with all its settings in one row"
        return "", f"{device} {reason}"
    if no_value(device) and not device.isalnum():
        return "", f'"{device}" is not the name of a device; write the name'
    head, slash, _ = device.partition("/")
    if slash and site and head.casefold() != site.casefold():
        return device, f'the column site has "{site}", and the device is written "{device}"'
    return device if slash or not site else f"{site}/{device}", ""


def _take(column: Column, cell: str, where: str, found: ReadSettings) -> None:
    if not column.settings:
        return
    key = column.settings[0]
    reason = no_value(cell) or _no_date(cell, column.dates)
    if reason:
        found.problems.append(Problem("unreadable", where, reason))
        found.damaged += [DamagedSetting(one, where, reason) for one in column.settings]
    elif not column.known:
        found.refuse(column.settings, _unless_none(key, cell), where, column.reason)
    else:
        found.take(key, (column.dates or {}).get(cell, _unless_none(key, cell)), where)


def _no_date(cell: str, dates: dict[str, str] | None) -> str | None:
    """Why a cell of a column of dates is not read; None if it may be one."""
    if dates is None:
        return None
    if has_short_year(cell):
        return f'"{cell}" has a year of two digits; write the year with four digits, as in 2026-11-09'
    if dates.get(cell) == "":
        return f'"{cell}" may have the day or the month first, and no other date shows which; write YYYY-MM-DD'
    serial = serial_date(cell)
    counted = f'"{cell}" is a date as Excel counts days, {serial} if from 1900'
    return f"{counted}. Format the column as a date, or write 2026-11-09" if serial else None


def _without_twice(part: SettingsPart) -> SettingsPart:
    """A setting that two columns give two values is damaged; with one value it is kept once."""
    first: dict[str, str] = {}
    differing = {item.setting for item in part.values if first.setdefault(item.setting, item.value) != item.value}
    twice = {item.setting: DamagedSetting(item.setting, item.where, _TWICE) for item in part.values}
    values = {item.setting: item for item in reversed(part.values) if item.setting not in differing}
    kept = tuple(reversed(values.values()))
    return replace(part, values=kept, damaged=(*part.damaged, *(twice[key] for key in sorted(differing))))


def _goes_on(above: SettingsPart, below: SettingsPart) -> bool:
    """Whether a row without a name may go on with the row above; one with as many cells is that of another device.

    One with cells in other columns goes on.
    """
    mine = {item.setting for item in below.damaged}
    theirs = {item.setting for item in above.values} | {item.setting for item in above.damaged}
    return len(mine) < len(theirs) or mine.isdisjoint(theirs)


def _with_damage(part: SettingsPart, damaged: tuple[DamagedSetting, ...]) -> SettingsPart:
    keys = {item.setting for item in damaged}
    values = tuple(value for value in part.values if value.setting not in keys)
    there = {item.setting for item in part.damaged}
    return replace(part, values=values, damaged=(*part.damaged, *(one for one in damaged if one.setting not in there)))


def _where_equal(first: SettingsPart, second: SettingsPart, where: str, reason: str) -> SettingsPart:
    """The settings of two rows of one device: those with one value; the others are damaged."""
    one, two = ({value.setting: value.value for value in part.values} for part in (first, second))
    equal = {key for key in one if two.get(key) == one[key]}
    differing = [DamagedSetting(key, where, reason) for key in one.keys() | two.keys() if key not in equal]
    return SettingsPart(
        first.device,
        tuple(value for value in first.values if value.setting in equal),
        tuple(sorted((*first.damaged, *second.damaged, *differing), key=lambda item: item.setting)),
    )


def _unless_none(key: str, cell: str) -> str:
    """An empty cell sets nothing, so a list without an entry is written as the word none."""
    setting = SETTING_BY_KEY.get(key)
    return "" if setting and setting.kind in LIST_KINDS and cell.lower() == "none" else cell
