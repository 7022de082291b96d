"""What parts of a proof were run, kept line by line, so that a run goes on where the last one ended."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

CASES = 10
"""Cases of one part."""


@dataclass(frozen=True, slots=True)
class Part:
    """Cases of one proof that held, with code and tests in one state."""

    proof: str
    seed: int
    state: str
    first: int
    last: int
    seconds: float
    counts: Counter[str]

    @property
    def key(self) -> tuple[str, int, str, int, int]:
        """What was run; the rest is what came of it."""
        return self.proof, self.seed, self.state, self.first, self.last


class Parts:
    """The parts that are known, in a file to which each new one is added at once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[tuple[str, int, str, int, int], Part] = {}
        if file.is_file():
            for line in file.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                part = Part(**entry | {"counts": Counter(entry["counts"])})
                self._known[part.key] = part

    def find(self, proof: str, seed: int, state: str, cases: range) -> Part | None:
        """The part with these cases; None if it was not run in this state."""
        return self._known.get((proof, seed, state, cases.start, cases.stop))

    def add(self, part: Part) -> None:
        """Keep one part."""
        self._known[part.key] = part
        self._file.parent.mkdir(parents=True, exist_ok=True)
        entry = {name: getattr(part, name) for name in ("proof", "seed", "state", "first", "last", "seconds")}
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry | {"counts": dict(part.counts)}) + "\n")


def parts_of(size: int) -> list[range]:
    """The cases of a proof, divided into parts."""
    return [range(first, min(first + CASES, size)) for first in range(0, size, CASES)]
