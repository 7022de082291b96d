"""Tables of a page, and the complete table as a CSV file in the page."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from mcuaudit.report.html import Html, element, join
from mcuaudit.summary.csv_text import csv_octets
from mcuaudit.wording.numbers import plural, size_words

ROWS_SHOWN: Final = 200
"""Rows of a detail table on a page; the CSV has all."""
PACKED_FROM: Final = 2_000
"""Smallest file in a page that is compressed, in bytes."""
CSV_LIMIT: Final = 60_000
"""Largest compressed CSV of one table in a page, in bytes: with 300 devices, a page stays below 2 MB."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, and the id by which the page links to it."""

    cells: Sequence[object]
    anchor: str | None = None


def table(caption: object, columns: Sequence[str], rows: Iterable[Row], *, label: str, grouped: bool = False) -> Html:
    """A table with its first column as the heading of each row.

    On a narrow screen each row is a block of lines, one per cell; of a grouped table, cells share a line.
    `label` is the name of the frame for screen readers, which reach it by keyboard.
    """
    head = element("tr", *(element("th", title, scope="col") for title in columns))
    body = join(_row(columns, row) for row in rows)
    whole = element(
        "table", element("caption", element("span", caption)), element("thead", head), element("tbody", body)
    )
    kind = "scroll grouped" if grouped else "scroll stacked"
    return element("div", whole, class_=kind, role="region", tabindex="0", aria_label=label)


def _row(columns: Sequence[str], row: Row) -> Html:
    first, *others = row.cells
    cells = (element("td", cell, data_label=title) for title, cell in zip(columns[1:], others, strict=True))
    return element("tr", element("th", first, scope="row"), *cells, id=row.anchor)


def shown_of(shown: int, total: int, one: str, several: str | None = None) -> str:
    """``12 causes`` or ``40 of 163 causes``."""
    return plural(total, one, several) if shown == total else f"{shown:,} of {plural(total, one, several)}"


def csv_link(frame: pd.DataFrame, name: str, words: str) -> Html:
    """A link that saves the complete frame; if it is too large for a page, the place of the frame."""
    content = csv_octets(frame, spreadsheet=True)
    if len(content) >= PACKED_FROM and len(gzip.compress(content, mtime=0)) > CSV_LIMIT:
        return join(
            (
                "The complete table (",
                size_words(len(content)),
                ") is too large for this page. The folder audit beside the pages has it as Parquet, and the zip file "
                "of --bundle as CSV.",
            )
        )
    return file_link(words, content, f"{name}.csv", "text/csv;charset=utf-8")


def file_link(words: object, content: bytes, file: str, kind: str, title: str | None = None) -> Html:
    """A link that saves a file which is in the page.

    A larger file is compressed. The script of the page saves it as it is, and without scripts it is saved as ``.gz``.
    """
    if len(content) < PACKED_FROM:
        return element("a", words, href=data_address(kind, content), download=file, title=title)
    packed = data_address("application/gzip", gzip.compress(content, mtime=0))
    return element("a", words, href=packed, download=f"{file}.gz", data_file=file, title=title)


def data_address(kind: str, content: bytes) -> str:
    """The address of a file that is in the page."""
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
