"""A part of the proof that the remedies of the sample do to its files what they say: its short list."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs.remedies_of_sample import SAMPLE, prove


def test_the_short_list_of_the_sample_does_to_files_what_it_says(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    done = counts["jobs of the short list, done in files one after the other"]
    assert done == 5
    assert counts["connections restored by them"] > 12
    score(f"sample: {done} jobs done in its files, {counts['connections restored by them']} connections restored")
