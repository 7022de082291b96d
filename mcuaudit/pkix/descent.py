"""Which certificates descend from given CAs, by names and signatures alone: all that was issued below a public CA."""

from __future__ import annotations

from collections.abc import Iterable

from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix.names import canonical_name
from mcuaudit.pkix.signatures import SignatureCheck, SignatureMemo


def descendants(authorities: Iterable[Certificate], certificates: Iterable[Certificate]) -> frozenset[str]:
    """SHA-256 of those of `certificates` that have the key of one of `authorities`, or were signed below one.

    Validity, constraints and purposes do not count: the question is who issued, not whether a path is valid.
    """
    candidates = {certificate.sha256: certificate for certificate in certificates}
    by_issuer: dict[bytes, list[Certificate]] = {}
    for certificate in candidates.values():
        by_issuer.setdefault(canonical_name(certificate.issuer), []).append(certificate)
    roots = list(authorities)
    keys = {root.public_key_sha256 for root in roots}
    same_key = [certificate for certificate in candidates.values() if certificate.public_key_sha256 in keys]
    found = {certificate.sha256 for certificate in same_key}
    waiting, memo = [*roots, *same_key], SignatureMemo()
    while waiting:
        issuer = waiting.pop()
        for certificate in by_issuer.get(canonical_name(issuer.subject), ()):
            if certificate.sha256 not in found and memo.check(certificate, issuer) is SignatureCheck.VALID:
                found.add(certificate.sha256)
                waiting.append(certificate)
    return frozenset(found)
