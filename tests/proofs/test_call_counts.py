"""A sample of the proof that counted calls are those of a mesh."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs.call_counts import SAMPLE, prove


def test_counted_calls_are_those_of_a_mesh(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    assert counts["fleets"] == SAMPLE
    assert min(counts["calls: pass"], counts["calls: fail"], counts["calls: open"]) > 0
    score(f"counted calls: {counts['calls, mesh fleet']} of {counts['fleets']} fleets, 0 differences from their mesh")
