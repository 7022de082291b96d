"""Who signed a revocation list, and the certification path of its issuer: RFC 5280, section 6.3.3 (f) to (h)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.revocation_list import RevocationList
from mcuaudit.pkix.candidates import Applicant, Search
from mcuaudit.pkix.checks import self_signed
from mcuaudit.pkix.flaws import Flaw, Kind, title
from mcuaudit.pkix.names import canonical_name
from mcuaudit.pkix.paths import PathFinder
from mcuaudit.pkix.revocation_status import ListProblem, list_title
from mcuaudit.pkix.signatures import SignatureCheck

CertificatePath = tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class ListIssuer:
    """A certificate whose key signed a list, with its valid paths to the trust anchor; without one if it is above."""

    certificate: Certificate
    paths: tuple[CertificatePath, ...] = ()


class ListIssuers:
    """Finds the issuers of revocation lists among the certificates of a pool; each list and trust anchor once."""

    def __init__(self, finder: PathFinder) -> None:
        self._finder = finder
        self._signers: dict[str, tuple[tuple[Certificate, ...], ListProblem | None]] = {}
        self._paths: dict[tuple[str, str], tuple[tuple[CertificatePath, ...], Flaw | None]] = {}

    def of(self, one: RevocationList, above: CertificatePath) -> Iterator[ListIssuer | ListProblem]:
        """The issuers of a list, or why a certificate is none.

        Args:
            one: the list.
            above: the validated path above the certificate in question. A certificate of it needs no path of its own.
        """
        signers, problem = self._signed_by(one, above)
        if problem:
            yield problem
        for signer in signers:
            # "If a key usage extension is present in the CRL issuer's certificate, verify that the cRLSign bit is set."
            if signer.key_usage is not None and "cRLSign" not in signer.key_usage:
                yield ListProblem(Kind.CRL_SIGN, f"{title(signer)} signed the CRL, and its keyUsage lacks cRLSign")
            elif any(signer.sha256 == ca.sha256 for ca in above):
                yield ListIssuer(signer)
            else:
                paths, flaw = self._validated(signer, above[-1])
                if paths:
                    yield ListIssuer(signer, paths)
                else:
                    yield _without_path(one, signer, above[-1], flaw)

    def signed(self, one: RevocationList, issuer: Certificate) -> SignatureCheck:
        """Whether the key of a certificate signed the list: (g), and (h) for a delta list."""
        return self._finder.signatures.check_list(one, issuer)

    def _signed_by(
        self, one: RevocationList, above: CertificatePath
    ) -> tuple[tuple[Certificate, ...], ListProblem | None]:
        """The certificates whose key signed the list (g); without one, why not."""
        named = {ca.sha256: ca for ca in (*above, *self._named(one)) if _may_have_signed(one, ca)}
        key = " ".join((one.sha256, *named))
        found = self._signers.get(key)
        if found is None:
            checks = {sha256: self.signed(one, certificate) for sha256, certificate in named.items()}
            signers = tuple(named[sha256] for sha256, check in checks.items() if check is SignatureCheck.VALID)
            found = self._signers[key] = signers, None if signers else _unsigned(one, set(checks.values()))
        return found

    def _named(self, one: RevocationList) -> tuple[Certificate, ...]:
        return self._finder.pool.by_name(canonical_name(one.issuer))

    def _validated(self, signer: Certificate, anchor: Certificate) -> tuple[tuple[CertificatePath, ...], Flaw | None]:
        """(f): the valid paths of a CRL issuer, to the same trust anchor as that of the certificate in question."""
        key = signer.sha256, anchor.sha256
        found = self._paths.get(key)
        if found is None:
            is_anchor = signer.sha256 == anchor.sha256
            found = self._paths[key] = (((anchor,),), None) if is_anchor else self._search(signer, anchor)
        return found

    def _search(self, signer: Certificate, anchor: Certificate) -> tuple[tuple[CertificatePath, ...], Flaw | None]:
        search = Search(Applicant(signer, None, self._finder.pool.at), self._finder)
        found = search.to_anchors().found if self_signed(anchor) else search.to_members().found
        same = [candidate for candidate in found if candidate.path[-1].sha256 == anchor.sha256]
        paths = tuple(one.path for one in same if one.flaw is None and not one.open_flaws)
        flaws = (flaw for one in (*same, *found) for flaw in (one.flaw, *one.open_flaws) if flaw)
        return paths, None if paths else next(flaws, None)


def _may_have_signed(one: RevocationList, certificate: Certificate) -> bool:
    wanted, found = one.authority_key_identifier, certificate.subject_key_identifier
    return (
        canonical_name(certificate.subject) == canonical_name(one.issuer)
        and (wanted is None or found is None or wanted == found)
        and one.authority_serial_number in (None, certificate.serial_number)
    )


def _unsigned(one: RevocationList, checks: set[SignatureCheck]) -> ListProblem:
    issuer = list_title(one)
    if not checks:
        return ListProblem(Kind.CRL_ISSUER, f"the certificate of {issuer}, which issued the CRL, is not available")
    if SignatureCheck.UNSUPPORTED in checks:
        return ListProblem(Kind.CRL_ALGORITHM, f"the signature of the CRL of {issuer} cannot be checked")
    return ListProblem(
        Kind.CRL_SIGNATURE, f"the CRL of {issuer} is not signed by the key of an available certificate of its issuer"
    )


def _without_path(one: RevocationList, signer: Certificate, anchor: Certificate, flaw: Flaw | None) -> ListProblem:
    because = f": {flaw.sentence.removesuffix('.')}" if flaw else ""
    return ListProblem(
        Kind.CRL_PATH,
        f"the issuer of the CRL of {list_title(one)}, {title(signer)}, has no valid path to the trust anchor "
        f"{title(anchor)}{because}",
    )
