"""The entries of peers.toml that a completed table of peers says, with the copies of the files that it names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mcuaudit.collect.file_places import PEERS_DIRECTORY
from mcuaudit.decode.peers import decode_peers
from mcuaudit.decode.spreadsheet import Row, rows_of, table_text
from mcuaudit.decode.table_cells import no_value
from mcuaudit.decode.values import is_ticked
from mcuaudit.decode.workbook import is_workbook, workbook_text
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.errors import Undecodable, UsageError, not_allowed
from mcuaudit.frames.peer_files import CERTIFICATE_KEYS, PUBLIC
from mcuaudit.gather.copying import Copy
from mcuaudit.gather.peer_drafts import file_stem
from mcuaudit.gather.peer_table import COLUMNS, FLEET, KEYS, NAME, OTHER, PLACE, PRODUCT, SHA256
from mcuaudit.gather.refused_list import refused_list
from mcuaudit.gather.sorted_files import SortedFile, What
from mcuaudit.system.toml_text import toml_value

PEERS: Final = "peers.toml"
_NEEDED: Final = (PRODUCT, PLACE, NAME, "connections")
_LISTS: Final = ("connections", "identifiers", "expects")
_BOOLEANS: Final = ("chain_complete", "checks_crls")
_NONE: Final = "none"
_WITH_NONE: Final = (*CERTIFICATE_KEYS, "standard")
"""The columns for which ``none`` is a value."""
_SEPARATED: Final = re.compile(r"[;,\s]+")


@dataclass(frozen=True, slots=True)
class PeerEntry:
    """One row of the table that counts.

    Attributes:
        place: "" for the fleet, a site, or site/device.
        values: the keys of its [[peer]], in order.
        line: where it is in the table.
        copies: the files that it names.
    """

    place: str
    values: Mapping[str, Any]
    line: int
    copies: tuple[Copy, ...] = ()

    @property
    def file(self) -> str:
        """The peers.toml that the entry is for."""
        return f"{self.place}/{PEERS}" if self.place else PEERS

    @property
    def text(self) -> str:
        """The entry as TOML."""
        return "\n".join(["[[peer]]", *(f"{key} = {toml_value(value)}" for key, value in self.values.items())]) + "\n"


@dataclass
class _Heap:
    """The files that cells can name, and the places of an export.

    Attributes:
        certificates: the files with the certificate of a holder.
        stores: the files of CA certificates.
    """

    places: Collection[str]
    certificates: list[SortedFile] = field(default_factory=list)
    stores: list[SortedFile] = field(default_factory=list)


def peer_entries(
    data: bytes, name: str, rows: Sequence[SortedFile], places: Collection[str]
) -> tuple[list[PeerEntry], int]:
    """The entries of the rows with a product, and how many rows have none.

    Args:
        data: the table, as a spreadsheet in any language saved it: CSV or Excel workbook.
        name: what errors call it.
        rows: the files of the heap, as they are now.
        places: the sites and devices of the export.

    Raises:
        UsageError: it is not such a table, or a row with a product cannot be used. Then none is.
    """
    heap = _Heap(places)
    for row in rows:
        if row.item.certificates:
            (heap.stores if row.what is What.AUTHORITY else heap.certificates).append(row)
    try:
        found = list(rows_of(workbook_text(data) if is_workbook(data) else table_text(data)))
        columns, below = _columns(found)
    except Undecodable as error:
        raise UsageError(f"{name}, {error}") from error
    entries: list[PeerEntry] = []
    wrong: list[str] = []
    left_out = 0
    first: dict[tuple[str, str], PeerEntry] = {}
    for line in below:
        given = {key: line.cells[number] for key, number in columns.items() if number < len(line.cells)}
        cells = dict.fromkeys(COLUMNS, "") | given
        if not cells[PRODUCT]:
            left_out += 1
            continue
        try:
            if any(line.cells[number] for number in range(len(line.cells)) if number not in columns.values()):
                raise Undecodable("has a cell without a heading; put a text that has the separator in quotes")
            entry = _entry(line, cells, heap)
        except Undecodable as error:
            wrong.append(f"line {line.line}, {error}")
            continue
        entries.append(entry)
        wrong += _wrong(entry)
        other = first.setdefault((entry.place, file_stem(cells[NAME]).casefold()), entry)
        if other is not entry:
            wrong.append(
                f'line {line.line}, column {NAME}: "{cells[NAME]}" and "{other.values[NAME]}" of line {other.line} are '
                "one name in the same place; change one of them"
            )
    wrong += _without_connections(entries)
    if wrong:
        raise refused_list(f"nothing was written; {name} has rows that cannot be used:", wrong)
    return entries, left_out


def _columns(rows: Sequence[Row]) -> tuple[Mapping[str, int], Sequence[Row]]:
    for number, row in enumerate(rows[:5]):
        headings = [cell.casefold() for cell in row.cells]
        if all(key in headings for key in _NEEDED):
            for heading in filter(None, headings):
                if heading not in COLUMNS:
                    raise Undecodable(not_allowed("unknown column", heading, COLUMNS), f"line {row.line}")
                if headings.count(heading) > 1:
                    raise Undecodable(f'two columns are called "{heading}"; keep one of them', f"line {row.line}")
            return {key: headings.index(key) for key in COLUMNS if key in headings}, rows[number + 1 :]
    raise Undecodable(
        f"expected the columns {', '.join(_NEEDED)}; write the table with mcuaudit sort --draft-peers peers.xlsx, and "
        "keep its header"
    )


def _entry(row: Row, cells: Mapping[str, str], heap: _Heap) -> PeerEntry:
    """What one row says.

    Raises:
        Undecodable: a cell cannot be used.
    """
    for key in (*KEYS, PRODUCT, PLACE):
        has_none = key in _WITH_NONE and cells[key].casefold() == _NONE
        if not has_none and (reason := no_value(cells[key])):
            raise Undecodable(reason, f"column {key}")
    place = _place(cells[PLACE], heap.places)
    values: dict[str, Any] = {}
    copies: list[Copy] = []
    for key in KEYS:
        cell = cells[key]
        if key in _LISTS:
            value: Any = [word for word in _SEPARATED.split(cell) if word]
        elif key in _BOOLEANS and cell:
            value = _ticked(key, cell)
        elif key in CERTIFICATE_KEYS and cell:
            value = _certificate(key, cells, heap, place, copies, row.line)
        elif key == "trust_store" and cell:
            value = _store(cell, heap, place, copies, row.line)
        else:
            value = cell
        if value not in ("", []):
            values[key] = value
        if key == NAME and cells[PRODUCT].casefold() != OTHER:
            values[PRODUCT] = cells[PRODUCT]
    return PeerEntry(place, values, row.line, tuple(copies))


def _place(cell: str, places: Collection[str]) -> str:
    place = in_nfc(cell.replace("\\", "/").strip("/"))
    if place in places:
        return place
    if place.casefold() == FLEET:
        return ""
    if not place:
        raise Undecodable(f"is empty; write a site, SITE/DEVICE, or {FLEET} for all devices", f"column {PLACE}")
    known = [one for one in places if one.casefold() == place.casefold()]
    if len(known) > 1:
        raise Undecodable(f'"{place}" may be {" or ".join(sorted(known))}; write it as one of them', f"column {PLACE}")
    if not known:
        raise Undecodable(not_allowed("unknown site or device", place, [FLEET, *sorted(places)]), f"column {PLACE}")
    return known[0]


def _ticked(key: str, cell: str) -> bool:
    try:
        return is_ticked(cell)
    except Undecodable as error:
        raise Undecodable(error.reason, f"column {key}") from error


def _certificate(
    key: str, cells: Mapping[str, str], heap: _Heap, place: str, copies: list[Copy], line: int
) -> str | bool:
    if cells[key].casefold() == _NONE:
        return False
    digest = cells[SHA256].casefold() if key == "certificate" else ""
    named = [row for row in heap.certificates if row.item.file.name == cells[key]]
    if not named:
        raise Undecodable(_no_file(cells[key], heap.certificates), f"column {key}")
    found = [row for row in named if row.item.digest == digest] if digest else named[:1]
    if not found:
        raise Undecodable(
            f"{cells[key]} does not have the SHA-256 of the column {SHA256}: it is another file than the one of the "
            "draft, or has changed since; clear that cell if it is the right one",
            f"column {key}",
        )
    ending = "-client.pem" if key == "client_certificate" else ".pem"
    return _copied(found[0], f"{file_stem(cells[NAME])}{ending}", place, copies, line)


def _store(cell: str, heap: _Heap, place: str, copies: list[Copy], line: int) -> str:
    """A file of the heap, which is copied once for all peers of a place; or one of the export, or the public CAs."""
    if cell.casefold() == PUBLIC:
        return PUBLIC
    # What a peer trusts may be the certificate of another party itself.
    named = [row for row in (*heap.stores, *heap.certificates) if row.item.file.name == cell]
    if named:
        return _copied(named[0], f"trusted-{file_stem(Path(cell).stem)}.pem", place, copies, line)
    inner = cell.replace("\\", "/")
    if inner.startswith(f"{PEERS_DIRECTORY}/") and ".." not in inner.split("/"):
        return inner
    raise Undecodable(_no_file(cell, heap.stores), "column trust_store")


def _no_file(cell: str, rows: Sequence[SortedFile]) -> str:
    names = [row.item.file.name for row in rows]
    if not names:
        return f'no such file in the heap "{cell}"; the heap has none of this kind'
    return not_allowed("no such file in the heap", cell, names, page="the list of --out")


def _copied(row: SortedFile, file: str, place: str, copies: list[Copy], line: int) -> str:
    inner = f"{PEERS_DIRECTORY}/{file}"
    copies.append(Copy(row.item, row.what, f"{place}/{inner}" if place else inner, f"line {line}"))
    return inner


def _without_connections(entries: Sequence[PeerEntry]) -> Iterator[str]:
    """The entries that have no connections, and change no entry of a farther place that has some."""
    having = {(one.values.get(NAME), one.place) for one in entries if "connections" in one.values}
    for one in entries:
        farther = ("", one.place.partition("/")[0]) if "/" in one.place else ("",) if one.place else ()
        if "connections" not in one.values and not any((one.values.get(NAME), place) in having for place in farther):
            yield (
                f"line {one.line}, column connections is empty; write those that the peer has, such as incoming_sip; "
                "outgoing_sip. Only a row that changes another row of the name, for a site or fleet, needs none"
            )


def _wrong(entry: PeerEntry) -> Iterator[str]:
    """What reading the entry would say of it, by the column of the table."""
    for problem in decode_peers(entry.text.encode()).problems:
        key = problem.where.rpartition(" ")[2]
        yield f"line {entry.line}, {f'column {key}: ' if key in (*KEYS, PRODUCT) else ''}{problem.reason}"
