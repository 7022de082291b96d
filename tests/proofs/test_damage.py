"""A sample of the proof that damage makes nothing pass."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs.damage import DAMAGES, SAMPLE, prove


def test_no_damage_makes_anything_pass(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    assert counts["exports"] == counts["damages"] == SAMPLE
    assert {name for name in counts if name.startswith("damage: ")} == {
        f"damage: {damage.__name__}" for damage in DAMAGES
    }
    # Most outcomes still pass, and some no longer do: neither everything nor nothing is left open.
    assert counts["pass after"] > 80
    assert counts["no longer pass"] > 20
    assert counts["outcomes compared"] > 400
    score(
        f"damage: {counts['exports']} exports, {counts['damages']} damages, {counts['contents']} contents, "
        f"{counts['outcomes compared']:,} outcomes compared"
    )
