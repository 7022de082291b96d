"""Text and cells as spreadsheets write them: encodings, separators, and dates in the order of a country."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from mcuaudit.errors import Undecodable

SEPARATORS: Final = ";,\t|"
_TWO_OF_JAPANESE: Final = re.compile(rb"(?:[\x81-\x9f][\x40-\x7e\x80-\xfc]){2}")
_SEP_LINE: Final = re.compile(r'\s*"?sep=(.)"?\s*(?:\r\n|\r|\n|$)', re.IGNORECASE)


def table_text(data: bytes) -> str:
    """The text of a table: in UTF-8, in UTF-16, or as Excel writes it in Europe (cp1252) and Japan (cp932).

    Raises:
        Undecodable: none of these encodings.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif data[1::2].count(0) > len(data) // 4:
        encodings = ["utf-16-le"]
    else:
        encodings = ["utf-8-sig", *(["cp932"] if _is_japanese(data) else []), "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Undecodable("expected UTF-8, UTF-16 or cp1252, found another encoding")


def _is_japanese(data: bytes) -> bool:
    """Whether two common Japanese characters stand in a row; in cp1252 their first bytes are quotes and dashes."""
    try:
        data.decode("cp932")
    except UnicodeDecodeError:
        return False
    return _TWO_OF_JAPANESE.search(data) is not None


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with the line where it begins; the separator is that of ``sep=`` or the header.

    Raises:
        Undecodable: a quotation does not end.
    """
    named = _SEP_LINE.match(text)
    before = text[: named.end()] if named else ""
    rest = text[len(before) :]
    reader = csv.reader(io.StringIO(rest, newline=""), delimiter=named[1] if named else _separator(rest), strict=True)
    first = len(before.splitlines()) + 1
    line = first
    try:
        for row in reader:
            cells = [_cell(cell) for cell in row]
            if any(cells):
                yield line, cells
            line = first + reader.line_num
    except csv.Error as error:
        raise Undecodable(f"not a table: {error}", f"line {first - 1 + reader.line_num}") from error


def _separator(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip(' \t;,|"')), "")

    def cells(separator: str) -> int:
        return len(next(csv.reader([header], delimiter=separator), ()))

    return max(SEPARATORS, key=cells) if max(map(cells, SEPARATORS)) > 1 else ","


def _cell(cell: str) -> str:
    """The content of a cell; text that a spreadsheet is kept from reading as a number is written ="4.5" or '4.5."""
    cell = cell.strip().strip("\u200b\ufeff")
    formula = re.fullmatch(r'="(.*)"', cell)
    return (formula[1] if formula else cell.removeprefix("'")).strip()


_YEAR_FIRST: Final = re.compile(r"(\d{4})[./年-]\s?(\d{1,2})[./月-]\s?(\d{1,2})日?\.?")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})")
_MIDNIGHT: Final = re.compile(r",?[ T]0?0:00(:00)?$")


def iso_dates(cells: Iterable[str]) -> dict[str, str]:
    """The dates of one column in ISO form, by their text; "" for one that is ambiguous. Other texts are absent.

    With points the day comes first. With other separators, any date of the column whose day is above 12 decides.
    """
    found = {cell: _MIDNIGHT.sub("", cell) for cell in cells}
    parts = {cell: match for cell, text in found.items() if (match := _YEAR_LAST.fullmatch(text))}
    day_first = any(int(match[1]) > 12 for match in parts.values() if match[2] != ".")
    month_first = any(int(match[3]) > 12 for match in parts.values() if match[2] != ".")
    order = day_first - month_first
    dates: dict[str, str | None] = {}
    for cell, text in found.items():
        if year_first := _YEAR_FIRST.fullmatch(text):
            dates[cell] = _iso(*map(int, year_first.groups()))
        elif cell in parts:
            one, separator, two, year = parts[cell].groups()
            dates[cell] = _by_order(int(one), int(two), int(year), 1 if separator == "." else order)
    return {cell: text for cell, text in dates.items() if text is not None}


def _by_order(one: int, two: int, year: int, order: int) -> str | None:
    """`order` is 1 if the day comes first, -1 if the month does, and 0 if that is not known."""
    year += 2000 if year < 100 else 0
    if order > 0 or one > 12 or one == two:
        return _iso(year, two, one)
    if order < 0 or two > 12:
        return _iso(year, one, two)
    return ""


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
