"""The names of all CAs that may be above a certificate, by the names of issuers alone."""

from __future__ import annotations

from collections.abc import Iterable

from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix.names import canonical_name


class Ancestry:
    """Who may be above whom among some certificates; signatures, keys and validity do not count.

    Names are in the form in which they are compared (RFC 5280, section 7.1). What is above a certificate follows from
    its own issuer and from `possible_issuers` alone.
    """

    def __init__(self, certificates: Iterable[Certificate]) -> None:
        known = list(certificates)
        issuing = possible_issuers(known)
        self._issuers: dict[bytes, set[bytes]] = {}
        for certificate in known:
            if certificate.sha256 in issuing:
                issuers = self._issuers.setdefault(canonical_name(certificate.subject), set())
                issuers.add(canonical_name(certificate.issuer))
        self._found: dict[bytes, frozenset[bytes]] = {}

    def of(self, certificate: Certificate) -> frozenset[bytes]:
        """The names above the certificate, and its own."""
        return self._above(canonical_name(certificate.issuer)) | {canonical_name(certificate.subject)}

    def is_complete(self, certificate: Certificate) -> bool:
        """There is a certificate of every one of these names, so that none can be above unseen."""
        return self.of(certificate) <= self._issuers.keys() | {canonical_name(certificate.subject)}

    def _above(self, issuer: bytes) -> frozenset[bytes]:
        """A name, and the names above it."""
        if issuer not in self._found:
            found, waiting = {issuer}, [issuer]
            while waiting:
                above = self._issuers.get(waiting.pop(), set()) - found
                found |= above
                waiting += above
            self._found[issuer] = frozenset(found)
        return self._found[issuer]


def possible_issuers(certificates: Iterable[Certificate]) -> frozenset[str]:
    """SHA-256 of the certificates that may be above another one: CAs, and those whose name another has as its issuer.

    What follows for one certificate depends on no others but these and itself.
    """
    known = list(certificates)
    issuers = {canonical_name(one.issuer) for one in known if not one.self_issued}
    return frozenset(one.sha256 for one in known if one.may_be_ca or canonical_name(one.subject) in issuers)
