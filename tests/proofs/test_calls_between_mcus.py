"""A sample of the proof that a call between two MCUs has one verdict."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs.calls_between_mcus import SAMPLE, prove


def test_both_rows_of_a_call_agree(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    calls = {name.removeprefix("calls: "): count for name, count in counts.items() if name.startswith("calls: ")}
    assert counts["meshes"] == SAMPLE
    assert set(calls) == {"pass", "notApplicable", "open", "fail"}
    assert min(calls.values()) > 1
    reasons = {name for name in counts if name.startswith("reason: ")}
    for code in ("service_off", "key_does_not_match", "missing_evidence", "damaged_evidence"):
        assert f"reason: {code}" in reasons
    score(f"calls between MCUs: {counts['meshes']} meshes, {sum(calls.values())} rows: {dict(sorted(calls.items()))}")
