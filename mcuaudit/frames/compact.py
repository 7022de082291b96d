"""A frame kept small: each distinct text once, and a number of one or two octets per row that says which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mcuaudit.frames.declared_frames import array_of_texts

_TEXT: Final = pd.api.types.pandas_dtype("str")
_ARROW: Final = pa.large_string()
_NUMBERS: Final = (pa.int8(), pa.int16(), pa.int32())


@dataclass(frozen=True, slots=True)
class _Texts:
    """A column of texts: the distinct ones, and by row the place of its text among them; null where it is missing."""

    places: Any
    distinct: Any

    def array(self) -> Any:
        """The column as an array of pandas."""
        return array_of_texts(pc.take(self.distinct, self.places), _TEXT)


@dataclass(frozen=True, slots=True)
class PackedFrame:
    """A frame whose texts are few and occur often, such as a part of the evaluations of a fleet.

    Attributes:
        columns: by name, texts that are packed, or arrays of pandas as they are.
        rows: how many there are.
    """

    columns: Mapping[str, Any]
    rows: int

    @classmethod
    def of(cls, frame: pd.DataFrame) -> PackedFrame:
        """The frame, packed; its index is not kept."""
        return cls({str(name): _packed(column) for name, column in frame.items()}, len(frame))

    def frame(self) -> pd.DataFrame:
        """The frame as it was."""
        columns = {
            name: column.array() if isinstance(column, _Texts) else column for name, column in self.columns.items()
        }
        return pd.DataFrame(columns, index=pd.RangeIndex(self.rows), copy=False)


def _packed(column: pd.Series) -> Any:
    if column.dtype != _TEXT:
        return column.array
    texts = pa.chunked_array([pa.array(column.array.to_numpy(dtype=object), type=_ARROW, from_pandas=True)])
    found = texts.combine_chunks().dictionary_encode()
    most = len(found.dictionary)
    numbers = next(one for one in _NUMBERS if most <= np.iinfo(one.to_pandas_dtype()).max)
    return _Texts(found.indices.cast(numbers), found.dictionary)
