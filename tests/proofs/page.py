"""The page docs/proofs.md: what was proven, by how many cases, at which commit, and what was counted on the way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final

from tests.proofs.parts import Part
from tests.proofs.proof import Proof

_SECTION: Final = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)


def with_section(text: str, proof: Proof, parts: Sequence[Part], *, commit: str, known: Collection[str]) -> str:
    """The page with what came of all parts of one proof; the sections of others stay as they are.

    Args:
        text: the page so far; may be empty.
        proof: what was run whole.
        parts: all its parts, of one seed and one state of code and tests.
        commit: the commit that they were run at.
        known: the names of all proofs; the section of any other is left out.
    """
    sections = _sections(text) | {_title(proof.name): _section(proof, parts, commit)}
    titles = sorted(sections.keys() & set(map(_title, known)))
    missing = sorted(name for name in known if _title(name) not in sections)
    note = f"Not run whole yet: {', '.join(missing)}.\n\n" if missing else ""
    return f"""# Proofs

`make prove` runs these checks on generated inputs, in parts that can be resumed; `make test` runs a sample of each. A \
case that contradicts a claim ends its proof, so every count below is of cases that hold. A section is written when \
all its cases were run, with one state of the package and the tests; the sections may be of different commits.

{note}{"".join(sections[title] for title in titles)}"""


def _sections(text: str) -> dict[str, str]:
    """The sections of a page, each with its heading, by title."""
    found = list(_SECTION.finditer(text))
    starts = [match.start() for match in found] + [len(text)]
    return {
        match["title"]: text[start:end].rstrip() + "\n\n"
        for match, (start, end) in zip(found, pairwise(starts), strict=True)
    }


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _section(proof: Proof, parts: Sequence[Part], commit: str) -> str:
    counts: Counter[str] = Counter()
    for part in parts:
        counts.update(part.counts)
    lines = "\n".join(f"| {name} | {count:,} |" for name, count in sorted(counts.items()))
    return f"""## {_title(proof.name)}

{proof.claim}

- seed: {parts[0].seed}
- commit: {commit}
- CPU time: {_time(sum(part.seconds for part in parts))}

| counted | number |
| --- | --- |
| cases | {proof.size:,} |
{lines}

"""


def _time(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
