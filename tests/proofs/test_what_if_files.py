"""A sample of the proof that a supposed change gives the audit of changed files."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs.what_if_files import KINDS, SAMPLE, prove


def test_a_supposed_change_gives_the_audit_of_changed_files(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    assert counts["changes"] == SAMPLE == len(KINDS)
    assert all(counts[f"changes of {kind.__doc__}"] == 1 for kind in KINDS)
    score(f"what if: {counts['changes']} changes, {counts['rows compared']:,} rows compared, 0 differences")
