"""The certificate revocation lists of an export, wherever they lie: beside stores, in peers/, or in a store's file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from mcuaudit.collect.artefact import Kind
from mcuaudit.decode.records import Bundle, DecodedFile
from mcuaudit.decode.revocation_list import decode_list_once
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.likeness import words_in
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.revocation_list import RevocationList
from mcuaudit.errors import Undecodable
from mcuaudit.frames.export_files import ExportFiles, Row


@dataclass(slots=True)
class _Found:
    """One list, or one file with a list that cannot be read, and the files that have it."""

    content: RevocationList | None
    files: list[str] = field(default_factory=list)


def revocation_list_rows(export_files: ExportFiles, certificates: Collection[Certificate]) -> list[Row]:
    """The rows of the frame `revocation_lists`: one per distinct list, and one per file with one that is lost.

    Args:
        certificates: those of the export.
    """
    found: dict[str, _Found] = {}
    issuers = _Issuers(certificates)
    for file in export_files.files:
        for sha256, content in _lists_of(export_files, file, issuers):
            known = found.setdefault(sha256, _Found(content))
            if file.artefact.name not in known.files:
                known.files.append(file.artefact.name)
    return [_row(sha256, one) for sha256, one in sorted(found.items())]


class _Issuers:
    """The names in the certificates of an export, and the subjects by their key identifiers."""

    def __init__(self, certificates: Collection[Certificate]) -> None:
        self._certificates = certificates

    @cached_property
    def _names(self) -> frozenset[tuple[str, ...]]:
        # Most exports have no list, and a fleet has many certificates.
        names = (name for one in self._certificates for name in (one.subject_text, one.issuer_text))
        return frozenset(map(_plain, names))

    @cached_property
    def _by_key(self) -> dict[bytes, str]:
        found: dict[bytes, str] = {}
        for one in self._certificates:
            if one.subject_key_identifier:
                found.setdefault(one.subject_key_identifier, one.subject_text)
        return found

    def contradicted(self, one: RevocationList) -> str:
        """The subject whose key a list names, where no certificate has the name that the list gives its issuer."""
        if one.authority_key_identifier is None or _plain(one.issuer_text) in self._names:
            return ""
        return self._by_key.get(one.authority_key_identifier, "")


def _plain(name: str) -> tuple[str, ...]:
    return tuple(words_in(name))


def _lists_of(
    export_files: ExportFiles, file: DecodedFile, issuers: _Issuers
) -> Iterator[tuple[str, RevocationList | None]]:
    """The lists of a file, by SHA-256; None, by that of the file, for a list that is there and cannot be read."""
    is_list = file.artefact.kind is Kind.REVOCATION_LIST or (Kind.REVOCATION_LIST, "") in file.artefact.claims
    if not isinstance(file.content, Bundle):
        # Whatever lies below peers/ may be a list, and an unrecognised file if it begins as one.
        may_be = file.is_unread and file.artefact.kind in (Kind.PEER_FILE, Kind.UNRECOGNISED)
        yield from _lost(file) if is_list or may_be else ()
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
        of_key = issuers.contradicted(one)
        if of_key:
            reason = (
                f"the CRL names {one.issuer_text} as its issuer, which no certificate does, and the key of {of_key}; "
                "its issuer may be damaged. Export the CRL again"
            )
            export_files.report(file, "unreadable", "", reason)
            yield from _lost(file)
            continue
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
