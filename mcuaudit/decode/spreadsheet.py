"""Text and cells as spreadsheets write them: encodings, separators, and dates in the order of a country."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mcuaudit.errors import Undecodable

SEPARATORS: Final = ";,\t|"
_OF_JAPANESE: Final = re.compile(
    rb"(?:[\x81-\x9f][\x40-\x7e\x80-\xfc]){2}|\d\x94\x4e ?\d{1,2}\x8c\x8e ?\d{1,2}\x93\xfa"
)
"""Two common characters in a row, or a date with the signs for year, month and day; in cp1252 quotes and dashes."""
_SEP_LINE: Final = re.compile(r'\s*"?sep=(.)"?[ \t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)


def table_text(data: bytes) -> str:
    """The text of a table: in UTF-8, in UTF-16, or as Excel writes it in Europe (cp1252) and Japan (cp932).

    Raises:
        Undecodable: none of these encodings.
    """
    return encoded_text(data)[0]


def encoded_text(data: bytes) -> tuple[str, str]:
    """The text of a table, and the encoding in which more text can be written behind it.

    Raises:
        Undecodable: none of the encodings of `table_text`.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif data[1::2].count(0) > len(data) // 4:
        encodings = ["utf-16-le"]
    else:
        encodings = ["utf-8-sig", *(["cp932"] if _OF_JAPANESE.search(data) else []), "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding), _BEHIND.get(encoding) or _utf_16(data, encoding)
        except UnicodeDecodeError:
            continue
    raise Undecodable("expected UTF-8, UTF-16 or cp1252, found another encoding")


_BEHIND: Final = {"utf-8-sig": "utf-8"}
"""Encodings that begin with a mark, which stands once."""


def _utf_16(data: bytes, encoding: str) -> str:
    if encoding != "utf-16":
        return encoding
    return "utf-16-le" if data[:2] == b"\xff\xfe" else "utf-16-be"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty.

    Attributes:
        cells: their contents.
        line: the line of the file where the row begins.
        number: its number on the sheet, from 1.
        separator: what separates the cells of the table.
        lines: the lines of the file as they are; several if a cell in quotation marks has line breaks.
    """

    cells: list[str]
    line: int
    number: int
    separator: str
    lines: tuple[str, ...]


def rows_of(text: str) -> Iterator[Row]:
    """The rows that are not empty; the separator is that of ``sep=``, which is not on the sheet, or of the header.

    Raises:
        Undecodable: a quotation does not end.
    """
    named = _SEP_LINE.match(text)
    before = text[: named.end()] if named else ""
    rest = text[len(before) :]
    separator = named[1] if named else _separator(rest)
    lines = list(io.StringIO(rest, newline=""))
    reader = csv.reader(lines, delimiter=separator, strict=True)
    first = len(before.splitlines()) + 1
    line = first
    try:
        for number, row in enumerate(reader, start=1):
            cells = [_cell(cell) for cell in row] if any(row) else []
            if any(cells):
                yield Row(cells, line, number, separator, tuple(lines[line - first : reader.line_num]))
            line = first + reader.line_num
    except csv.Error as error:
        if "end of data" in str(error):
            reason = 'not a table: a quotation mark (") of this line is not closed. Remove it, or close the quotation'
            raise Undecodable(reason, f"line {line}") from error
        if "expected after" in str(error):
            reason = (
                'not a table: text follows a cell in quotation marks. Write a quotation mark within a cell twice: ""'
            )
            raise Undecodable(reason, f"line {line}") from error
        if "field limit" in str(error):
            reason = (
                f"not a table: a cell of more than {csv.field_size_limit():,} characters. Perhaps a quotation mark "
                'before it (") is not closed'
            )
            raise Undecodable(reason, f"line {line}") from error
        raise Undecodable(f"not a table: {error}", f"line {first - 1 + reader.line_num}") from error


def _separator(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip(' \t;,|"')), None)
    if header is None:
        return ","

    def cells(separator: str) -> int:
        try:
            return len(next(csv.reader([header], delimiter=separator), ()))
        except csv.Error:
            # A cell that is too long; the table itself is refused for it.
            return 0

    return max(SEPARATORS, key=cells) if max(map(cells, SEPARATORS)) > 1 else ","


def _cell(cell: str) -> str:
    """The content of a cell; text that a spreadsheet is kept from reading as a number is written ="4.5" or '4.5."""
    cell = cell.strip().strip("\u200b\ufeff")
    formula = re.fullmatch(r'="(.*)"', cell) if cell.startswith("=") else None
    return (formula[1] if formula else cell.removeprefix("'")).strip()


_YEAR_FIRST: Final = re.compile(r"(\d{4})[./年-]\s?(\d{1,2})[./月-]\s?(\d{1,2})日?\.?")
_REIWA: Final = re.compile(r"(?:令和|R)\s?(元|\d{1,2})([./年-].*)")
_FIRST_OF_REIWA: Final = 2019
_SERIAL: Final = re.compile(r"(\d{5})(?:[.,]\d+)?")
_DAY_0_OF_EXCEL: Final = date(1899, 12, 30)
_SERIALS: Final = range(30_000, 80_000)
"""Of the years 1982 to 2119."""
_YEAR_LAST: Final = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})")
_MIDNIGHT: Final = re.compile(r",?[ T]0?0:00(:00)?$")


