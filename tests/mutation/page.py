"""The result of a run in words: a table for the terminal, and the page docs/mutation.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.mutation.mutants import Mutant
from tests.mutation.results import Equivalent, Score, total

_COLUMNS = ("package", "tested", "killed", "of these timed out", "survived", "equivalent", "score")


def table(scores: Mapping[str, Score]) -> str:
    """A row per package and one for all, in Markdown."""
    rows = [_row(one) for one in (*scores.values(), total(scores))]
    lines = [_COLUMNS, tuple("---" for _ in _COLUMNS), *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_COLUMNS))]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def _row(one: Score) -> tuple[str, ...]:
    tested = len(one.killed) + len(one.survived) + len(one.equivalent)
    rate = "–" if one.rate is None else f"{one.rate:.1%}"
    counts = (tested, len(one.killed), one.timed_out, len(one.survived), len(one.equivalent))
    return (one.package, *map(str, counts), rate)


def page(scores: Mapping[str, Score], judged: Sequence[Equivalent], *, seed: int, commit: str, available: int) -> str:
    """The page docs/mutation.md."""
    every = total(scores)
    return f"""# Mutation testing

`make mutate` changes one thing in the code, runs the near tests of its package, and expects one of them to fail. A
mutant that survives is a line that no near test covers. This page is written by a complete run.

- seed: {seed}
- commit: {commit}
- sample: {len(every.killed) + len(every.survived) + len(every.equivalent)} of {available} mutants, the same number \
for each package, with the kinds of change in turns
- score: killed mutants, divided by those that are not equivalent

{table(scores)}

## Survivors

{_list_of(every.survived) or "None."}

## Equivalent

No input distinguishes these from the original; `tests/mutation/equivalent.toml` lists them.

{_equivalent(every.equivalent, judged) or "None in this sample."}
"""


def _list_of(mutants: Sequence[Mutant]) -> str:
    return "\n".join(f"- `{mutant.file}:{mutant.line}` {_code(mutant)}" for mutant in mutants)


def _equivalent(mutants: Sequence[Mutant], judged: Sequence[Equivalent]) -> str:
    return "\n".join(
        f"- `{mutant.file}:{mutant.line}` {_code(mutant)}: " + next(one.reason for one in judged if one.names(mutant))
        for mutant in mutants
    )


def _code(mutant: Mutant) -> str:
    return f"`` {short(mutant.before)} `` → `` {short(mutant.after)} ``"


def short(text: str) -> str:
    """`text` in one line of at most 90 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 90 else f"{line[:87]}..."
