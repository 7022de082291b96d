"""The content of a certificate, and its purposes."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

NO_NOT_BEFORE: Final = datetime(1970, 1, 1, tzinfo=UTC)
NO_NOT_AFTER: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""These stand for an end of the validity that cannot be read."""

SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"
SIP_DOMAIN = "1.3.6.1.5.5.7.3.20"
ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0"
TLS_PURPOSES: Final = {SERVER_AUTH: "serverAuth", CLIENT_AUTH: "clientAuth"}
"""The words of the two purposes of TLS, by identifier."""

NETSCAPE_CERTIFICATE_TYPE: Final = "2.16.840.1.113730.1.1"
NETSCAPE_TYPES: Final = ("client", "server", "email", "objsign", "reserved", "sslCA", "emailCA", "objCA")
"""The bits of nsCertType, by the names that OpenSSL gives them in its configuration."""

RSASSA_PSS: Final = "RSASSA-PSS"
"""A key of RSA that makes signatures of RSASSA-PSS alone, by its identifier (RFC 4055, section 1.2)."""
RSA_KEYS: Final = ("RSA", RSASSA_PSS)

EXTENSION_NAMES: Final = {
    "2.5.29.9": "subjectDirectoryAttributes",
    "2.5.29.14": "subjectKeyIdentifier",
    "2.5.29.15": "keyUsage",
    "2.5.29.16": "privateKeyUsagePeriod",
    "2.5.29.17": "subjectAltName",
    "2.5.29.18": "issuerAltName",
    "2.5.29.19": "basicConstraints",
    "2.5.29.30": "nameConstraints",
    "2.5.29.31": "cRLDistributionPoints",
    "2.5.29.32": "certificatePolicies",
    "2.5.29.33": "policyMappings",
    "2.5.29.35": "authorityKeyIdentifier",
    "2.5.29.36": "policyConstraints",
    "2.5.29.37": "extKeyUsage",
    "2.5.29.46": "freshestCRL",
    "2.5.29.54": "inhibitAnyPolicy",
    "1.3.6.1.5.5.7.1.1": "authorityInfoAccess",
    "1.3.6.1.5.5.7.1.11": "subjectInfoAccess",
    "1.3.6.1.5.5.7.1.24": "tlsFeature",
    "1.3.6.1.4.1.11129.2.4.2": "signedCertificateTimestampList",
    NETSCAPE_CERTIFICATE_TYPE: "nsCertType",
}
"""The names of extensions, by their identifiers; an extension that is not here is called by its identifier."""

ALL_EXTENSIONS: Final = "extensions"
"""The field that cannot be read where the extensions are damaged as a whole, so that any of them could be there."""

_NO_INFLUENCE: Final = frozenset(
    {
        "subjectDirectoryAttributes",
        "privateKeyUsagePeriod",
        "issuerAltName",
        "certificatePolicies",
        "policyMappings",
        "freshestCRL",
        "inhibitAnyPolicy",
        "authorityInfoAccess",
        "subjectInfoAccess",
        "tlsFeature",
        "signedCertificateTimestampList",
        "subjectPublicKeyInfo",
    }
)


