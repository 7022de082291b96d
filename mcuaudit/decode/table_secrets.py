"""The columns of a table that are called as secrets are, with their cells."""

from __future__ import annotations

from collections.abc import Iterator

from mcuaudit.decode.secret_texts import is_secret_name
from mcuaudit.decode.spreadsheet import rows_of, table_text
from mcuaudit.errors import Undecodable


def secret_columns(data: bytes) -> Iterator[tuple[str, str]]:
    """The name of each such column with each of its cells that is not empty."""
    try:
        header, *rows = rows_of(table_text(data))
    except (Undecodable, ValueError):
        return
    for number, name in enumerate(header.cells):
        if is_secret_name(name):
            yield from ((name, row.cells[number]) for row in rows if number < len(row.cells) and row.cells[number])
