"""Why a verifier answers otherwise: kinds of chains, verifiers, and the section or behaviour for each."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from tests.verifiers.chains import Chain
from tests.verifiers.comparison import Comparison, Split
from tests.verifiers.kinds import KINDS
from tests.verifiers.verifier import Answer

EXPLAINED = Path(__file__).with_name("explained.toml")
_KEYS = {"kinds", "verifiers", "answer", "why"}


@dataclass(frozen=True)
class Explanation:
    """Why these verifiers give this answer to these kinds of chains; each pair of both is a split."""

    kinds: tuple[str, ...]
    verifiers: tuple[str, ...]
    answer: Answer
    why: str

    def splits(self) -> Iterable[Split]:
        """What it explains."""
        return (Split(kind, verifier, self.answer) for verifier in self.verifiers for kind in self.kinds)


def read_explained(known: Collection[str], path: Path = EXPLAINED) -> tuple[Explanation, ...]:
    """The explanations of a file; `known` are the names of verifiers.

    Raises:
        ValueError: one is not complete, names an unknown kind or verifier, or explains what another explains.
    """
    found = tuple(_explanation(entry, known) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["explained"])
    splits = [split for explanation in found for split in explanation.splits()]
    twice = [split.words for split in set(splits) if splits.count(split) > 1]
    if twice:
        raise ValueError(f"explained twice: {'; '.join(sorted(twice))}")
    return found


def _explanation(entry: dict[str, Any], known: Collection[str]) -> Explanation:
    if entry.keys() != _KEYS:
        raise ValueError(f"an explanation has the keys {', '.join(sorted(_KEYS))}: {entry}")
    if entry["answer"] not in get_args(Answer) or not entry["why"].strip():
        raise ValueError(f"an explanation has one of the answers {', '.join(get_args(Answer))}, and says why: {entry}")
    strange = [name for name in entry["kinds"] if name not in KINDS]
    strange += [name for name in entry["verifiers"] if name not in known]
    if strange:
        raise ValueError(f"unknown kinds or verifiers: {', '.join(strange)}")
    return Explanation(tuple(entry["kinds"]), tuple(entry["verifiers"]), entry["answer"], entry["why"])


def unexplained(comparisons: Iterable[Comparison], explanations: Iterable[Explanation]) -> list[str]:
    """The splits without an explanation, with the words of the verifier."""
    covered = {split for explanation in explanations for split in explanation.splits()}
    return [
        f"not explained: {split.words} ({number} chains): {compared.words[split]}"
        for compared in comparisons
        for split, number in compared.splits.items()
        if split not in covered
    ]


def needless(
    comparisons: Sequence[Comparison], explanations: Iterable[Explanation], chains: Iterable[Chain]
) -> list[str]:
    """What is explained and is no split, of the verifiers that were asked and the kinds that they were asked about."""
    splits = {split for compared in comparisons for split in compared.splits}
    asked, kinds = {compared.verifier for compared in comparisons}, {chain.kind for chain in chains}
    return [
        f"explained, and no such split: {split.words}"
        for explanation in explanations
        for split in explanation.splits()
        if split.verifier in asked and split.kind in kinds and split not in splits
    ]
