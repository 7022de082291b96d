"""An Excel workbook as the table that its first sheet shows: the cells as text, nothing calculated, no macro run.

Source: ECMA-376, part 1, 18.3 (worksheets), 18.4 (shared strings), 18.8.30 (number formats).
"""

from __future__ import annotations

import csv
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from mcuaudit.decode.most import MOST_COLUMNS
from mcuaudit.errors import Undecodable

_ZIP: Final = b"PK\x03\x04"
_MOST_OCTETS: Final = 8 << 20
"""A part of the workbook that is larger, unpacked, is not read."""
_MOST_ROWS: Final = 100_000
_SAVE: Final = "save the sheet as CSV UTF-8, and name that file"
_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_DATE_IDS: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Number formats that every workbook has, and that show a date or time."""
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_CODES: Final = {"1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00"}
"""Formats of numbers that every workbook has."""
_DIGITS: Final = re.compile(r"[#,]*(0{0,30})(?:\.(0{1,30}))?")
"""A format with the same digits after the point for each number; the mark of thousands is left out."""
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LETTERS: Final = 26
_DAMAGED: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, LookupError, ValueError, OverflowError
)  # fmt: skip
"""What zipfile raises, and a number or reference that is none."""


def is_workbook(data: bytes) -> bool:
    """Whether a file is a workbook of Excel 2007 or later (.xlsx)."""
    return data.startswith(_ZIP) and b"xl/" in data


def workbook_text(data: bytes, *, only: bool = False) -> str:
    """The first visible sheet that has cells, as CSV; a line for each row of the sheet.

    A number has the leading zeros and the decimals that its format shows, and a date is written as 2026-11-23. Of a
    formula it is the value that was saved with it.

    Args:
        data: the workbook.
        only: another visible sheet with cells is an error, as it may have what counts.

    Raises:
        Undecodable: it is damaged, locked with a password, or larger than the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            book = _Book.of(archive)
            sheets = (list(_rows(_part(archive, path), book)) for path in dict.fromkeys(_sheets(archive)))
            filled = (rows for rows in sheets if any(any(row) for row in rows))
            found = next(filled, None)
            if only and found is not None and next(filled, None) is not None:
                raise Undecodable("the Excel workbook has several sheets with cells; keep the one with the table")
            if found is not None:
                return _as_csv(found)
    except (ParseError, DefusedXmlException) as error:
        raise Undecodable(f"the Excel workbook has a part that cannot be read; {_SAVE}") from error
    except _DAMAGED as error:
        raise Undecodable(f"the Excel workbook is damaged or locked with a password; {_SAVE}") from error
    raise Undecodable("the Excel workbook has no visible sheet with cells")


@dataclass(frozen=True, slots=True)
class _Book:
    """What the cells of all sheets refer to.

    Attributes:
        texts: the shared strings.
        formats: the format of numbers by style: "date"; the least digits before the point and those after it, such as
            "3.0" and "1.2"; or "".
        begins: the day 0 of dates.
    """

    texts: Sequence[str]
    formats: Sequence[str]
    begins: datetime

    @classmethod
    def of(cls, archive: zipfile.ZipFile) -> _Book:
        names = set(archive.namelist())
        strings = _part(archive, "xl/sharedStrings.xml") if "xl/sharedStrings.xml" in names else None
        styles = _part(archive, "xl/styles.xml") if "xl/styles.xml" in names else None
        properties = next(_named(_part(archive, _WORKBOOK), "workbookPr"), None)
        since_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        return cls(
            [_text_of(one) for one in _named(strings, "si")] if strings is not None else (),
            tuple(_formats(styles)) if styles is not None else (),
            datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30),  # noqa: DTZ001
        )


def _part(archive: zipfile.ZipFile, name: str) -> Element:
    with archive.open(name) as stream:
        data = stream.read(_MOST_OCTETS + 1)
    if len(data) > _MOST_OCTETS:
        raise Undecodable(f"the Excel workbook has a part of more than {_MOST_OCTETS >> 20} MiB; {_SAVE}")
    root: Element = defusedxml.ElementTree.fromstring(data, forbid_dtd=True)
    return root


