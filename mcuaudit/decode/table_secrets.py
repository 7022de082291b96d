"""The columns of a table that are called as secrets are, with their cells."""

from __future__ import annotations

from collections.abc import Iterator

from mcuaudit.decode.secret_texts import is_secret_name
from mcuaudit.decode.spreadsheet import rows_of, table_text
from mcuaudit.decode.workbook import is_workbook, workbook_text
from mcuaudit.errors import Undecodable


def secret_columns(data: bytes) -> Iterator[tuple[str, str]]:
    """The name of each such column with each of its cells that is not empty."""
    try:
        rows = rows_of(workbook_text(data) if is_workbook(data) else table_text(data))
        header = next(rows, None)
        secret = {number: name for number, name in enumerate(header.cells if header else ()) if is_secret_name(name)}
        # Most tables have no such column, and are not read a second time.
        below = list(rows) if secret else []
    except (Undecodable, ValueError):
        return
    for number, name in secret.items():
        yield from ((name, row.cells[number]) for row in below if number < len(row.cells) and row.cells[number])
