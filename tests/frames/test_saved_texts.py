"""A text of a saved frame that is not UTF-8 is refused when the frame is read, not where somebody looks at it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mcuaudit.frames.saved_frames import read_frame


def test_it_is_refused(tmp_path: Path) -> None:
    texts = pa.array([b"leeds", b"l\xe0eds"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"site": texts}), tmp_path / "x.parquet")
    with pytest.raises(ValueError, match="UTF8"):
        read_frame(tmp_path / "x.parquet")
