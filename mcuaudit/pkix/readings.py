"""The outcome of candidate paths: the order of the readings, and the sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix.candidates import Applicant, Candidate, Candidates, Revocation, Search, joined
from mcuaudit.pkix.flaws import THE_STORE, Flaw, Kind, authority_title, issuer_title, title
from mcuaudit.pkix.outcome import PathOutcome
from mcuaudit.pkix.paths import PathFinder
from mcuaudit.pkix.purposes import Purpose


@dataclass(frozen=True, slots=True)
class PathQuestion:
    """The question about one end entity.

    Attributes:
        end_entity: the certificate.
        purpose: its purpose, or None.
        near: the paths above CAs from the presented certificates and the store.
        wide: the same with certificates from elsewhere; None if these cannot help.
        in_vain: the verifier ignores the presented certificates, because it needs every intermediate in its store.
        revocation: the flaws of a path by revocation lists; None if these do not count.
    """

    end_entity: Certificate
    purpose: Purpose | None
    near: PathFinder
    wide: PathFinder | None
    in_vain: bool
    revocation: Revocation | None = None


def decide(inquiry: PathQuestion) -> PathOutcome:
    """The outcome: a path as it is, else a path under reading A12, else one under A11, else the failure."""
    applicant = Applicant(inquiry.end_entity, inquiry.purpose, inquiry.near.pool.at)
    near = Search(applicant, inquiry.near, inquiry.revocation)
    any_member = inquiry.near.anchors.any_member
    strict = near.to_anchors()
    if any_member:
        strict = joined(strict, near.to_members())
    if best := strict.acceptable:
        return _undetermined(best, strict, strict) if best.open_flaws else _passed(best, strict)
    partial = near.to_members()
    if best := partial.acceptable:
        return _undetermined(best, partial, strict, rootless=len(best.path) > 1)
    searched = [strict, partial]
    if inquiry.wide:
        wide = Search(applicant, inquiry.wide, inquiry.revocation)
        for search, rootless in ((wide.to_anchors, False), (wide.to_members, not any_member)):
            known = search()
            if best := known.acceptable:
                to_present = _from_elsewhere(best, inquiry.near)
                if not (to_present or rootless or best.open_flaws):
                    # It has no certificate from elsewhere: the narrower search reached its limit before this path.
                    return _passed(best, known)
                return _undetermined(best, known, strict, rootless=rootless, to_present=to_present)
            searched.append(known)
    if not all(candidates.complete for candidates in searched):
        return _not_searched_through(inquiry.end_entity, strict)
    return _failed(strict, inquiry.in_vain)


def _passed(best: Candidate, candidates: Candidates) -> PathOutcome:
    above = " and ".join(title(certificate) for certificate in best.path[1:])
    return PathOutcome(
        Outcome.PASS,
        "ok",
        f"{title(best.path[0])} is trusted through {above}.",
        path=best.path,
        valid_until=best.valid_until,
        every_candidate_good=candidates.all_good,
        candidate_certificates=candidates.members,
    )


def _undetermined(
    best: Candidate,
    candidates: Candidates,
    strict: Candidates,
    *,
    rootless: bool = False,
    to_present: tuple[Certificate, ...] = (),
) -> PathOutcome:
    """An open outcome: `best` is acceptable under some readings; the reason is that of the first of them."""
    strictly = strict.found[0].flaw
    statements: list[_Statement] = []
    if to_present:
        statements.append(_about_absent(best.path[0], to_present))
    if rootless:
        statements.append(_about_rootless(best.path[-1], strictly))
    statements.extend(
        _Statement(flaw.kind.reading, flaw.kind.code, flaw.sentence, flaw.remedy) for flaw in best.open_flaws
    )
    return PathOutcome(
        Outcome.OPEN,
        statements[0].code,
        statements[0].reason,
        statements[0].remedy,
        openssl_error=strictly.kind.openssl_error if strictly else None,
        failed_at=(strictly or best.open_flaws[0]).certificate.sha256,
        reading=" ".join(sorted({one.reading for one in statements if one.reading})) or None,
        path=best.path,
        valid_until=best.valid_until,
        candidate_certificates=candidates.members,
        missing_issuer=_missing_issuer(strictly),
        to_present=to_present,
    )


def _failed(candidates: Candidates, in_vain: bool) -> PathOutcome:
    candidate = candidates.found[0]
    flaw = candidate.flaw
    assert flaw is not None, "a failure without a flaw"  # noqa: S101
    if flaw.kind is Kind.NO_ISSUER and in_vain:
        flaw = _presented_in_vain(flaw)
    return PathOutcome(
        Outcome.FAIL,
        flaw.kind.code,
        flaw.sentence,
        flaw.remedy,
        openssl_error=flaw.kind.openssl_error,
        failed_at=flaw.certificate.sha256,
        path=candidate.path,
        candidate_certificates=candidates.members,
        missing_issuer=_missing_issuer(flaw),
    )


def _not_searched_through(end_entity: Certificate, strict: Candidates) -> PathOutcome:
    return PathOutcome(
        Outcome.OPEN,
        "search_limit",
        f"{title(end_entity)}: there are too many candidate paths to check all, and none of the checked ones is valid.",
        Remedy(RemedyKind.REMOVE_UNUSED_AUTHORITIES),
        candidate_certificates=strict.members,
    )


@dataclass(frozen=True, slots=True)
class _Statement:
    reading: str
    code: str
    reason: str
    remedy: Remedy | None


def _about_absent(end_entity: Certificate, absent: tuple[Certificate, ...]) -> _Statement:
    names = " and ".join(title(certificate) for certificate in absent)
    was, is_ = ("were", "are") if len(absent) > 1 else ("was", "is")
    reason = (
        f"{title(end_entity)} has a path only through {names}, which {was} found elsewhere in the export. The "
        f"certificate is trusted only if {names} {is_} presented with it."
    )
    return _Statement(
        "A11", "intermediate_not_presented", reason, Remedy(RemedyKind.PRESENT_AUTHORITY, tuple(map(title, absent)))
    )


def _about_rootless(member: Certificate, strictly: Flaw | None) -> _Statement:
    of_member = strictly is not None and strictly.certificate.sha256 == member.sha256
    root = authority_title(strictly.issuer) if strictly and of_member else issuer_title(member)
    reason = (
        f"{title(member)} is in {THE_STORE}, but its issuer {root} is not; some verifiers accept it as a trust "
        "anchor, and others, such as OpenSSL by default, do not."
    )
    return _Statement("A12", "root_missing", reason, Remedy(RemedyKind.ADD_AUTHORITY, (root,)))


def _presented_in_vain(flaw: Flaw) -> Flaw:
    issuer = authority_title(flaw.issuer)
    detail = f"is issued by {issuer}, which is not in {THE_STORE}; this verifier needs every intermediate there"
    return replace(flaw, kind=Kind.INTERMEDIATE_NOT_IN_STORE, detail=detail)


def _missing_issuer(flaw: Flaw | None) -> str | None:
    missing = (Kind.NO_ISSUER, Kind.ROOT_MISSING, Kind.INTERMEDIATE_NOT_IN_STORE)
    return flaw.issuer if flaw and flaw.kind in missing else None


def _from_elsewhere(candidate: Candidate, near: PathFinder) -> tuple[Certificate, ...]:
    return tuple(certificate for certificate in candidate.path[1:] if not near.pool.holds(certificate))
