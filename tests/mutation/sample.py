"""The sample of mutants that a run tests: the same for the same seed; a smaller one is the beginning of a larger."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from tests.mutation.mutants import Mutant, mutants_of


def all_mutants(root: Path, package: str) -> list[Mutant]:
    """Every mutant of one package, in the order of files and lines."""
    return [
        mutant
        for file in sorted((root / "mcuaudit" / package).rglob("*.py"))
        for mutant in mutants_of(file.relative_to(root).as_posix(), file.read_text(encoding="utf-8"))
    ]


def sample(root: Path, packages: Iterable[str], size: int, seed: int) -> dict[str, list[Mutant]]:
    """`size` mutants, as many of each package as of another; a package that has fewer gives all it has.

    Kinds of change take turns: there are many words and few boundaries, and a survivor among the words says least.
    """
    names = list(packages)
    shares = [size // len(names) + (number < size % len(names)) for number in range(len(names))]
    return {
        package: _in_turns(all_mutants(root, package), f"{seed} {package}")[:share]
        for package, share in zip(names, shares, strict=True)
    }


def _in_turns(mutants: list[Mutant], seed: str) -> list[Mutant]:
    shuffled = random.Random(seed).sample(mutants, len(mutants))
    by_kind: dict[str, list[Mutant]] = {}
    for mutant in shuffled:
        by_kind.setdefault(mutant.kind, []).append(mutant)
    turns = [(turn, kind, mutant) for kind, found in by_kind.items() for turn, mutant in enumerate(found)]
    return [mutant for _, _, mutant in sorted(turns, key=lambda one: one[:2])]
