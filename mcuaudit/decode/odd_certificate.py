"""A certificate that the library refuses, read field by field: one odd field costs itself, not the certificate."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from mcuaudit.decode.certificate_parts import Parts, parts_of, stand_in
from mcuaudit.decode.odd_extensions import READ_BY_HAND, READERS
from mcuaudit.decode.odd_names import NameText, name_text
from mcuaudit.decode.tlv import (
    BOOLEAN,
    EXPLICIT_3,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    BadEncodingError,
    Tlv,
    children,
    der_of,
    dotted,
    encoded,
    only,
    tlv_at,
)
from mcuaudit.domain.certificate import ALL_EXTENSIONS, EXTENSION_NAMES, NO_NOT_AFTER, NO_NOT_BEFORE

REFUSED = (
    ValueError, TypeError, LookupError, OverflowError, UnsupportedAlgorithm, x509.InvalidVersion,
    x509.DuplicateExtension, x509.UnsupportedGeneralNameType,
)  # fmt: skip
"""What cryptography raises for a certificate that it does not read."""

_BAD = (ValueError, IndexError, OverflowError)
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_TIMES = {_UTC_TIME: re.compile(rb"\d{12}Z"), _GENERALIZED_TIME: re.compile(rb"\d{14}Z")}


class OddFields(NamedTuple):
    """The fields of a certificate that were read one by one.

    Attributes:
        fields: fields of `Certificate` by name, without those of readable extensions and of key and signature.
        values: the extensions that the library reads, by identifier.
        overrides: fields of `Certificate` from extensions that it refuses.
        critical: the identifiers of the critical extensions.
        key: the subjectPublicKeyInfo in DER.
        algorithm: the identifier of the signature algorithm in DER.
        to_be_signed: the octets that are signed.
    """

    fields: dict[str, Any]
    values: dict[x509.ObjectIdentifier, x509.ExtensionType]
    overrides: dict[str, Any]
    critical: frozenset[str]
    key: bytes
    algorithm: bytes
    to_be_signed: bytes


def odd_fields(der: bytes) -> OddFields:
    """The fields of a certificate, each read alone.

    Raises:
        BadEncodingError: it does not have the fields of a certificate.
    """
    parts = parts_of(der)
    unreadable: list[str] = []
    odd: list[str] = []
    subject, issuer = (
        _name(name, field, unreadable, odd) for name, field in ((parts.subject, "subject"), (parts.issuer, "issuer"))
    )
    times = _validity(parts.validity, unreadable)
    extensions = _Extensions(unreadable, odd)
    for whole in _extensions(parts, unreadable):
        extensions.read(whole)
    version = _version(parts.version, unreadable, odd)
    try:
        key = der_of(parts.key.whole)
    except BadEncodingError:
        key = parts.key.whole
        unreadable.append("subjectPublicKeyInfo")
    if not parts.whole_octets:
        unreadable.append("signatureValue")
    if not _is_integer(parts.serial.content):
        unreadable.append("serialNumber")
    fields = {
        "der": der,
        "sha256": hashlib.sha256(der).hexdigest(),
        "version": version,
        "serial_number": int.from_bytes(parts.serial.content, "big", signed=True),
        "subject": _name_der(parts.subject),
        "issuer": _name_der(parts.issuer),
        "subject_text": subject.text,
        "issuer_text": issuer.text,
        "common_names": subject.common_names,
        "email_attributes": subject.email_attributes,
        "not_before": times[0],
        "not_after": times[1],
        "unreadable": tuple(dict.fromkeys(unreadable)),
        "oddly_encoded": tuple(dict.fromkeys(odd)) or (("encoding",) if not unreadable else ()),
    }
    algorithm = parts.algorithm.whole
    return OddFields(
        fields, extensions.values, extensions.overrides, frozenset(extensions.critical), key, algorithm,
        parts.to_be_signed,
    )  # fmt: skip


def key_identifier(key: bytes) -> str:
    """The dotted identifier of the kind of a key, from its subjectPublicKeyInfo; empty if it has none."""
    try:
        return dotted(children(children(only(key))[0])[0].content)
    except _BAD:
        return ""


def algorithm_identifier(algorithm: bytes) -> str:
    """The dotted identifier of a signature algorithm; empty if it has none."""
    try:
        return dotted(children(only(algorithm))[0].content)
    except _BAD:
        return ""


def _is_integer(content: bytes) -> bool:
    """Whether it is an integer in the shortest form, which OpenSSL demands too."""
    if len(content) < 2:
        return bool(content)
    return not (content[0] == 0 and content[1] < 0x80) and not (content[0] == 0xFF and content[1] >= 0x80)


def _version(version: Tlv | None, unreadable: list[str], odd: list[str]) -> int:
    if version is None:
        return 1
    try:
        content = only(version.content, INTEGER).content
        number = int.from_bytes(content, "big", signed=True) + 1 if _is_integer(content) else 0
    except BadEncodingError:
        number = 0
    if not 1 <= number <= 255:
        unreadable.append("version")
        return 3
    if number != 3:
        odd.append("version")
    return number


def _name(name: Tlv, field: str, unreadable: list[str], odd: list[str]) -> NameText:
    try:
        found = name_text(name)
    except _BAD:
        found = NameText("", (), (), (), garbled=True)
    if not found.garbled:
        unreadable.extend(f"{field} {attribute}" for attribute in found.unreadable)
    if found.garbled:
        # OpenSSL refuses a name whose text is not valid Unicode where it should be.
        unreadable.append(field)
    elif not found.unreadable:
        try:
            x509.load_der_x509_certificate(stand_in(name=name.whole)).subject.rfc4514_string()
        except REFUSED:
            odd.append(field)
    return found


def _name_der(name: Tlv) -> bytes:
    try:
        return der_of(name.whole)
    except BadEncodingError:
        return name.whole


def _validity(validity: Tlv, unreadable: list[str]) -> tuple[datetime, datetime]:
    try:
        times = [_time(element) for element in children(validity)]
    except _BAD:
        times = []
    times = times if len(times) == 2 else [None, None]
    unreadable.extend(field for field, time in zip(("notBefore", "notAfter"), times, strict=True) if time is None)
    return times[0] or NO_NOT_BEFORE, times[1] or NO_NOT_AFTER


def _time(element: Tlv) -> datetime | None:
    """A time in one of the two forms of RFC 5280, section 4.1.2.5; None for any other, which OpenSSL refuses too."""
    form = _TIMES.get(element.tag)
    if form is None or not form.fullmatch(element.content):
        return None
    text = element.content.decode("ascii")
    if element.tag == _UTC_TIME:
        text = ("20" if int(text[:2]) < 50 else "19") + text
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _extensions(parts: Parts, unreadable: list[str]) -> Iterator[Tlv]:
    """The extensions as they are encoded, until one has no end."""
    for field in parts.extensions:
        if field.tag in (0x81, 0x82, 0xA1, 0xA2):
            continue
        if field.tag != EXPLICIT_3:
            unreadable.append(ALL_EXTENSIONS)
            continue
        position = 0
        try:
            content = only(field.content, SEQUENCE).content
        except BadEncodingError:
            unreadable.append(ALL_EXTENSIONS)
            continue
        while position < len(content):
            try:
                found, position = tlv_at(content, position)
            except BadEncodingError:
                unreadable.append(ALL_EXTENSIONS)
                break
            yield found


class _Extensions:
    """Reads extensions one by one, and collects what they say."""

    def __init__(self, unreadable: list[str], odd: list[str]) -> None:
        self._unreadable = unreadable
        self._odd = odd
        self._seen: set[str] = set()
        self.values: dict[x509.ObjectIdentifier, x509.ExtensionType] = {}
        self.overrides: dict[str, Any] = {}
        self.critical: set[str] = set()

    def read(self, whole: Tlv) -> None:
        """Read one extension: by the library if it can, else as OpenSSL does, else it is unreadable."""
        try:
            kind, critical, value, odd = _extension(whole)
            identifier = dotted(kind.content)
        except _BAD:
            self._unreadable.append(ALL_EXTENSIONS)
            return
        if critical:
            self.critical.add(identifier)
        name = EXTENSION_NAMES.get(identifier, identifier)
        if identifier in self._seen:
            # OpenSSL refuses what stands twice; neither of the two decides.
            self._unreadable.append(name)
        self._seen.add(identifier)
        if identifier in READ_BY_HAND:
            self._by_hand(identifier, name, value, odd=odd)
            return
        try:
            self.values |= _by_library(kind.whole, value)
        except REFUSED:
            try:
                # Perhaps only its lengths are not those of DER.
                self.values |= _by_library(kind.whole, der_of(value))
                odd = True
            except REFUSED:
                self._by_hand(identifier, name, value)
                return
        if odd:
            self._odd.append(name)

    def _by_hand(self, identifier: str, name: str, value: bytes, *, odd: bool = True) -> None:
        reader = READERS.get(identifier)
        if identifier == "2.5.29.17":
            self.overrides["has_subject_alternative_name"] = True
        try:
            if reader is None:
                raise BadEncodingError("is of a kind that is read by the library only")
            fields, parts = reader(value)
        except _BAD:
            self._unreadable.append(name)
            return
        self.overrides |= fields
        self._unreadable.extend(f"{name} {part}" for part in parts)
        if odd and not parts:
            self._odd.append(name)


def _extension(whole: Tlv) -> tuple[Tlv, bool, bytes, bool]:
    """Identifier, whether it is critical, the value, and whether the frame around it is not DER.

    Raises:
        one of _BAD: it is not an extension.
    """
    kind, *others = children(whole, SEQUENCE)
    if kind.tag != OID:
        raise BadEncodingError("has an extension without an identifier")
    critical = odd = False
    if others[0].tag == BOOLEAN:
        (flag,) = others.pop(0).content
        critical, odd = flag != 0, flag != 0xFF
    (value,) = others
    if value.tag != OCTET_STRING:
        raise BadEncodingError("has an extension without a value")
    return kind, critical, value.content, odd


def _by_library(kind: bytes, value: bytes) -> dict[x509.ObjectIdentifier, x509.ExtensionType]:
    """The extension alone, read by the library.

    Raises:
        one of REFUSED: it does not read it.
    """
    framed = encoded(SEQUENCE, kind + encoded(OCTET_STRING, value))
    parsed = x509.load_der_x509_certificate(stand_in(extension=framed))
    values = {extension.oid: extension.value for extension in parsed.extensions}
    for names in values.values():
        if isinstance(names, x509.SubjectAlternativeName):
            # An address of 8 octets, as in nameConstraints, is a network for the library.
            for address in names.get_values_for_type(x509.IPAddress):
                if isinstance(address, ipaddress.IPv4Network | ipaddress.IPv6Network):
                    raise BadEncodingError("has a network where an address should be")
    return values
