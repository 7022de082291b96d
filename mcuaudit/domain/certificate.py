"""What one certificate says, and the purposes that it may serve."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


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

    def __repr__(self) -> str:
        return f"Certificate(subject={self.subject_text!r}, sha256={self.sha256!r})"

    @property
    def self_issued(self) -> bool:
        """Subject and issuer are the same name, byte by byte."""
        return self.subject == self.issuer
