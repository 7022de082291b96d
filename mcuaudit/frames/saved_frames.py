"""Reading frames and manifests that were saved: within bounds, because a saved audit may come from anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mcuaudit.system.files import read_at_most

_MOST_JSON: Final = 2**24
"""Octets of a manifest."""
_MOST_CELLS: Final = 400_000_000
"""Rows times columns of a frame; the evaluations of 10,000 devices have 60 million."""
_MOST_TEXT: Final = 4 * 2**30
"""Octets of the texts of a frame, each counted as often as it stands there."""


def read_json(file: str | Path) -> Any:
    """The content of a manifest.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not JSON in UTF-8, is nested too deeply, or is too large.
    """
    with Path(file).open("rb") as stream:
        content = read_at_most(stream, _MOST_JSON)
    if content is None:
        raise ValueError(f"larger than {_MOST_JSON:,} bytes")
    try:
        return json.loads(content.decode("utf-8"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def read_frame(file: str | Path) -> pd.DataFrame:
    """The frame in a Parquet file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not a Parquet file, or one that takes too much memory.
    """
    try:
        frame: pd.DataFrame = _table(Path(file)).to_pandas()
    except (OSError, ValueError):
        raise
    except MemoryError as error:
        raise ValueError("it takes more memory than there is") from error
    except Exception as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    return frame


def _table(file: Path) -> pa.Table:
    with pq.ParquetFile(file) as parquet:
        cells = parquet.metadata.num_rows * max(1, parquet.metadata.num_columns)
        if cells > _MOST_CELLS:
            raise ValueError(f"it has {cells:,} cells; the maximum is {_MOST_CELLS:,}")
        texts = [field.name for field in parquet.schema_arrow if _is_text(field.type)]
    # A text that stands in many rows is in the file once; read like that, it can be counted before it is repeated.
    found = pq.read_table(file, read_dictionary=texts)
    # A text that is not UTF-8 raises an error only where somebody looks at it.
    found.validate(full=True)
    octets = sum(_octets(found[name]) for name in texts if pa.types.is_dictionary(found[name].type))
    if octets > _MOST_TEXT:
        raise ValueError(f"its texts take {octets:,} bytes; the maximum is {_MOST_TEXT:,}")
    fields = [_plain(field) if field.name in texts else field for field in found.schema]
    return found.cast(pa.schema(fields, metadata=found.schema.metadata))


def _is_text(kind: pa.DataType) -> bool:
    return any(is_kind(kind) for is_kind in (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary))


def _plain(field: pa.Field) -> pa.Field:
    return field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field


def _octets(column: pa.ChunkedArray) -> int:
    """The octets of a column of texts, each counted as often as it stands there."""
    total = 0
    for chunk in column.chunks:
        lengths = pc.binary_length(chunk.dictionary).take(chunk.indices)
        total += pc.sum(lengths.cast(pa.int64())).as_py() or 0
    return total
