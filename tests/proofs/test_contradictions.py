"""A sample of the proof that no part of an audit contradicts another, and faults that each of its claims reports."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs.contradictions import SAMPLE, prove


def test_no_part_of_an_audit_contradicts_another(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    assert counts["fleets"] == SAMPLE
    score(f"contradictions: {dict(counts)}")