def _field_of(unreadable: str) -> str:
    """The field of something that cannot be read, which is the field or a part of it."""
    return unreadable.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class NameConstraints:
    """The nameConstraints of a CA certificate (RFC 5280, section 4.2.1.10), by kind of name.

    Directory names are the DER of a Name. An entry of any other kind is in
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
    malformed: tuple[str, ...] = ()
    """The kinds of constraints that are not of the form of their kind, for example an iPAddress of three octets."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The content of an X.509 certificate (RFC 5280, sections 4.1 and 4.2).

    Text is as in the certificate, unescaped: it may contain any character. None means that the
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
    """RSA, RSASSA-PSS, EC, DSA, Ed25519, Ed448, or the dotted identifier of another."""
    key_size: int | None
    """Bits of an RSA, EC or DSA key; None for others, and for one that cannot be read."""
    public_key_sha256: str
    """SHA-256 of the subjectPublicKeyInfo, in hexadecimal."""
    signature_algorithm: str
    """OpenSSL-like name such as sha256WithRSAEncryption, or the dotted identifier."""
    signature_hash: str | None
    """sha256, sha1, md5 …; None if the algorithm has no separate hash (Ed25519)."""
    has_subject_alternative_name: bool
    dns_names: tuple[str, ...]
    uris: tuple[str, ...]
    ip_addresses: tuple[IPAddress, ...]
    email_addresses: tuple[str, ...]
    directory_names: tuple[bytes, ...]
    other_name_kinds: tuple[str, ...]
    """Kinds of the other subjectAltName entries, for example registeredID."""
    is_ca: bool | None
    path_length: int | None
    key_usage: frozenset[str] | None
    """Names of RFC 5280, section 4.2.1.3: digitalSignature, keyCertSign …"""
    extended_key_usage: tuple[str, ...] | None
    """Dotted object identifiers."""
    name_constraints: NameConstraints | None
    subject_key_identifier: bytes | None
    authority_key_identifier: bytes | None
    ocsp_urls: tuple[str, ...]
    critical_extensions: frozenset[str]
    """Dotted identifiers of the extensions that are marked critical."""
    unknown_critical_extensions: tuple[str, ...]
    """The critical extensions that mcuaudit does not process."""
    authority_issuer: bytes | None = None
    """authorityCertIssuer of the authorityKeyIdentifier: the DER of its first directory name."""
    authority_serial_number: int | None = None
    """authorityCertSerialNumber of the authorityKeyIdentifier."""
    certificate_policies: tuple[str, ...] | None = None
    """Dotted object identifiers; 2.5.29.32.0 is anyPolicy."""
    policy_mappings: tuple[tuple[str, str], ...] | None = None
    """Pairs of issuerDomainPolicy and subjectDomainPolicy, as dotted object identifiers."""
    require_explicit_policy: int | None = None
    """requireExplicitPolicy of the policyConstraints: the number of certificates to skip."""
    inhibit_policy_mapping: int | None = None
    """inhibitPolicyMapping of the policyConstraints: the number of certificates to skip."""
    inhibit_any_policy: int | None = None
    """inhibitAnyPolicy: the number of certificates to skip."""
    netscape_certificate_type: frozenset[str] | None = None
    """The bits of nsCertType by their names: ``client``, ``server``, ``sslCA`` …"""
    unreadable: tuple[str, ...] = ()
    """What cannot be read, by the names of RFC 5280: ``keyUsage``, ``subjectAltName entry 2 (iPAddress)`` …"""
    oddly_encoded: tuple[str, ...] = ()
    """The fields that are read although their encoding is not that of RFC 5280."""
    assumed_signer: str | None = None
    """SHA-256 of the public key whose signature is assumed on a certificate that does not exist yet."""

    def cannot_read(self, *fields: str) -> bool:
        """Whether one of these fields, or a part of one, cannot be read."""
        return bool(self.unreadable) and any(_field_of(found) in (*fields, ALL_EXTENSIONS) for found in self.unreadable)

    @property
    def unreadable_in_path(self) -> tuple[str, ...]:
        """What cannot be read and could decide a certification path: OpenSSL refuses the certificate for it.

        An entry of a subjectAltName does not: the extension itself is read. The key of a CA counts where a signature
        is checked with it.
        """
        if not self.unreadable:
            return ()
        critical = {EXTENSION_NAMES.get(oid, oid) for oid in self.critical_extensions}
        return tuple(
            found
            for found in self.unreadable
            if found in critical or (found == _field_of(found) and found not in _NO_INFLUENCE and "." not in found)
        )

    @property
    def may_be_ca(self) -> bool:
        """It is a CA certificate, or its basicConstraints cannot be read."""
        return bool(self.is_ca) or self.cannot_read("basicConstraints")

    def __repr__(self) -> str:
        return f"Certificate(subject={self.subject_text!r}, sha256={self.sha256!r})"

    @property
    def self_issued(self) -> bool:
        """Subject and issuer are the same name, byte by byte."""
        return self.subject == self.issuer