def has_short_year(cell: str) -> bool:
    """Whether a date has a year of two digits."""
    found = _YEAR_LAST.fullmatch(_MIDNIGHT.sub("", cell))
    return found is not None and len(found[4]) == 2


def serial_date(cell: str) -> str:
    """The date of a number of days as Excel counts them from 1900; "" for another text."""
    found = _SERIAL.fullmatch(cell)
    if found is None or int(found[1]) not in _SERIALS:
        return ""
    return (_DAY_0_OF_EXCEL + timedelta(int(found[1]))).isoformat()


def iso_dates(cells: Iterable[str]) -> dict[str, str]:
    """The dates of one column in ISO form, by their text; "" for one that is ambiguous. Other texts are absent.

    With points the day comes first. With other separators, any date of the column whose day is above 12 decides. Dates
    with a year of two digits are absent too: it may be at either end, and of any century.
    """
    found = {cell: _REIWA.sub(_in_our_era, _MIDNIGHT.sub("", cell)) for cell in cells}
    parts = {
        cell: match for cell, text in found.items() if (match := _YEAR_LAST.fullmatch(text)) and len(match[4]) == 4
    }
    deciding = [match for match in parts.values() if match[2] != "."]
    first_above_12 = any(int(match[1]) > 12 for match in deciding)
    second_above_12 = any(int(match[3]) > 12 for match in deciding)
    day_first, month_first = first_above_12 > second_above_12, second_above_12 > first_above_12
    dates: dict[str, str | None] = {}
    for cell, text in found.items():
        if begins_with_year := _YEAR_FIRST.fullmatch(text):
            dates[cell] = _iso(*map(int, begins_with_year.groups()))
        elif cell in parts:
            one, separator, two, year = parts[cell].groups()
            dates[cell] = _by_order(int(one), int(two), int(year), day_first or separator == ".", month_first)
    return {cell: text for cell, text in dates.items() if text is not None}


def _in_our_era(found: re.Match[str]) -> str:
    year = 1 if found[1] == "元" else int(found[1])
    return f"{_FIRST_OF_REIWA - 1 + year}{found[2]}"


def _by_order(one: int, two: int, year: int, day_first: bool, month_first: bool) -> str | None:
    """The date in ISO form; "" if neither is known to come first."""
    if day_first or one > 12 or one == two:
        return _iso(year, two, one)
    if month_first or two > 12:
        return _iso(year, one, two)
    return ""


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
