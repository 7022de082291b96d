"""A sample of the proof that a fleet evaluated again has the frames of a whole audit."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs.evaluated_again import SAMPLE, prove


def test_a_fleet_evaluated_again_has_the_frames_of_a_whole_audit(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    assert counts["steps"] == 2 * SAMPLE
    assert counts["steps evaluated in part"] > SAMPLE
    assert counts["devices evaluated again"] < counts["devices"] / 2
    score(
        f"evaluated again: {counts['steps']} steps, {counts['devices evaluated again']} of {counts['devices']} "
        f"devices, {counts['rows compared']:,} rows compared, 0 differences"
    )
