"""One answer with its reason, and how the answers of a connection combine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.outcome import OUTCOME_ORDER, Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check concluded.

    Attributes:
        reason_code: short stable word.
        reason: why, in one sentence.
        readings: readings that the outcome rests on (A1 to A21).
        missing_evidence: file or key that would settle an open outcome.
        cause: the one thing that would have to be fixed or collected.
        remedy: what would fix it.
        valid_until: first expiry of the certificates that a pass rests on.
    """

    outcome: Outcome
    reason_code: str = ""
    reason: str = ""
    readings: tuple[str, ...] = ()
    missing_evidence: str = ""
    cause: Cause | None = None
    remedy: Remedy | None = None
    valid_until: datetime | None = None


NOT_APPLICABLE = Verdict(Outcome.NOT_APPLICABLE)


def not_applicable(code: str, reason: str) -> Verdict:
    """The question does not arise."""
    return Verdict(Outcome.NOT_APPLICABLE, code, reason)


def missing(evidence: str, reason: str) -> Verdict:
    """Undetermined, because a file or key is not in the export."""
    return Verdict(
        Outcome.OPEN, "missing_evidence", reason, missing_evidence=evidence,
        cause=Cause(CauseKind.MISSING_EVIDENCE, (evidence,)), remedy=Remedy(RemedyKind.ADD_EVIDENCE, (evidence,)),
    )  # fmt: skip


def decisive(verdicts: Iterable[Verdict]) -> Verdict:
    """The first of the worst: fail before open before pass; the first notApplicable if there is nothing else."""
    found = list(verdicts)
    said = [verdict for verdict in found if verdict.outcome is not Outcome.NOT_APPLICABLE]
    if not said:
        return found[0] if found else NOT_APPLICABLE
    # max keeps the first of equals.
    return max(said, key=lambda verdict: OUTCOME_ORDER.index(verdict.outcome))
