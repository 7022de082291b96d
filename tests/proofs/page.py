"""The page docs/proofs.md: what was proven, by how many cases, and what was counted on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from tests.proofs.parts import Part
from tests.proofs.proof import Proof


def page(proven: Mapping[Proof, Sequence[Part]], *, seed: int, commit: str) -> str:
    """The page, with a section for each proof."""
    sections = "\n".join(_section(proof, parts) for proof, parts in proven.items())
    return f"""# Proofs

`make prove` runs these checks on generated inputs, in parts that can be resumed; `make test` runs a sample of each. A \
case that contradicts a claim ends the run, so every count below is of cases that hold. This page is written by a \
complete run.

- seed: {seed}
- commit: {commit}

{sections}"""


def _section(proof: Proof, parts: Sequence[Part]) -> str:
    counts: Counter[str] = Counter()
    for part in parts:
        counts.update(part.counts)
    lines = "\n".join(f"| {name} | {count:,} |" for name, count in sorted(counts.items()))
    return f"""## {proof.name.replace("_", " ").capitalize()}

{proof.claim}

| counted | number |
| --- | --- |
| cases | {proof.size:,} |
{lines}

CPU time: {_time(sum(part.seconds for part in parts))}.
"""


def _time(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
