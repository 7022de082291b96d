"""A sample of the proof that a gap, filled in the files, settles what is said of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.proofs.gaps_in_files import SAMPLE, prove


def test_a_gap_that_is_filled_in_the_files_settles_what_is_said(score: Callable[[str], None]) -> None:
    # The last of these has connections that only two gaps together settle.
    counts = prove(1, range(SAMPLE)) + prove(1, range(14, 15))
    assert counts["exports"] == SAMPLE + 1
    assert counts["settled together"]
    assert counts["connections settled"] > 20
    assert counts["gaps: every_value"]
    assert counts["gaps: some_values"]
    score(
        f"gaps: {counts['exports']} exports, {counts['values filled in']} values filled in, "
        f"{counts['connections settled']} connections settled, 0 differences"
    )


def test_a_store_that_is_said_to_be_filled_and_is_not_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcuaudit.variants.what_if.fill", lambda draft, one: None)
    with pytest.raises(AssertionError, match=r"sip-trust-store.pem of .* is an empty store"):
        prove(1, range(1, SAMPLE))
