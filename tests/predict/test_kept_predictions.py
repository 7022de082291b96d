"""Of a clean device with one thing broken, the same is predicted as before, in outcomes, causes, remedies and words."""

from __future__ import annotations

from itertools import zip_longest

import pytest

from tests.predict.predictions import KEPT, cases, predictions

HALF = 300
"""Devices of the first part; there are two, so that two processes share the work."""


def kept() -> tuple[list[str], list[str]]:
    """The kept lines of the first part, and of the second."""
    lines = KEPT.read_text(encoding="utf-8").splitlines()
    starts = (place for name, _ in cases()[HALF:] for place, line in enumerate(lines) if line.startswith(f"{name}: "))
    place = next(starts)
    return lines[:place], lines[place:]


@pytest.mark.parametrize("part", [0, 1])
def test_broken_devices_are_predicted_as_before(part: int) -> None:
    lines = kept()[part]
    assert len(lines) > 500
    for was, now in zip_longest(lines, predictions(part * HALF, None if part else HALF)):
        assert now == was, (
            f"If that is meant, run python -m tests.predict.predictions and read the difference of {KEPT.name}."
        )
