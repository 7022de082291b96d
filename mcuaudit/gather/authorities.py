"""Who signed whom among the certificates of a heap: by name first, then by the signature itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from mcuaudit.decode.public_authorities import public_authorities
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.revocation_list import RevocationList
from mcuaudit.pkix.names import canonical_name
from mcuaudit.pkix.signatures import SignatureCheck, SignatureMemo

_LONGEST_CHAIN = 12


class Authorities:
    """The CAs of a heap, and the certificates that each of them issued."""

    def __init__(self, certificates: Iterable[Certificate]) -> None:
        self._all = {one.sha256: one for one in certificates}
        self._signatures = SignatureMemo()
        self._by_subject: dict[bytes, list[Certificate]] = {}
        for one in self._all.values():
            self._by_subject.setdefault(canonical_name(one.subject), []).append(one)
        self._issuers: dict[str, Certificate | None] = {}

    def issuer(self, certificate: Certificate) -> Certificate | None:
        """A certificate of the heap whose key signed another one; None if none did, or it signed itself."""
        if certificate.sha256 not in self._issuers:
            named = self._by_subject.get(canonical_name(certificate.issuer), ())
            candidates = (one for one in named if one.public_key_sha256 != certificate.public_key_sha256)
            signers = (one for one in candidates if self._signed(certificate, one))
            # Of one CA with several certificates, the one that ends last.
            self._issuers[certificate.sha256] = max(signers, key=lambda one: one.not_after, default=None)
        return self._issuers[certificate.sha256]

    def _signed(self, certificate: Certificate, issuer: Certificate) -> bool:
        return self._signatures.check(certificate, issuer) is SignatureCheck.VALID

    def issuer_of_list(self, one: RevocationList) -> Certificate | None:
        """A CA certificate of the heap whose key signed a revocation list; None if none did."""
        named = self._by_subject.get(canonical_name(one.issuer), ())
        signers = (ca for ca in named if self._signatures.check_list(one, ca) is SignatureCheck.VALID)
        return next(signers, None)

    def signed_itself(self, certificate: Certificate) -> bool:
        """Whether a certificate is signed with its own key."""
        return certificate.self_issued and self._signed(certificate, certificate)

    def family(self, certificate: Certificate) -> str:
        """What certificates of one PKI have in common: the key of the highest CA of the heap above them.

        Where no CA of the heap is above one, it is the name of its issuer, or its own key if it signed itself.
        """
        here = certificate
        for _ in range(_LONGEST_CHAIN):
            above = self.issuer(here)
            if above is None:
                break
            here = above
        alone = here is certificate and not self.signed_itself(certificate)
        return certificate.issuer_text if alone else here.public_key_sha256

    @cached_property
    def issued(self) -> Counter[str]:
        """How many other certificates of the heap each one issued, by SHA-256."""
        return Counter(issuer.sha256 for one in self._all.values() if (issuer := self.issuer(one)) is not None)

    def is_authority(self, certificate: Certificate) -> bool:
        """Whether it is a CA: it says so, or it issued another certificate of the heap."""
        return certificate.may_be_ca or bool(self.issued[certificate.sha256])

    def newer(self, certificate: Certificate) -> Certificate | None:
        """A later certificate of the same CA: the same name and key, issued later."""
        same = self._by_subject.get(canonical_name(certificate.subject), ())
        later = (
            one
            for one in same
            if one.public_key_sha256 == certificate.public_key_sha256 and one.not_before > certificate.not_before
        )
        return max(later, key=lambda one: one.not_before, default=None)

    @staticmethod
    def is_public(certificate: Certificate) -> bool:
        """Whether it is one of the public roots that browsers trust."""
        return certificate.sha256 in _public()


class ShownAuthorities:
    """The CAs that an export shows, which is a reason that comes from no certificate of a heap.

    Args:
        stores: the CA certificates in the trust stores of the export.
        fetched: the certificates that `fetch` captured, with the CA certificates that were presented with them.
        heap: the certificates of the heap, which may have the CAs between.
    """

    def __init__(
        self, stores: Iterable[Certificate], fetched: Iterable[Certificate], heap: Iterable[Certificate]
    ) -> None:
        stores, fetched = tuple(stores), tuple(fetched)
        self._signed = Authorities((*heap, *stores, *fetched))
        self._keys = {one.public_key_sha256 for one in stores}
        for one in fetched:
            if not one.may_be_ca and (issuer := self._signed.issuer(one)) is not None:
                self._keys.add(issuer.public_key_sha256)

    def issued(self, certificate: Certificate) -> bool:
        """Whether one of these CAs issued a certificate, or a CA above it."""
        here = certificate
        for _ in range(_LONGEST_CHAIN):
            above = self._signed.issuer(here)
            if above is None:
                return False
            if above.public_key_sha256 in self._keys:
                return True
            here = above
        return False


def _public() -> frozenset[str]:
    return frozenset(one.sha256 for one in public_authorities())
