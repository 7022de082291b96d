"""The certificate revocation lists of an export, wherever they lie: beside stores, in peers/, or in a store's file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mcuaudit.collect.artefact import Kind
from mcuaudit.decode.file import DecodedFile
from mcuaudit.decode.records import Bundle
from mcuaudit.decode.revocation_list import decode_list_once
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.revocation_list import RevocationList
from mcuaudit.errors import Undecodable
from mcuaudit.frames.export_files import ExportFiles, Row


@dataclass(slots=True)
class _Found:
    """One list, or one file with a list that cannot be read, and the files that have it."""

    content: RevocationList | None
    files: list[str] = field(default_factory=list)


def revocation_list_rows(export_files: ExportFiles) -> list[Row]:
    """The rows of the frame `revocation_lists`: one per distinct list, and one per file with one that is lost."""
    found: dict[str, _Found] = {}
    for file in export_files.files:
        for sha256, content in _lists_of(export_files, file):
            known = found.setdefault(sha256, _Found(content))
            if file.artefact.name not in known.files:
                known.files.append(file.artefact.name)
    return [_row(sha256, one) for sha256, one in sorted(found.items())]


def _lists_of(export_files: ExportFiles, file: DecodedFile) -> Iterator[tuple[str, RevocationList | None]]:
    """The lists of a file, by SHA-256; None, by that of the file, for a list that is there and cannot be read."""
    is_list = file.artefact.kind is Kind.REVOCATION_LIST or (Kind.REVOCATION_LIST, "") in file.artefact.claims
    if not isinstance(file.content, Bundle):
        yield from _lost(file) if is_list else ()
        return
    for der in file.content.revocation_lists:
        try:
            one = decode_list_once(der)
        except Undecodable as error:
            export_files.report(file, "unreadable", "", error.reason)
            yield from _lost(file)
            continue
        if one.unreadable:
            fields = ", ".join(one.unreadable)
            reason = f"the CRL of {one.issuer_text} was read, except these fields: {fields}"
            export_files.report(file, "unreadable", "", reason)
        yield one.sha256, one
    if file.content.lists_damaged or (is_list and any(problem.kind == "unreadable" for problem in file.problems)):
        yield from _lost(file)


def _lost(file: DecodedFile) -> Iterator[tuple[str, None]]:
    yield file.sha256 or file.artefact.name, None


def _row(sha256: str, found: _Found) -> Row:
    one, row = found.content, {"revocation_list": sha256, "files": join_names(found.files)}
    if one is None:
        return row | {"state": "damaged"}
    return row | {
        "state": "present",
        "issuer": one.issuer_text,
        "this_update": one.this_update,
        "next_update": one.next_update,
        "number": None if one.number is None else str(one.number),
        "base_number": None if one.base_number is None else str(one.base_number),
        "entries": len(one.entries),
        "indirect": bool(one.scope and one.scope.indirect),
        "unreadable_fields": join_names(one.unreadable),
        "unknown_critical_extensions": join_names(one.unknown_critical),
        "der": one.der,
    }


def lists_of_rows(lists: Iterable[bytes]) -> tuple[RevocationList, ...]:
    """The lists of the column `der`."""
    return tuple(decode_list_once(der) for der in lists)
