"""A sample of the proof that what is sure of a heap is right."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs.sorted_heaps import SAMPLE, prove


def test_what_is_sure_of_a_heap_is_right(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    sure, places = counts["sure and right"], counts["places of MCUs and peers in the heaps"]
    assert counts["heaps"] == SAMPLE
    assert sure > places / 5
    left = counts["left to the person: open"] + counts["left to the person: likely"]
    score(f"sorted heaps: {sure} of {sure} sure places are right, of {counts['files']} files {left} are left open")
