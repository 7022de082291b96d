"""What became of the mutants of a sample: kept line by line, so that a run goes on where the last one ended."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutants import Mutant
from tests.mutation.runs import Fate

EQUIVALENT = Path(__file__).with_name("equivalent.toml")


class Results:
    """The fates that are known, in a file to which each new one is added at once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, tuple[str, Fate]] = {}
        if file.is_file():
            for line in file.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                self._known[entry["mutant"]] = (entry["state"], Fate(entry["fate"]))

    def fate(self, mutant: Mutant, state: str | None) -> Fate | None:
        """What became of `mutant` with code and tests in `state`, or in any if that is None; None if not known."""
        kept, fate = self._known.get(mutant.key, (None, None))
        return fate if state is None or kept == state else None

    def add(self, mutant: Mutant, state: str, fate: Fate) -> None:
        """Keep the fate of one mutant."""
        self._known[mutant.key] = (state, fate)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(
                json.dumps({"mutant": mutant.key, "state": state, "fate": fate.value}, ensure_ascii=False) + "\n"
            )


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A mutant that was judged to be equivalent: its file, line and change, and why no input tells it apart."""

    file: str
    line: str
    change: str
    reason: str
    occurrence: int = 1

    def names(self, mutant: Mutant) -> bool:
        """Whether it is `mutant` that was judged."""
        mine = (self.file, self.line, self.change, self.occurrence)
        return mine == (mutant.file, mutant.text, mutant.change, mutant.occurrence)


def read_equivalent(file: Path = EQUIVALENT) -> tuple[Equivalent, ...]:
    """The mutants that were judged to be equivalent."""
    return tuple(Equivalent(**entry) for entry in tomllib.loads(file.read_text(encoding="utf-8")).get("equivalent", []))


@dataclass(frozen=True, slots=True)
class Score:
    """The mutants of one package, by what became of them.

    Attributes:
        killed: a near test failed, or the tests did not end in time (`timed_out` of them).
        survived: no near test failed, and none is judged to be equivalent.
        equivalent: no near test failed, and the list says why none can.
        misjudged: listed as equivalent, and killed.
        left: of the sample, not tested yet.
    """

    package: str
    killed: tuple[Mutant, ...]
    timed_out: int
    survived: tuple[Mutant, ...]
    equivalent: tuple[Mutant, ...]
    misjudged: tuple[Mutant, ...]
    left: int

    @property
    def rate(self) -> float | None:
        """The share of those that are not equivalent that died; None if there is none."""
        counted = len(self.killed) + len(self.survived)
        return len(self.killed) / counted if counted else None


def score(package: str, fates: Sequence[tuple[Mutant, Fate | None]], judged_equivalent: Sequence[Equivalent]) -> Score:
    """The score of one package."""
    listed = {mutant.key for mutant, _ in fates if any(one.names(mutant) for one in judged_equivalent)}
    killed = [mutant for mutant, fate in fates if fate in (Fate.KILLED, Fate.TIMED_OUT)]
    alive = [mutant for mutant, fate in fates if fate is Fate.SURVIVED]
    return Score(
        package,
        tuple(killed),
        sum(fate is Fate.TIMED_OUT for _, fate in fates),
        tuple(mutant for mutant in alive if mutant.key not in listed),
        tuple(mutant for mutant in alive if mutant.key in listed),
        tuple(mutant for mutant in killed if mutant.key in listed),
        sum(fate is None for _, fate in fates),
    )


def total(scores: Mapping[str, Score]) -> Score:
    """The score of all packages together."""
    every = list(scores.values())
    return Score(
        "all",
        tuple(mutant for one in every for mutant in one.killed),
        sum(one.timed_out for one in every),
        tuple(mutant for one in every for mutant in one.survived),
        tuple(mutant for one in every for mutant in one.equivalent),
        tuple(mutant for one in every for mutant in one.misjudged),
        sum(one.left for one in every),
    )
