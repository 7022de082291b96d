"""A sample of the proof that shared trust verdicts are those of a full search."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs.shared_verdicts import SAMPLE, prove


def test_shared_verdicts_are_those_of_a_full_search(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    assert counts["pairs"] > 40 * SAMPLE
    assert counts["pairs"] - counts["distinct decisions"] > 10 * SAMPLE
    assert min(counts[f"outcome: {outcome}"] for outcome in ("pass", "open", "fail")) > 2 * SAMPLE
    score(
        f"trust verdicts: {counts['pairs']:,} pairs, {counts['distinct decisions']:,} distinct decisions, 0 differences"
    )
