"""Rows of settings.csv that are not as the header says: several that a quotation mark joins, or a row in one cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from mcuaudit.decode.spreadsheet import SEPARATORS, Row
from mcuaudit.decode.values import LIST_KINDS, read_value
from mcuaudit.domain.settings import SETTING_BY_KEY, SETTINGS, ValueKind

_YES_OR_NO: Final = SETTING_BY_KEY["services.https"]
_BREAK: Final = re.compile(r"\r\n|\r|\n")
_NAMES_OF_SEPARATORS: Final = {"\t": "a tab"}
_LABELS: Final = tuple({label.casefold() for setting in SETTINGS for label in setting.labels})
ON_ONE_LINE: Final = "neither is used. Remove the quotation mark, or write the cell on one line"


def joined_line(columns: Sequence[str], row: Row) -> int:
    """The line at which a cell in quotation marks goes on with what looks like another row; 0 if none does.

    `columns` are the names of the header. Lists of users and addresses, and remarks, may have line breaks.
    """
    if len(row.lines) < 2:
        return 0
    cells = zip_longest(columns[: len(row.cells)], row.cells)
    if not (any(_goes_on(name, cell, row.separator) for name, cell in cells) or _begins_with_a_row(row)):
        return 0
    found = (number for number, line in enumerate(row.lines[1:], start=1) if row.separator in line)
    return row.line + next(found, 1)


def _begins_with_a_row(row: Row) -> bool:
    """A cell begins with a line break, which is not a part of it, and goes on with what looks like another row."""
    within = sum(len(_BREAK.findall(cell)) for cell in row.cells)
    below = [line.strip() for line in row.lines[1:]]
    return within < len(below) and any(row.separator in line and not line.startswith('"') for line in below)


def _goes_on(column: str | None, cell: str, separator: str) -> bool:
    """`column` is None for a cell beyond those of the header."""
    below = [line.rstrip(f" {separator}") for line in _BREAK.split(cell)[1:]]
    if any(separator in line and ":" not in line.partition(separator)[0] for line in below):
        return True
    setting = SETTING_BY_KEY.get(column) if column else None
    return (
        setting is not None
        and any(below)
        and setting.kind not in LIST_KINDS
        and ".shown." not in setting.key
        and (setting.kind is ValueKind.TEXT or read_value(setting, cell).text is None)
    )


def cells_of_line(line: str, separator: str) -> list[str]:
    """The cells of a line of the file without regard to quotation marks."""
    return [cell.strip(" \t\r\n\"'") for cell in line.split(separator)]


def separator_within(columns: Sequence[str], row: Row) -> str:
    """The separator with which all cells of a row are in its first one; "" if the row is as the header."""
    if sum(map(bool, columns)) < 2:
        return ""
    alone = not any(row.cells[1:])
    found = max((one for one in SEPARATORS if alone or one not in (",", row.separator)), key=row.cells[0].count)
    several = sum(map(bool, cells_of_line(row.cells[0], found))) > 1
    if several and (alone or len(row.cells) < len(columns)):
        return found
    return _before_value(row.cells[0]) if alone else ""


def _before_value(cell: str) -> str:
    """What stands in a cell between the name of a device and a value: spaces, a colon or an equals sign."""
    for found in re.finditer(r"[\s:=]+", cell):
        rest = cell[found.end() :].casefold()
        is_boolean = any(word.isalpha() and read_value(_YES_OR_NO, word).text for word in rest.split()[:1])
        if rest.startswith(_LABELS) or is_boolean:
            return found[0]
    return ""


def in_one_cell(separator: str, row: Row) -> str:
    """Why a row whose cells are in one is not used, and what to do."""
    if separator == row.separator:
        return "the whole row is one cell in quotation marks; remove the quotation marks around it"
    one, other = (_NAMES_OF_SEPARATORS.get(sign, f'"{sign}"') for sign in (separator, row.separator))
    one = "spaces" if not separator.strip(" ") else one
    return f"the cells are separated by {one}, and those of the header by {other}; use {other} in this row too"
