"""Of a clean device with one thing broken, the same is predicted as before, in outcomes, causes, remedies and words."""

from __future__ import annotations

from tests.predict.predictions import KEPT, predictions

DEVICES = 300
"""About half of them, in half of the time; they are in no order."""


def test_broken_devices_are_predicted_as_before() -> None:
    kept = KEPT.read_text(encoding="utf-8").splitlines()
    lines = list(predictions(DEVICES))
    assert 500 < len(lines) < len(kept)
    for was, now in zip(kept, lines, strict=False):
        assert now == was, (
            f"If that is meant, run python -m tests.predict.predictions and read the difference of {KEPT.name}."
        )
