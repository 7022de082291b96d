"""The outcome of a decision about a path: the readings that it depends on, and the sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix.candidates import Candidate
from mcuaudit.pkix.decision import Decision, PathQuestion, decided
from mcuaudit.pkix.flaws import THE_STORE, Flaw, Kind, authority_title, issuer_title, title
from mcuaudit.pkix.outcome import PathOutcome


def decide(question: PathQuestion) -> PathOutcome:
    """The outcome for one end entity."""
    return outcome_of(decided(question, question.applicant))


def outcome_of(decision: Decision) -> PathOutcome:
    """The decision as an outcome."""
    best = decision.best
    if best is None:
        return _failed(decision) if decision.searched_through else _not_searched_through(decision)
    if best.open_flaws or decision.rootless or decision.to_present:
        return _undetermined(best, decision)
    return _passed(best, decision)


def _passed(best: Candidate, decision: Decision) -> PathOutcome:
    above = " and ".join(title(certificate) for certificate in best.path[1:])
    return PathOutcome(
        Outcome.PASS,
        "ok",
        f"{title(best.path[0])} is trusted through {above}.",
        path=best.path,
        valid_until=best.valid_until,
        every_candidate_good=decision.all_good,
        candidate_certificates=decision.members,
    )


def _undetermined(best: Candidate, decision: Decision) -> PathOutcome:
    """An open outcome: `best` is acceptable under some readings; the reason is that of the first of them."""
    strictly = decision.flaw
    statements: list[_Statement] = []
    if decision.to_present:
        statements.append(_about_absent(best.path[0], decision.to_present))
    if decision.rootless:
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
        candidate_certificates=decision.members,
        missing_issuer=_missing_issuer(strictly),
        to_present=decision.to_present,
    )


def _failed(decision: Decision) -> PathOutcome:
    flaw = decision.flaw
    assert flaw, "a failure without a flaw"  # noqa: S101
    if flaw.kind is Kind.NO_ISSUER and decision.in_vain:
        flaw = _presented_in_vain(flaw)
    return PathOutcome(
        Outcome.FAIL,
        flaw.kind.code,
        flaw.sentence,
        flaw.remedy,
        openssl_error=flaw.kind.openssl_error,
        failed_at=flaw.certificate.sha256,
        path=decision.first_path,
        candidate_certificates=decision.members,
        missing_issuer=_missing_issuer(flaw),
    )


def _not_searched_through(decision: Decision) -> PathOutcome:
    return PathOutcome(
        Outcome.OPEN,
        "search_limit",
        f"{title(decision.end_entity)}: there are too many candidate paths to check all, and none of the checked ones "
        "is valid.",
        Remedy(RemedyKind.REMOVE_UNUSED_AUTHORITIES),
        candidate_certificates=decision.members,
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
