"""Add the entries of a completed table of peers to the peers.toml of an export: all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mcuaudit.decode.peers import decode_peers
from mcuaudit.decode.pem_text import pem_of
from mcuaudit.errors import Undecodable, UsageError
from mcuaudit.gather.copying import Copy, copy_files
from mcuaudit.gather.known import Known
from mcuaudit.gather.list_file import octets_of
from mcuaudit.gather.peer_entries import PeerEntry, peer_entries
from mcuaudit.gather.peer_table import NAME
from mcuaudit.gather.refused_list import refused_list
from mcuaudit.gather.sorted_files import SortedHeap
from mcuaudit.gather.writing import removed
from mcuaudit.policy.schema import Limits
from mcuaudit.system.files import write_whole


@dataclass(frozen=True, slots=True)
class Added:
    """What was added to an export, of a table of peers.

    Attributes:
        entries: how many entries were added.
        there: how many were there already.
        files: how many files of certificates and trust stores were copied.
        left_out: how many rows of the table have no product.
    """

    entries: int
    there: int
    files: int
    left_out: int = 0


def add_peers(
    table: str | Path,
    heap: SortedHeap,
    known: Known,
    export: str | Path,
    copies: Sequence[Copy] = (),
    limits: Limits | None = None,
) -> Added:
    """Add the rows with a product of a completed table to an export, as `write_peers` does.

    Raises:
        UsageError: the table or a row cannot be used, or as `write_peers`. Then nothing is written.
        StorageError: the machine cannot write it.
    """
    places = {name for one in known.devices for name in (one.site, one.device_id)}
    entries, left_out = peer_entries(octets_of(table), str(table), heap.rows, places)
    return replace(write_peers(entries, export, copies, limits), left_out=left_out)


def write_peers(
    entries: Sequence[PeerEntry], export: str | Path, copies: Sequence[Copy] = (), limits: Limits | None = None
) -> Added:
    """Append the entries to the files of their places, and copy the files that they name.

    An entry and a file that are there already in the same form are left as they are, so that a table can be completed
    in several steps. Nothing that is there is changed.

    Args:
        entries: those of the table.
        export: the export.
        copies: other files to copy with them.
        limits: the largest files.

    Raises:
        UsageError: an entry of the name says something else there, a peers.toml cannot be read, or a file cannot be
            copied. Then nothing is written.
        StorageError: the machine cannot write it. What was written before is removed again.
    """
    root = Path(export)
    by_file: dict[str, list[PeerEntry]] = {}
    wrong: list[str] = []
    for file in dict.fromkeys(entry.file for entry in entries):
        there = _declared(root, file)
        for entry in (one for one in entries if one.file == file):
            name = str(entry.values[NAME])
            if name not in there:
                by_file.setdefault(file, []).append(entry)
            elif there[name] != _values(entry.text):
                wrong.append(
                    f'line {entry.line}: {file} has a [[peer]] "{name}" already, which says something else; change it '
                    "there, and clear the cell product of this row"
                )
    if wrong:
        raise refused_list("nothing was written:", wrong)
    named = {one.place: one for entry in entries for one in entry.copies}
    new = [one for one in named.values() if not _is_there(one, root)]
    written = copy_files([*copies, *new], root, limits)
    before = {root / file: (root / file).read_bytes() if (root / file).is_file() else None for file in by_file}
    try:
        for file, added in by_file.items():
            write_whole(root / file, _extended(before[root / file] or b"", added))
    except BaseException:
        for place, data in before.items():
            if data is None:
                removed(place)
            else:
                write_whole(place, data)
        removed(*written)
        raise
    added_entries = sum(map(len, by_file.values()))
    return Added(added_entries, len(entries) - added_entries, len(written))


def _declared(root: Path, file: str) -> Mapping[str, Mapping[str, Any]]:
    """The peers of a peers.toml, by name."""
    try:
        return {one.name: one.values for one in decode_peers((root / file).read_bytes()).peers}
    except FileNotFoundError:
        return {}
    except (Undecodable, OSError) as error:
        reason = str(error) if isinstance(error, Undecodable) else "it cannot be read"
        raise UsageError(f"{file}, {reason}; correct it first, as no entry can be added.") from error


def _values(text: str) -> Mapping[str, Any]:
    (one,) = decode_peers(text.encode()).peers
    return one.values


def _is_there(copy: Copy, root: Path) -> bool:
    """Whether the place has these certificates already."""
    place = root / copy.place
    return place.is_file() and place.read_bytes() == pem_of(one.der for one in copy.item.certificates)


def _extended(data: bytes, entries: Sequence[PeerEntry]) -> bytes:
    text = "".join(f"\n{entry.text}" for entry in entries)
    before = b"" if not data or data.endswith(b"\n") else b"\n"
    added = text.encode()
    return data + before + (added.replace(b"\n", b"\r\n") if b"\r\n" in data else added)
