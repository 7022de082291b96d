"""Who issued a certificate: a public CA, a private one, or one whose root is not in the export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from mcuaudit.decode.public_authorities import public_authorities
from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix.descent import descendants


class IssuerKind(StrEnum):
    """Who issued a certificate; unknown where no root is found."""

    PUBLIC = "public"
    PRIVATE = "private"
    UNKNOWN = "unknown"


def public_certificates(records: Mapping[str, Certificate], listed: Iterable[str]) -> frozenset[str]:
    """SHA-256 of the certificates that are a public CA's or were issued below one.

    Public are the CAs that certifi carries, and those whose certificate or key is listed.
    """
    known = set(listed)
    named = [item for item in records.values() if {item.sha256, item.public_key_sha256} & known]
    return descendants((*public_authorities(), *named), records.values())


def names_below_a_root(certificates: Iterable[Certificate]) -> frozenset[str]:
    """Names of the CAs from which a path leads, by names alone, to a root among `certificates`."""
    rooted, below = set[str](), dict[str, set[str]]()
    for item in certificates:
        if item.self_issued:
            rooted.add(item.subject_text)
        if item.is_ca:
            below.setdefault(item.issuer_text, set()).add(item.subject_text)
    waiting = list(rooted)
    while waiting:
        more = below.get(waiting.pop(), set()) - rooted
        rooted |= more
        waiting += more
    return frozenset(rooted)


def issuer_kind(certificate: Certificate, public: frozenset[str], rooted: frozenset[str]) -> IssuerKind:
    """Who issued a certificate, by the public certificates and the CAs below a root."""
    if certificate.sha256 in public:
        return IssuerKind.PUBLIC
    return IssuerKind.PRIVATE if certificate.issuer_text in rooted else IssuerKind.UNKNOWN
