"""Of a clean device with one thing broken, the same is predicted as before, in outcomes, causes, remedies and words."""

from __future__ import annotations

from itertools import zip_longest

from tests.predict.predictions import KEPT, predictions


def test_broken_devices_are_predicted_as_before() -> None:
    kept = KEPT.read_text(encoding="utf-8").splitlines()
    assert len(kept) > 500
    for was, now in zip_longest(kept, predictions()):
        assert now == was, (
            f"If that is meant, run python -m tests.predict.predictions and read the difference of {KEPT.name}."
        )
