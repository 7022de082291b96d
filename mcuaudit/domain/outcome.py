"""The outcome of a check: pass, notApplicable, open or fail, in that order."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """The outcome of a check, in the order pass < notApplicable < open < fail.

    ``open`` means that neither the evidence nor Cisco's documentation decides; pages show *undetermined*.
    """

    PASS = "pass"
    NOT_APPLICABLE = "notApplicable"
    OPEN = "open"
    FAIL = "fail"


OUTCOME_ORDER: tuple[Outcome, ...] = tuple(Outcome)


def worst(*outcomes: Outcome) -> Outcome:
    """The last of `outcomes` in the order pass < notApplicable < open < fail; ``notApplicable`` if there are none.

    ``notApplicable`` does not count beside other outcomes: with one pass, the result is pass.
    """
    decided = [outcome for outcome in outcomes if outcome != Outcome.NOT_APPLICABLE]
    return max(decided, key=OUTCOME_ORDER.index, default=Outcome.NOT_APPLICABLE)
