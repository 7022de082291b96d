"""Certificates by subject: a trust store, and the certificates that are available to build a path."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix.checks import may_have_issued, self_signed
from mcuaudit.pkix.names import canonical_name


class TrustStore:
    """The certificates of one trust store, indexed once; equal for equal contents, whatever their order.

    As in OpenSSL, every member may be the issuer of another certificate, and a path ends in a self-signed member.
    Members that are not self-signed are intermediates, which are not enough without a root (reading A12).

    Attributes:
        key: SHA-256 over the members; two stores with the same members have the same key.
        members: SHA-256 of each member.
    """

    def __init__(self, anchors: Iterable[Certificate]) -> None:
        self._certificates = {certificate.sha256: certificate for certificate in anchors}
        self.members = frozenset(self._certificates)
        self.key = hashlib.sha256(" ".join(sorted(self.members)).encode("ascii")).hexdigest()
        self.by_subject = by_subject(self._certificates.values())

    def __contains__(self, certificate: object) -> bool:
        return isinstance(certificate, Certificate) and certificate.sha256 in self.members

    def __len__(self) -> int:
        return len(self.members)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TrustStore) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)


Index = Mapping[bytes, tuple[Certificate, ...]]


def by_subject(certificates: Iterable[Certificate]) -> Index:
    """The certificates, each once, by the canonical form of their subject."""
    found: dict[bytes, dict[str, Certificate]] = {}
    for certificate in certificates:
        found.setdefault(canonical_name(certificate.subject), {})[certificate.sha256] = certificate
    return {subject: tuple(same.values()) for subject, same in found.items()}


class Pool:
    """The certificates to build paths from: a trust store, presented ones, and ones from elsewhere.

    Attributes:
        store: the trust store; its self-signed members are the trust anchors.
        at: the time; issuers that are valid at that time are first, as in OpenSSL.
    """

    def __init__(self, store: TrustStore, untrusted: Iterable[Index], at: datetime) -> None:
        self.store = store
        self.at = at
        self._untrusted = tuple(untrusted)
        self._ca_issuers: dict[str, tuple[list[Certificate], list[Certificate]]] = {}

    def issuers_of_ca(self, ca: Certificate) -> tuple[list[Certificate], list[Certificate]]:
        """As `issuers`, with a cache, because the paths of many end entities contain the same CA."""
        found = self._ca_issuers.get(ca.sha256)
        if found is None:
            found = self._ca_issuers[ca.sha256] = self.issuers(ca)
        return found

    def _trusted_issuers(self, certificate: Certificate) -> list[Certificate]:
        """The members of the trust store that may have issued `certificate`, the preferred one first."""
        found = self.store.by_subject.get(canonical_name(certificate.issuer), ())
        return self._ordered([issuer for issuer in found if may_have_issued(certificate, issuer)])

    def _untrusted_issuers(self, certificate: Certificate) -> list[Certificate]:
        """The other certificates that may have issued `certificate`, the preferred one first."""
        name = canonical_name(certificate.issuer)
        found = {
            issuer.sha256: issuer
            for index in self._untrusted
            for issuer in index.get(name, ())
            if issuer not in self.store and may_have_issued(certificate, issuer)
        }
        return self._ordered(list(found.values()))

    def issuers(self, certificate: Certificate) -> tuple[list[Certificate], list[Certificate]]:
        """The members of the store that may have issued `certificate`, and the others that may."""
        trusted, untrusted = self._trusted_issuers(certificate), self._untrusted_issuers(certificate)
        if trusted:
            # A presented root is not used if the store has a possible issuer.
            untrusted = [issuer for issuer in untrusted if not self_signed(issuer)]
        return trusted, untrusted

    def holds(self, certificate: Certificate) -> bool:
        """Whether the certificate is in the pool."""
        subject = canonical_name(certificate.subject)
        return certificate in self.store or any(
            other.sha256 == certificate.sha256 for index in self._untrusted for other in index.get(subject, ())
        )

    def by_name(self, subject: bytes) -> tuple[Certificate, ...]:
        """The certificates of the pool with a subject, which is in canonical form; those of the store first."""
        found = [*self.store.by_subject.get(subject, ())]
        for index in self._untrusted:
            found.extend(index.get(subject, ()))
        return tuple({certificate.sha256: certificate for certificate in found}.values())

    def _ordered(self, issuers: list[Certificate]) -> list[Certificate]:
        return sorted(issuers, key=self._preference)

    def _preference(self, issuer: Certificate) -> tuple[bool, float, str]:
        valid = issuer.not_before <= self.at <= issuer.not_after
        return not valid, -issuer.not_after.timestamp(), issuer.sha256
