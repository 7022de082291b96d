"""A packed frame becomes the frame that it was."""

from __future__ import annotations

import pandas as pd
import pytest

from mcuaudit.frames.compact import PackedFrame
from mcuaudit.frames.declared_frames import build_frame


@pytest.mark.parametrize("distinct", [0, 1, 126, 127, 128, 40_000])
def test_a_packed_frame_becomes_the_frame_that_it_was(distinct: int) -> None:
    rows = [{"code": f"{number}", "outcome": "pass", "site": "" if number % 2 else None} for number in range(distinct)]
    frame = build_frame("evaluations", [*rows, *rows[:3]])
    packed = PackedFrame.of(frame)
    pd.testing.assert_frame_equal(packed.frame(), frame)
    assert packed.rows == len(frame)


def test_texts_that_occur_often_are_kept_once() -> None:
    frame = build_frame("evaluations", [{"code": "MCU101", "outcome": "pass", "message": "m" * 1000}] * 1000)
    column = PackedFrame.of(frame).columns["message"]
    assert column.distinct.to_pylist() == ["m" * 1000]
    assert column.places.nbytes < 2000
