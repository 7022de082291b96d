"""Why an answer that differs from the suite's is right: patterns of cases, and the section or reading for each."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from mcuaudit.domain.readings import READINGS
from tests.limbo.cases import Case
from tests.limbo.judge import Answer

EXCEPTIONS = Path(__file__).with_name("exceptions.toml")
_KEYS = {"ids", "features", "expected", "section", "quote", "reading", "why"}


@dataclass(frozen=True)
class Reason:
    """One reason.

    Attributes:
        ids: patterns of the ids of cases.
        features: features of cases; one is enough.
        expected: what the suite expects of them.
        section: of the RFC that is quoted, or "" if a reading decides.
        quote: its words.
        reading: the reading on which an open answer rests, or "".
        why: what follows from it.
    """

    expected: str
    why: str
    ids: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    section: str = ""
    quote: str = ""
    reading: str = ""

    def covers(self, case: Case, found: Answer) -> bool:
        """The reason is about this case; one with a reading is about an answer that rests on it."""
        named = any(fnmatchcase(case.id, pattern) for pattern in self.ids)
        concerned = named or not case.features.isdisjoint(self.features)
        return concerned and case.expected == self.expected and (not self.reading or self.reading in found.readings)


@dataclass
class Score:
    """The cases by what was answered."""

    as_expected: list[str] = field(default_factory=list)
    explained: dict[str, str] = field(default_factory=dict)
    unexplained: dict[str, str] = field(default_factory=dict)
    needless: dict[str, str] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def line(self) -> str:
        total = len(self.as_expected) + len(self.explained) + len(self.unexplained)
        return (
            f"x509-limbo: {len(self.as_expected)} as expected, {len(self.explained)} explained, "
            f"{len(self.unexplained)} unexplained, of {total}; {self.outcomes['open']} undetermined"
        )


def score(answers: Iterable[tuple[Case, Answer]], exceptions: Sequence[Reason]) -> Score:
    """The answers beside what the suite expects; an exception for what is answered as expected is needless."""
    found = Score()
    for case, given in answers:
        found.outcomes[given.outcome] += 1
        reasons = [one.section or one.reading for one in exceptions if one.covers(case, given)]
        words = f"{case.expected} is expected, {given.outcome}: {given.context}"
        if given.result == case.expected:
            found.as_expected.append(case.id)
            if reasons:
                found.needless[case.id] = ", ".join(reasons)
        elif reasons:
            found.explained[case.id] = reasons[0]
        else:
            found.unexplained[case.id] = words
    return found


def read_exceptions(path: Path = EXCEPTIONS) -> tuple[Reason, ...]:
    """The exceptions of a file.

    Raises:
        ValueError: one of them is not complete.
    """
    return tuple(map(_exception, tomllib.loads(path.read_text(encoding="utf-8"))["exception"]))


def _exception(found: dict[str, object]) -> Reason:
    said = {key: tuple(value) if isinstance(value, list) else value for key, value in found.items()}
    if not said.keys() <= _KEYS or not (said.get("ids") or said.get("features")) or not said.get("why"):
        raise ValueError(f"not an exception: {found}")
    if bool(said.get("section") and said.get("quote")) == bool(said.get("reading")):
        raise ValueError(f"an exception has a section with its words, or a reading: {found}")
    if said.get("reading") and said["reading"] not in READINGS:
        raise ValueError(f"an unknown reading: {found}")
    if said.get("expected") not in ("SUCCESS", "FAILURE"):
        raise ValueError(f"expected is SUCCESS or FAILURE: {found}")
    return Reason(**said)  # type: ignore[arg-type]
