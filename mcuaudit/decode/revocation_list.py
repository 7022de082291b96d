"""One certificate revocation list in DER becomes a record; cryptography refuses many lists that others read."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from mcuaudit.decode.odd_extensions import READERS
from mcuaudit.decode.odd_names import name_text
from mcuaudit.decode.revocation_points import (
    FRESHEST,
    Extension,
    distribution_points,
    extension_of,
    general_names,
    list_scope,
)
from mcuaudit.decode.tlv import (
    BIT_STRING,
    ENUMERATED,
    EXPLICIT_0,
    INTEGER,
    SEQUENCE,
    BadEncodingError,
    Tlv,
    children,
    only,
    tlvs,
)
from mcuaudit.domain.revocation_list import DIRECTORY_NAME, REASON_CODES, Entry, RevocationList
from mcuaudit.errors import Undecodable

_NUMBER, _DELTA, _SCOPE, _AUTHORITY_KEY = "2.5.29.20", "2.5.29.27", "2.5.29.28", "2.5.29.35"
_REASON, _INVALIDITY_DATE, _CERTIFICATE_ISSUER = "2.5.29.21", "2.5.29.24", "2.5.29.29"
_NAMES: Final = {
    _NUMBER: "cRLNumber",
    _DELTA: "deltaCRLIndicator",
    _SCOPE: "issuingDistributionPoint",
    _AUTHORITY_KEY: "authorityKeyIdentifier",
    FRESHEST: "freshestCRL",
    "2.5.29.18": "issuerAltName",
}
_OF_ENTRIES: Final = frozenset({_REASON, _INVALIDITY_DATE, _CERTIFICATE_ISSUER})
_TIMES: Final = {0x17: re.compile(rb"\d{12}Z"), 0x18: re.compile(rb"\d{14}Z")}
_MOST_NAMED: Final = 20


def decode_revocation_list(der: bytes) -> RevocationList:
    """Read one list: all of it, or all but the fields that it names as unreadable.

    Raises:
        Undecodable: it does not have the fields of a revocation list.
    """
    try:
        return _record(der)
    except ValueError as error:
        reason = str(error) if isinstance(error, BadEncodingError) else "has fields that contradict each other"
        raise Undecodable(f"not a certificate revocation list (CRL): it {reason}") from error


def _record(der: bytes) -> RevocationList:
    parts = children(only(der, SEQUENCE))
    if [part.tag for part in parts] != [SEQUENCE, SEQUENCE, BIT_STRING]:
        raise BadEncodingError("does not have the three parts of a CRL")
    signed, algorithm, signature = parts
    fields = children(signed)
    if fields and fields[0].tag == INTEGER:
        fields.pop(0)
    if [field.tag for field in fields[:2]] != [SEQUENCE, SEQUENCE] or len(fields) < 3:
        raise BadEncodingError("does not have the fields of a CRL")
    inner, issuer, this_update, *rest = fields
    unreadable: list[str] = []
    next_update = _time(rest.pop(0)) if rest and rest[0].tag in _TIMES else None
    if next_update is None and rest != fields[3:]:
        unreadable.append("nextUpdate")
    rows = _Rows(issuer.whole, unreadable)
    if rest and rest[0].tag == SEQUENCE:
        rows.read(rest.pop(0))
    found = _Extensions(unreadable)
    if rest and rest[0].tag == EXPLICIT_0:
        found.read(rest.pop(0))
    since = _time(this_update)
    unreadable += ["thisUpdate"] * (since is None) + ["tbsCertList"] * bool(rest)
    return RevocationList(
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        issuer=issuer.whole,
        issuer_text=_text(issuer),
        this_update=since,
        next_update=next_update,
        to_be_signed=signed.whole,
        inner_algorithm=inner.whole,
        outer_algorithm=algorithm.whole,
        # A signature consists of whole octets; one that does not is none.
        signature=signature.content[1:] if signature.content[:1] == b"\0" else b"",
        entries=rows.entries,
        entry_issuers=tuple(rows.issuers),
        unknown_critical=tuple(sorted({*found.unknown, *rows.unknown})[:_MOST_NAMED]),
        unreadable=tuple(dict.fromkeys(unreadable)),
        **found.fields,
    )


class _Extensions:
    """The extensions of a list: fields of its record, and the critical ones that are not known."""

    def __init__(self, unreadable: list[str]) -> None:
        self._unreadable = unreadable
        self.fields: dict[str, Any] = {}
        self.unknown: set[str] = set()

    def read(self, field: Tlv) -> None:
        seen: set[str] = set()
        try:
            for whole in children(only(field.content, SEQUENCE)):
                extension = extension_of(whole)
                name = _NAMES.get(extension.identifier, extension.identifier)
                if extension.identifier in seen:
                    self._unreadable.append(name)
                seen.add(extension.identifier)
                self._read(extension, name)
        except ValueError:
            self._unreadable.append("crlExtensions")

    def _read(self, extension: Extension, name: str) -> None:
        if extension.critical and extension.identifier not in _NAMES:
            self.unknown.add(extension.identifier)
        try:
            self.fields |= _fields(extension)
        except ValueError:
            self._unreadable.append(name)


def _fields(extension: Extension) -> dict[str, Any]:
    match extension.identifier:
        case "2.5.29.20":
            return {"number": _natural(extension.value)}
        case "2.5.29.27":
            return {"base_number": _natural(extension.value)}
        case "2.5.29.28":
            return {"scope": list_scope(extension.value)}
        case "2.5.29.35":
            return READERS[_AUTHORITY_KEY](extension.value)[0]
        case "2.5.29.46":
            return {"freshest": distribution_points(extension.value)}
    return {}


class _About(NamedTuple):
    """The extensions of an entry: the reason, the issuers of the certificate, and what is not known or not readable."""

    reason: str = "unspecified"
    issuers: tuple[bytes, ...] | None = None
    unknown: tuple[str, ...] = ()
    unreadable: bool = False


class _Rows:
    """The entries of a list, each under the names of its certificate issuer (RFC 5280, section 5.3.3)."""

    def __init__(self, issuer: bytes, unreadable: list[str]) -> None:
        self.issuers: dict[tuple[bytes, ...], int] = {(issuer,): 0}
        self._group = 0
        self._unreadable = unreadable
        self._times: dict[bytes, datetime | None] = {}
        self._about: dict[bytes, _About] = {b"": _About()}
        self.entries: dict[tuple[int, int], Entry] = {}
        self.unknown: set[str] = set()

    def read(self, field: Tlv) -> None:
        try:
            for row in tlvs(field.content):
                self._row(row)
        except (ValueError, IndexError):
            self._unreadable.append("revokedCertificates")

    def _row(self, row: Tlv) -> None:
        serial, time, *rest = children(row, SEQUENCE)
        if serial.tag != INTEGER or not serial.content or len(rest) > 1:
            raise BadEncodingError("has an entry without a serial number")
        # Few entries differ in their extensions and times, so each is read once.
        extensions = rest[0].whole if rest else b""
        about = self._about.get(extensions)
        if about is None:
            about = self._about[extensions] = _about_entry(extensions)
        if time.whole not in self._times:
            self._times[time.whole] = _time(time)
        if about.unreadable:
            self._unreadable.append("crlEntryExtensions")
        self.unknown.update(about.unknown)
        if about.issuers is not None:
            self._group = self.issuers.setdefault(about.issuers, len(self.issuers))
        number = int.from_bytes(serial.content, "big", signed=True)
        self.entries.setdefault((self._group, number), Entry(self._times[time.whole], about.reason))


def _about_entry(extensions: bytes) -> _About:
    reason, issuers, unknown = "unspecified", None, []
    try:
        for whole in children(only(extensions, SEQUENCE)):
            extension = extension_of(whole)
            if extension.identifier == _REASON:
                reason = REASON_CODES[int.from_bytes(only(extension.value, ENUMERATED).content, "big")]
            elif extension.identifier == _CERTIFICATE_ISSUER:
                issuers = tuple(
                    name for tag, name in general_names(only(extension.value, SEQUENCE)) if tag == DIRECTORY_NAME
                )
            elif extension.critical and extension.identifier not in _OF_ENTRIES:
                unknown.append(extension.identifier)
    except (ValueError, KeyError):
        return _About(issuers=(), unreadable=True)
    return _About(reason, issuers, tuple(unknown))


def _natural(value: bytes) -> int:
    content = only(value, INTEGER).content
    number = int.from_bytes(content, "big", signed=True)
    if not content or number < 0:
        raise BadEncodingError("has a number below zero")
    return number


def _time(element: Tlv) -> datetime | None:
    """A time in one of the two forms of RFC 5280, section 5.1.2.4; None for any other."""
    form = _TIMES.get(element.tag)
    if form is None or not form.fullmatch(element.content):
        return None
    text = element.content.decode("ascii")
    if len(text) == len("YYMMDDHHMMSSZ"):
        text = ("20" if int(text[:2]) < 50 else "19") + text
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _text(name: Tlv) -> str:
    """The name as certificates show theirs."""
    try:
        return name_text(name).text
    except (ValueError, IndexError, OverflowError):
        return ""


@lru_cache(maxsize=256)
def decode_list_once(der: bytes) -> RevocationList:
    """As `decode_revocation_list`, with a memory: the same lists are beside many stores."""
    return decode_revocation_list(der)
