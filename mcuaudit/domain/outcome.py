"""What a check concludes: pass, notApplicable, open or fail, in that order."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What a check concluded, in the order pass < notApplicable < open < fail.

    ``open`` means that the evidence or the documents do not decide; pages call it *undetermined*.
    """

    PASS = "pass"
    NOT_APPLICABLE = "notApplicable"
    OPEN = "open"
    FAIL = "fail"


OUTCOME_ORDER: tuple[Outcome, ...] = tuple(Outcome)


def worst(*outcomes: Outcome) -> Outcome:
    """The last of `outcomes` in the order pass < notApplicable < open < fail; ``notApplicable`` if there are none.

    ``notApplicable`` beside others does not count: a check that passed makes the whole pass.
    """
    said = [outcome for outcome in outcomes if outcome != Outcome.NOT_APPLICABLE]
    return max(said, key=OUTCOME_ORDER.index, default=Outcome.NOT_APPLICABLE)
