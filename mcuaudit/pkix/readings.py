"""From candidate paths to an outcome: which readings are asked, in which order, and what is said."""

from __future__ import annotations

from dataclasses import dataclass

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix.candidates import Applicant, Candidate, Candidates, Search
from mcuaudit.pkix.flaws import Flaw, Kind, issuer_title, title
from mcuaudit.pkix.outcome import PathOutcome
from mcuaudit.pkix.paths import PathFinder
from mcuaudit.pkix.purposes import Purpose


@dataclass(frozen=True, slots=True)
class PathQuestion:
    """What is asked about one end entity.

    Attributes:
        end_entity: the certificate.
        purpose: what it is to serve for, or None.
        near: the paths above CAs among what was presented and the store.
        wide: the same with what is known from elsewhere; None where that cannot help.
        in_vain: something was presented that the verifier does not use, as it wants every intermediate in its store.
    """

    end_entity: Certificate
    purpose: Purpose | None
    near: PathFinder
    wide: PathFinder | None
    in_vain: bool


def decide(inquiry: PathQuestion) -> PathOutcome:
    """The outcome: a path as things are, else one under reading A12, else one under A11, else the failure."""
    applicant = Applicant(inquiry.end_entity, inquiry.purpose, inquiry.near.pool.at)
    near = Search(applicant, inquiry.near)
    strict = near.to_anchors()
    if best := strict.acceptable:
        return _undetermined(best, strict, strict) if best.open_flaws else _passed(best, strict)
    partial = near.to_members()
    if best := partial.acceptable:
        return _undetermined(best, partial, strict, rootless=len(best.path) > 1)
    searched = [strict, partial]
    if inquiry.wide:
        wide = Search(applicant, inquiry.wide)
        for search, rootless in ((wide.to_anchors, False), (wide.to_members, True)):
            known = search()
            if best := known.acceptable:
                to_present = _from_elsewhere(best, inquiry.near)
                if not (to_present or rootless or best.open_flaws):
                    # Nothing from elsewhere is in it: the narrower search gave up before it came to this path.
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
    """An open outcome: `best` is acceptable under some readings, and what is said is that of the first of them."""
    said: list[_Said] = []
    if to_present:
        said.append(_said_of_absent(best.path[0], to_present))
    if rootless:
        said.append(_said_of_rootless(best.path[-1]))
    said.extend(_Said(flaw.kind.reading, flaw.kind.code, flaw.sentence, flaw.remedy) for flaw in best.open_flaws)
    strictly = strict.found[0].flaw
    return PathOutcome(
        Outcome.OPEN,
        said[0].code,
        said[0].reason,
        said[0].remedy,
        openssl_error=strictly.kind.openssl_error if strictly else None,
        failed_at=(strictly or best.open_flaws[0]).certificate.sha256,
        reading=" ".join(sorted({one.reading for one in said if one.reading})) or None,
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
        f"{title(end_entity)}: there are more candidate paths than are looked at, and none of those looked at is good.",
        Remedy(RemedyKind.REMOVE_UNUSED_AUTHORITIES),
        candidate_certificates=strict.members,
    )


@dataclass(frozen=True, slots=True)
class _Said:
    reading: str
    code: str
    reason: str
    remedy: Remedy | None


def _said_of_absent(end_entity: Certificate, absent: tuple[Certificate, ...]) -> _Said:
    names = " and ".join(title(certificate) for certificate in absent)
    reason = (
        f"{title(end_entity)} has a path only through {names}, found elsewhere in the export: it is trusted if that is "
        "presented with it."
    )
    return _Said(
        "A11", "intermediate_not_presented", reason, Remedy(RemedyKind.PRESENT_AUTHORITY, tuple(map(title, absent)))
    )


def _said_of_rootless(member: Certificate) -> _Said:
    root = issuer_title(member)
    reason = (
        f"{title(member)} is in the trust store without {root} that issued it: some verifiers take it for a trust "
        "anchor, others, OpenSSL by default, do not."
    )
    return _Said("A12", "root_missing", reason, Remedy(RemedyKind.ADD_AUTHORITY, (root,)))


def _presented_in_vain(flaw: Flaw) -> Flaw:
    issuer = issuer_title(flaw.certificate)
    said = f"is issued by {issuer}, which is not in the trust store; this verifier wants every intermediate there"
    return Flaw(Kind.INTERMEDIATE_NOT_IN_STORE, flaw.certificate, said, flaw.remedy)


def _missing_issuer(flaw: Flaw | None) -> str | None:
    missing = (Kind.NO_ISSUER, Kind.ROOT_MISSING, Kind.INTERMEDIATE_NOT_IN_STORE)
    return flaw.certificate.issuer_text if flaw and flaw.kind in missing else None


def _from_elsewhere(candidate: Candidate, near: PathFinder) -> tuple[Certificate, ...]:
    return tuple(certificate for certificate in candidate.path[1:] if not near.pool.holds(certificate))
