"""The verdict of one check with its reason, and how the verdicts of a connection combine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.outcome import OUTCOME_ORDER, Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one check.

    Attributes:
        reason_code: stable code of the reason.
        reason: why, in one sentence.
        readings: readings that the outcome depends on (A1 to A28).
        missing_evidence: file or key that would settle an open outcome.
        cause: the one thing to fix or to collect.
        remedy: what would fix it.
        valid_until: first expiry of the certificates that a pass depends on.
        rests_on: SHA-256 of the certificates of every certification path that a pass depends on.
    """

    outcome: Outcome
    reason_code: str = ""
    reason: str = ""
    readings: tuple[str, ...] = ()
    missing_evidence: str = ""
    cause: Cause | None = None
    remedy: Remedy | None = None
    valid_until: datetime | None = None
    rests_on: frozenset[str] = field(default=frozenset(), compare=False)


NOT_APPLICABLE = Verdict(Outcome.NOT_APPLICABLE)
EXISTS = Verdict(Outcome.PASS, "exists")
"""Nothing rules the connection out."""


def not_applicable(code: str, reason: str) -> Verdict:
    """The check does not apply."""
    return Verdict(Outcome.NOT_APPLICABLE, code, reason)


def missing(evidence: str, reason: str) -> Verdict:
    """The verdict if a file or key is not in the export: undetermined."""
    return Verdict(
        Outcome.OPEN, "missing_evidence", reason, missing_evidence=evidence,
        cause=Cause(CauseKind.MISSING_EVIDENCE, (evidence,)), remedy=Remedy(RemedyKind.ADD_EVIDENCE, (evidence,)),
    )  # fmt: skip


def damaged(evidence: str, reason: str, remedy: Remedy | None = None) -> Verdict:
    """The verdict if a file or key is in the export and cannot be read: undetermined. Without a remedy, correct it."""
    return Verdict(
        Outcome.OPEN, "damaged_evidence", reason, missing_evidence=evidence,
        cause=Cause(CauseKind.DAMAGED_EVIDENCE, (evidence,)),
        remedy=remedy or Remedy(RemedyKind.CORRECT_EVIDENCE, (evidence,)),
    )  # fmt: skip


def decisive(verdicts: Iterable[Verdict]) -> Verdict:
    """The first of the worst: fail before open before pass; the first notApplicable if there are no others."""
    every = list(verdicts)
    decided = [verdict for verdict in every if verdict.outcome is not Outcome.NOT_APPLICABLE]
    if not decided:
        return every[0] if every else NOT_APPLICABLE
    # max keeps the first of equals.
    return max(decided, key=lambda verdict: OUTCOME_ORDER.index(verdict.outcome))
