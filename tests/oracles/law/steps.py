"""The result of one check, and how those of a connection are put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PASS, NONE, OPEN, FAIL = "pass", "notApplicable", "open", "fail"


@dataclass(frozen=True)
class Step:
    """An outcome with the code of its reason, the readings that it rests on, and the kind of its cause."""

    outcome: str
    code: str = ""
    readings: tuple[str, ...] = ()
    kind: str = ""


PASSED, NOT_ASKED = Step(PASS), Step(NONE)


def fail(code: str, kind: str, *readings: str) -> Step:
    return Step(FAIL, code, readings, kind)


def opened(code: str, kind: str, *readings: str) -> Step:
    return Step(OPEN, code, readings, kind)


def missing(*readings: str) -> Step:
    """What would decide is not in the export."""
    return opened("missing_evidence", "missing_evidence", *readings)


def damaged() -> Step:
    """What would decide is in the export and cannot be read."""
    return opened("damaged_evidence", "damaged_evidence")


def absent(code: str) -> Step:
    """There is no such connection."""
    return Step(NONE, code)


def unless(step: Step, unknown: Step) -> Step:
    """The step if it is asked at all, which the export does not say: what passes passes anyway (section 7)."""
    return step if step.outcome in (PASS, NONE) else unknown


def the_same(steps: list[Step]) -> Step:
    """What holds under every value of what is not told; else that decides (section 7)."""
    return steps[0] if len({step.outcome for step in steps}) == 1 else missing()


@dataclass(frozen=True)
class Result:
    """A row as the law has it."""

    outcome: str
    code: str
    readings: frozenset[str]
    kind: str
    authenticated: str = ""
    own: tuple[str, ...] = ()
    """The readings of the step that gives the reason."""


def together(steps: Iterable[Step], good: str) -> Result:
    """The worst outcome; its reason is that of the first step that has it."""
    steps = list(steps)
    for outcome in (FAIL, OPEN):
        found = [step for step in steps if step.outcome == outcome]
        if found:
            readings = frozenset(reading for step in found for reading in step.readings)
            return Result(outcome, found[0].code, readings, found[0].kind, own=found[0].readings)
    return Result(PASS, good, frozenset(), "")