def _named(parent: Element, name: str) -> Iterator[Element]:
    """The elements of a name at any depth, whatever their namespace."""
    return (one for one in parent.iter() if one.tag.rpartition("}")[2] == name)


def _text_of(entry: Element) -> str:
    """The text of a string, without the hints for its pronunciation that Japanese workbooks have."""
    found = []
    for one in entry:
        name = one.tag.rpartition("}")[2]
        if name == "t":
            found.append(one.text or "")
        elif name == "r":
            found.append(_text_of(one))
    return "".join(found)


def _formats(styles: Element) -> Iterator[str]:
    codes = {one.get("numFmtId"): one.get("formatCode") or "" for one in _named(styles, "numFmt")}
    for table in _named(styles, "cellXfs"):
        for style in table:
            number = style.get("numFmtId") or "0"
            code = _QUOTED.sub("", codes.get(number, "")).partition(";")[0]
            if int(number) in _DATE_IDS or re.search("[ymdhs]", code, re.IGNORECASE):
                yield "date"
            else:
                shown = _DIGITS.fullmatch(_CODES.get(number, code))
                yield f"{len(shown[1])}.{len(shown[2] or '')}" if shown else ""


def _sheets(archive: zipfile.ZipFile) -> Iterator[str]:
    """The parts of the visible sheets, in their order."""
    related = _named(_part(archive, _RELATIONS), "Relationship")
    relations = {one.get("Id"): one.get("Target") or "" for one in related}
    for sheet in _named(_part(archive, _WORKBOOK), "sheet"):
        identity = next((value for name, value in sheet.attrib.items() if name.rpartition("}")[2] == "id"), "")
        target = relations.get(identity, "")
        if target and sheet.get("state", "visible") == "visible":
            yield target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _rows(sheet: Element, book: _Book) -> Iterator[list[str]]:
    """The rows down to the last one with a value, with an empty one for each that is not there or has none."""
    number, given = 0, 0
    for row in _named(sheet, "row"):
        at = int(row.get("r") or number + 1)
        cells: dict[int, str] = {}
        for cell in row:
            place = _REFERENCE.fullmatch(cell.get("r") or "")
            column = _column(place[1]) if place else len(cells)
            if column < MOST_COLUMNS:
                cells[column] = _value(cell, book)
        has_value = any(cells.values())
        if at <= number or (has_value and at > _MOST_ROWS):
            raise Undecodable(
                f"the Excel workbook has a row {at:,}; at most {_MOST_ROWS:,} are read, in order; {_SAVE}"
            )
        number = at
        if has_value:
            # Columns and whole sheets are formatted down to rows that hold nothing.
            yield from ([] for _ in range(at - given - 1))
            given = at
            yield [cells.get(column, "") for column in range(max(cells) + 1)]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: Element, book: _Book) -> str:
    parts: Mapping[str, Element] = {one.tag.rpartition("}")[2]: one for one in cell}
    kind = cell.get("t") or "n"
    if kind == "inlineStr":
        return _text_of(parts["is"]) if "is" in parts else ""
    text = (parts["v"].text or "") if "v" in parts else ""
    if not text:
        return ""
    match kind:
        case "s":
            return book.texts[int(text)] if int(text) < len(book.texts) else ""
        case "b":
            return "true" if text == "1" else "false"
        case "n":
            style = int(cell.get("s") or "0")
            return _number(text, book.formats[style] if style < len(book.formats) else "", book.begins)
    return text


def _number(text: str, shown: str, begins: datetime) -> str:
    value = float(text)
    if shown == "date":
        try:
            moment = begins + timedelta(seconds=round(value * 86400))
        except OverflowError:
            return text
        return f"{moment:%Y-%m-%d}" if value == int(value) else f"{moment:%Y-%m-%dT%H:%M:%S}"
    digits, _, decimals = shown.partition(".")
    if decimals not in ("", "0"):
        return f"{value:0{int(digits) + int(decimals) + 1}.{decimals}f}"
    if value == int(value) and abs(value) < 1e15:
        return str(int(value)).zfill(int(digits or "0"))
    return repr(value)


def _as_csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    # A line of the text is a row of the sheet.
    csv.writer(text, lineterminator="\n").writerows([" ".join(cell.split()) for cell in row] for row in rows)
    return text.getvalue()
