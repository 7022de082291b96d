"""A sample of the proof that a fleet judged again has the frames of a whole audit."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs.judged_again import SAMPLE, prove


def test_a_fleet_judged_again_has_the_frames_of_a_whole_audit(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    assert counts["steps"] == 2 * SAMPLE
    assert counts["steps judged in part"] > SAMPLE
    assert counts["devices judged again"] < counts["devices"] / 2
    score(
        f"judged again: {counts['steps']} steps, {counts['devices judged again']} of {counts['devices']} devices, "
        f"{counts['rows compared']:,} rows compared, 0 differences"
    )
