"""The nouns that every stage shares: outcomes, connection types, standards, and what one certificate says."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


class Outcome(StrEnum):
    """What a check concluded, in the order pass < notApplicable < open < fail.

    ``open`` means that the evidence or the documents do not decide; pages call it *undetermined*.
    """

    PASS = "pass"
    NOT_APPLICABLE = "notApplicable"
    OPEN = "open"
    FAIL = "fail"


OUTCOME_ORDER: tuple[Outcome, ...] = tuple(Outcome)


def worst(*outcomes: Outcome) -> Outcome:
    """The last of `outcomes` in the order pass < notApplicable < open < fail; ``notApplicable`` if there are none.

    ``notApplicable`` beside others does not count: a check that passed makes the whole pass.
    """
    said = [outcome for outcome in outcomes if outcome != Outcome.NOT_APPLICABLE]
    return max(said, key=OUTCOME_ORDER.index, default=Outcome.NOT_APPLICABLE)


class ConnectionType(StrEnum):
    """The six connections that may exchange certificates (Release Notes 4.4(3.57), appendix)."""

    INCOMING_SIP = "incoming_sip"
    OUTGOING_SIP = "outgoing_sip"
    WEB_USER = "web_user"
    API_USER = "api_user"
    OCSP_SERVER = "ocsp_server"
    FEEDBACK_RECEIVER = "feedback_receiver"


class Standard(StrEnum):
    """The rule by which a party compares the name it expects with a certificate."""

    MCU = "mcu"
    RFC5922 = "rfc5922"
    RFC5924 = "rfc5924"
    RFC9525 = "rfc9525"
    VCS = "vcs"
    CUCM = "cucm"
    NONE = "none"


class Slot(StrEnum):
    """Where a certificate was found."""

    LOCAL_CERTIFICATE = "local_certificate"
    SIP_TRUST_STORE = "sip_trust_store"
    HTTPS_TRUST_STORE = "https_trust_store"
    CALL_HOME_TRUST_STORE = "call_home_trust_store"
    PEER_CERTIFICATE = "peer_certificate"
    PEER_TRUST_STORE = "peer_trust_store"


TRUST_STORE_SLOTS = (Slot.SIP_TRUST_STORE, Slot.HTTPS_TRUST_STORE, Slot.CALL_HOME_TRUST_STORE)

SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"
SIP_DOMAIN = "1.3.6.1.5.5.7.3.20"
ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0"


@dataclass(frozen=True, slots=True)
class NameConstraints:
    """The nameConstraints of a CA certificate (RFC 5280, section 4.2.1.10), by kind of name.

    Directory names are the DER of a Name. An entry of a kind that is not listed here is in
    ``unsupported_permitted`` or ``unsupported_excluded`` by the name of its kind.
    """

    permitted_dns: tuple[str, ...] | None = None
    excluded_dns: tuple[str, ...] = ()
    permitted_uri: tuple[str, ...] | None = None
    excluded_uri: tuple[str, ...] = ()
    permitted_email: tuple[str, ...] | None = None
    excluded_email: tuple[str, ...] = ()
    permitted_ip: tuple[IPNetwork, ...] | None = None
    excluded_ip: tuple[IPNetwork, ...] = ()
    permitted_directory: tuple[bytes, ...] | None = None
    excluded_directory: tuple[bytes, ...] = ()
    unsupported_permitted: tuple[str, ...] = ()
    unsupported_excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Certificate:
    """What one X.509 certificate says, read once (RFC 5280, section 4.1 and 4.2).

    Text is as it stands in the certificate, unescaped: it may hold any character. None means that the
    extension is absent. Times are aware, in UTC. ``subject`` and ``issuer`` are the DER of the names,
    ``subject_text`` and ``issuer_text`` their RFC 4514 form.
    """

    der: bytes
    sha256: str
    version: int
    serial_number: int
    subject: bytes
    issuer: bytes
    subject_text: str
    issuer_text: str
    common_names: tuple[str, ...]
    email_attributes: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    key_algorithm: str
    """RSA, EC, DSA, Ed25519, Ed448, or the dotted identifier of another."""
    key_size: int | None
    """Bits of an RSA, EC or DSA key; None for others."""
    public_key_sha256: str
    """SHA-256 of the subjectPublicKeyInfo, in hexadecimal."""
    signature_algorithm: str
    """OpenSSL-like name such as sha256WithRSAEncryption, or the dotted identifier."""
    signature_hash: str | None
    """sha256, sha1, md5 …; None where the algorithm has no separate hash (Ed25519)."""
    has_subject_alternative_name: bool
    dns_names: tuple[str, ...]
    uris: tuple[str, ...]
    ip_addresses: tuple[IPAddress, ...]
    email_addresses: tuple[str, ...]
    directory_names: tuple[bytes, ...]
    other_name_kinds: tuple[str, ...]
    """Kinds of the subjectAltName entries that the fields above do not hold, for example registeredID."""
    is_ca: bool | None
    path_length: int | None
    key_usage: frozenset[str] | None
    """Names of RFC 5280, section 4.2.1.3: digitalSignature, keyCertSign …"""
    extended_key_usage: tuple[str, ...] | None
    """Dotted object identifiers."""
    name_constraints: NameConstraints | None
    subject_key_identifier: bytes | None
    authority_key_identifier: bytes | None
    requires_explicit_policy: bool
    """policyConstraints with requireExplicitPolicy is present (reading A21)."""
    ocsp_urls: tuple[str, ...]
    critical_extensions: frozenset[str]
    """Dotted identifiers of the extensions that are marked critical."""
    unknown_critical_extensions: tuple[str, ...]
    """Those of them that mcuaudit does not process."""
    authority_issuer: bytes | None = None
    """authorityCertIssuer of the authorityKeyIdentifier: the DER of its first directory name."""
    authority_serial_number: int | None = None
    """authorityCertSerialNumber of the authorityKeyIdentifier."""

    @property
    def self_issued(self) -> bool:
        """Subject and issuer are the same name, byte by byte."""
        return self.subject == self.issuer


def escape_name(name: str) -> str:
    """`name` with backslash, space and everything but printable ASCII written as ``\\xNN`` or ``\\uNNNN``.

    Lists of names are written into one cell, separated by spaces; this keeps them apart, and keeps a name
    from showing as something that it is not.
    """
    return "".join(
        character if "!" <= character <= "~" and character != "\\" else _escaped(character) for character in name
    )


def _escaped(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def instant(at: str | date | datetime) -> datetime:
    """The aware UTC time that `at` names; a bare date is 00:00 UTC.

    Raises:
        ValueError: `at` is a text that is no ISO 8601 date or time, or a datetime without a zone.
    """
    if isinstance(at, str):
        text = at.strip()
        try:
            at = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError(f'"{text}" is no date or time in the form of ISO 8601') from error
    if not isinstance(at, datetime):
        return datetime(at.year, at.month, at.day, tzinfo=UTC)
    if at.tzinfo is None:
        raise ValueError(f"the time {at.isoformat()} has no zone; write for example {at.isoformat()}+00:00")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"the time {at.isoformat()} lies outside the years 1 to 9999 in UTC") from error


def join_names(names: Iterable[str]) -> str:
    """Names written into one cell: escaped, separated by single spaces."""
    return " ".join(escape_name(name) for name in names)


_ESCAPED = re.compile(r"\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")


def split_names(cell: str) -> tuple[str, ...]:
    """The names that `join_names` wrote into one cell."""
    return tuple(
        _ESCAPED.sub(lambda found: chr(int(found[1] or found[2] or found[3], 16)), word) for word in cell.split()
    )
