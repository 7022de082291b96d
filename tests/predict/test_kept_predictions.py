"""Of a clean device with one thing broken, the same is predicted as before, in outcomes, causes, remedies and words."""

from __future__ import annotations

from itertools import zip_longest

import pytest

from tests.predict.predictions import KEPT, cases, predictions

FIRST = 150
"""Devices of the first part, which are of every kind; the others come with `make test WHOLE=1`."""


def kept() -> tuple[list[str], list[str]]:
    """The kept lines of the first part, and of the second."""
    lines = KEPT.read_text(encoding="utf-8").splitlines()
    starts = (place for name, _ in cases()[FIRST:] for place, line in enumerate(lines) if line.startswith(f"{name}: "))
    place = next(starts)
    return lines[:place], lines[place:]


@pytest.mark.parametrize("part", [0, pytest.param(1, marks=pytest.mark.whole)])
def test_broken_devices_are_predicted_as_before(part: int) -> None:
    lines = kept()[part]
    assert len(lines) > 300
    for was, now in zip_longest(lines, predictions(part * FIRST, None if part else FIRST)):
        assert now == was, (
            f"If that is meant, run python -m tests.predict.predictions and read the difference of {KEPT.name}."
        )
