"""A sample of the proof that deadlines are what whole audits differ in."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs.deadlines import SAMPLE, prove


def test_what_ends_is_what_whole_audits_differ_in(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    assert counts["fleets"] == SAMPLE
    assert counts["connections that end"] > 0
    score(
        f"deadlines: {counts['instants']} instants of {counts['fleets']} fleets, {counts['connections that end']} "
        "connections that end, 0 differences from whole audits"
    )
