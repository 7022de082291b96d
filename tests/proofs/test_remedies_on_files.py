"""A sample of the proof that remedies do to files what they say."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs.remedies_on_files import SAMPLE, prove


def test_a_proven_remedy_does_to_files_what_it_says(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    assert counts["remedies applied to files"] > 3
    assert counts["connections restored"] > 3
    score(
        f"remedies: {counts['remedies applied to files']} applied to files, {counts['connections restored']} "
        f"connections restored, {counts['connections broken']} broken, 0 differences"
    )
