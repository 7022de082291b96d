"""The list of sorted files, as a person corrected it in a spreadsheet: which file is copied, and where to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from mcuaudit.collect.file_places import PEERS_DIRECTORY, is_list
from mcuaudit.decode.spreadsheet import Row, rows_of, table_text
from mcuaudit.decode.values import is_ticked
from mcuaudit.decode.workbook import is_workbook, workbook_text
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.errors import Undecodable, UsageError, did_you_mean
from mcuaudit.gather.copying import Copy
from mcuaudit.gather.refused_list import refused_list
from mcuaudit.gather.sorted_files import SortedFile

COLUMNS: Final = ("copy", "place", "certainty", "what", "file", "names", "issuer", "expires", "why", "others",
                  "duplicate_of", "sha256")  # fmt: skip
"""The columns of the list; `copy`, `place`, `file` and `sha256` are read again."""
_NEEDED: Final = ("copy", "place", "file", "sha256")


def corrected_copies(data: bytes, name: str, rows: Sequence[SortedFile], owners: Collection[str]) -> list[Copy]:
    """What the list says is copied: the rows with yes under `copy`, each to the place that it has.

    Args:
        data: the list, as a spreadsheet in any language saved it: CSV or Excel workbook.
        name: what errors call it.
        rows: the files of the heap, as they are now.
        owners: the sites and devices that are known, by which a misspelt one is named.

    Raises:
        UsageError: it is not such a list, a row has no place, or names a file that is not in the heap or has changed.
    """
    try:
        found = list(rows_of(workbook_text(data) if is_workbook(data) else table_text(data)))
        columns, below = _columns(found)
        copies, wrong = [], []
        for row in below:
            cells = {key: row.cells[number] if number < len(row.cells) else "" for key, number in columns.items()}
            one = _copy(row, cells, rows, owners)
            if isinstance(one, str):
                wrong.append(f"line {row.line}: {one}")
            elif one is not None:
                copies.append(one)
    except Undecodable as error:
        raise UsageError(f"{name}, {error}") from error
    if wrong:
        raise refused_list(f"nothing was copied; {name} has rows that cannot be used:", wrong)
    return copies


def _columns(rows: Sequence[Row]) -> tuple[Mapping[str, int], Sequence[Row]]:
    for number, row in enumerate(rows[:5]):
        headings = [cell.casefold() for cell in row.cells]
        if all(key in headings for key in _NEEDED):
            return {key: headings.index(key) for key in _NEEDED}, rows[number + 1 :]
    raise Undecodable(
        f"expected the columns {', '.join(_NEEDED)}; write the list with mcuaudit sort --out, and keep its header"
    )


def _copy(row: Row, cells: Mapping[str, str], rows: Sequence[SortedFile], owners: Collection[str]) -> Copy | str | None:
    """What one row says; a text is what is wrong with it."""
    if not cells["copy"]:
        return None
    try:
        if not is_ticked(cells["copy"]):
            return None
    except Undecodable as error:
        return f"column copy: {error.reason}"
    place = in_nfc(cells["place"].replace("\\", "/"))
    if not place:
        return f"{cells['file']} has no place; write it, such as leeds/mcu-1/local-certificate.pem"
    if reason := _unknown_owner(place, owners):
        return reason
    found = next(_rows_of(cells, rows), None)
    if found is None:
        return f"{cells['file']} is not in the heap, or has changed since the list was written; write the list again"
    # The run that wrote the list may have copied it.
    return None if found.is_there and place == found.place else Copy(found.item, found.what, place, f"line {row.line}")


def _unknown_owner(place: str, owners: Collection[str]) -> str:
    """That no site or device of the export is that of a place; "" for one of them, of the fleet, or of a CRL."""
    *above, name = place.split("/")
    above = above[: above.index(PEERS_DIRECTORY)] if PEERS_DIRECTORY in above else above
    owner = "/".join(above[:2])
    folded = {one.casefold() for one in owners}
    if not owner or not owners or owner.casefold() in folded or is_list(name):
        return ""
    return f'the place {place}: no site or device is called "{owner}".{did_you_mean(owner, owners)}'


def _rows_of(cells: Mapping[str, str], rows: Sequence[SortedFile]) -> Iterator[SortedFile]:
    """The rows of the heap that a row of the list is about: by digest, the file of that name first."""
    same = [row for row in rows if row.item.digest and row.item.digest == cells["sha256"].casefold()]
    yield from (row for row in same if row.item.file.name == cells["file"])
    yield from same
