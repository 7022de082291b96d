"""Copy the files of a heap to their places in an export: all of them or none, and nothing that is there is replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mcuaudit.collect.artefact import TRUST_STORE_KINDS, Kind
from mcuaudit.collect.file_places import known_file
from mcuaudit.decode.pem_text import pem_of
from mcuaudit.errors import UsageError
from mcuaudit.gather.heap import octets_of
from mcuaudit.gather.sorted_files import Certainty, HeapItem, SortedFile, What
from mcuaudit.gather.writing import taken_by, write_all
from mcuaudit.policy.schema import Limits
from mcuaudit.wording.numbers import plural

_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Copy:
    """One file to copy, its place in the export, and where that was written: a line of the list, or ""."""

    item: HeapItem
    what: What
    place: str
    where: str = ""


def copies_of(rows: Iterable[SortedFile], *, likely: bool = False) -> list[Copy]:
    """What is copied without a list: what is sure, and has no other file in its place; with `likely`, that too.

    Of several files that may be for one place, none is copied.
    """
    wanted = (row for row in rows if row.place and not row.is_there)
    chosen = [row for row in wanted if row.copies or (likely and row.certainty is Certainty.LIKELY)]
    places = Counter(row.place for row in chosen)
    return [Copy(row.item, row.what, row.place) for row in chosen if places[row.place] == 1]


def copy_files(copies: Sequence[Copy], export: str | Path, limits: Limits | None = None) -> list[Path]:
    """Write the files to their places, in their order. Of files with certificates, the certificates alone, as PEM.

    Private keys are never written, and neither is what stands beside certificates in a file. If one file cannot be
    written, those that were written before are removed again.

    Raises:
        UsageError: a place is not one of an export or is taken, two files have one place, or a file cannot be used
            there. Then nothing is written.
        StorageError: the machine cannot write it.
    """
    root = Path(export)
    limits = limits or Limits()
    wrong = list(_wrong(copies, root))
    contents: list[bytes] = []
    for one in copies:
        content = _content(one, limits)
        if isinstance(content, str):
            wrong.append(f"{_named(one)}: {content}")
        else:
            contents.append(content)
    if wrong:
        more = f" There are {len(wrong) - _MOST_NAMED} more." if len(wrong) > _MOST_NAMED else ""
        head = f"nothing was copied, because of {plural(len(wrong), 'problem')}:"
        raise UsageError("\n".join([head, *(f"  {one}" for one in wrong[:_MOST_NAMED])]) + more)
    write_all([root / one.place for one in copies], contents)
    return [root / one.place for one in copies]


def _wrong(copies: Sequence[Copy], root: Path) -> Iterator[str]:
    """What is wrong with the places."""
    first: dict[str, Copy] = {}
    for one in copies:
        folded = one.place.casefold()
        if folded in first:
            yield f"{_named(one)}: {one.place} is also the place of {_named(first[folded])}; keep one of them"
            continue
        first[folded] = one
        if reason := why_no_place(one.place, one.item, root):
            yield f"{_named(one)}: {reason}"
        elif (there := taken_by(root, one.place)) is not None:
            yield f"{_named(one)}: {there} is there already, and is not replaced; remove it first"
        elif not (root / one.place).resolve().is_relative_to(root.resolve()):
            yield f"{_named(one)}: {one.place} leads out of the export"


def _named(one: Copy) -> str:
    return f"{one.where}, {one.item.file.name}" if one.where else one.item.file.name


def why_no_place(place: str, item: HeapItem, root: str | Path) -> str:
    """Why a file cannot have a place in an export; "" if it can."""
    path, root = PurePosixPath(place), Path(root)
    if path.is_absolute() or "\\" in place or ":" in place or any(part in ("", ".", "..") for part in place.split("/")):
        return f'"{place}" is not a path within the export; write it as leeds/mcu-1/local-certificate.pem'
    kind = known_file(root / place, path.parts[:-1], root.name).kind
    of_store = kind in TRUST_STORE_KINDS
    if kind is Kind.LOCAL_CERTIFICATE and len(path.parts) == 3 and item.certificates:
        return ""
    if kind is Kind.PEER_FILE and item.certificates:
        return ""
    if of_store and item.certificates:
        authority = all(one.may_be_ca for one in item.certificates)
        return "" if authority else f"{place} is a trust store, and the file holds an end-entity certificate"
    if kind is Kind.RESPONSE and item.content.response:
        name = f"{item.content.response}.xml"
        return "" if path.name == name else f"{place} is another response; this one belongs in api/{name}"
    if kind in (Kind.SETTINGS, Kind.PEERS) and path.name == item.content.typed:
        return ""
    if kind is Kind.REVOCATION_LIST and item.content.lists:
        return ""
    return f'"{place}" is not a place for this file; docs/export-layout.md has the places'


def _content(one: Copy, limits: Limits) -> bytes | str:
    """What is written, or why nothing can be."""
    item = one.item
    if item.content.damaged:
        return f"a part of it cannot be read ({item.content.reason}); export it again"
    if item.content.is_secret:
        return f"it is not copied: {item.content.reason}"
    if item.certificates:
        return pem_of(one.der for one in item.certificates)
    data = octets_of(item.file, limits)
    if isinstance(data, bytes) and item.content.has_key:
        return "it holds a private key, and is not copied"
    return data
