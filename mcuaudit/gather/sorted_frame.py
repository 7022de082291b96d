"""The files of a heap as a table: the list that a person corrects in a spreadsheet, and the frame of Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from mcuaudit.gather.corrected import COLUMNS
from mcuaudit.gather.sorted_files import SortedFile, SortedHeap, What, names_of

IN_A_CELL: Final = "; "


def sorted_frame(heap: SortedHeap) -> pd.DataFrame:
    """A row for each file, in texts: the columns of the list that a person corrects."""
    return pd.DataFrame([_texts(row) for row in heap.rows], columns=list(COLUMNS), dtype="str")


def _texts(row: SortedFile) -> list[str]:
    own, name = row.item.own, row.item.file.name
    subject = own.common_names[0] if own and own.common_names else ""
    names = [one for one in names_of(own) if one != subject] if own else []
    return [
        "yes" if row.copies else "", row.place, row.certainty.value, row.what.value, name,
        IN_A_CELL.join([subject, *names]) if own else "", own.issuer_text if own else "",
        own.not_after.date().isoformat() if own else "", IN_A_CELL.join(reasons_of(row)), IN_A_CELL.join(row.others),
        row.duplicate_of, row.item.digest,
    ]  # fmt: skip


def reasons_of(row: SortedFile) -> Iterator[str]:
    """What speaks for the place of a file and against it, and what a person needs to know of it."""
    if row.duplicate_of:
        yield f"the same as {row.duplicate_of}"
        return
    yield from (reason for reason in row.why if reason)
    if row.item.content.damaged:
        yield f"a part of it cannot be read ({row.item.content.reason})"
    if row.item.content.has_key and row.what not in (What.PRIVATE_KEY, What.PKCS12):
        yield "it also holds a private key, which stays where it is"
