"""A frame some of whose rows are replaced by others, in the order that the whole would have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_TEXT: Final = pd.api.types.pandas_dtype("str")
_ARROW: Final = pa.large_string()
Flags = npt.NDArray[np.bool_]
Ranks = Sequence[npt.NDArray[Any]]
"""Numbers by which the rows of a frame are ordered, the most important last."""


def replaced_rows(
    former: pd.DataFrame, replaced: Flags, added: pd.DataFrame, ranks: Callable[[pd.DataFrame], Ranks]
) -> pd.DataFrame:
    """`former` without the rows that are replaced, and `added`; rows of equal rank stay as they come.

    Args:
        former: the frame as it was.
        replaced: which of its rows are left out.
        added: the rows in their place, with the same columns.
        ranks: gives the numbers by which the rows of the result are ordered.
    """
    both = pd.concat([former, added], ignore_index=True) if len(added) else former
    kept = np.flatnonzero(~np.concatenate([replaced, np.zeros(len(added), dtype=bool)]))
    order = kept[np.lexsort([rank[kept] for rank in ranks(both)])]
    # All is taken once.
    unchanged = len(order) == len(former) and bool((order == np.arange(len(former))).all())
    return former.reset_index(drop=True) if unchanged else both.take(order).reset_index(drop=True)


def ranked(frame: pd.DataFrame, ranks: Ranks) -> pd.DataFrame:
    """The rows by their ranks; rows of equal rank stay as they come."""
    order = np.lexsort(ranks)
    in_order = len(order) < 2 or bool((np.diff(order) == 1).all())
    return frame if in_order else frame.take(order).reset_index(drop=True)


def ranks_of(values: pd.Series, order: Sequence[str]) -> npt.NDArray[np.intp]:
    """The place of each value in an order; -1 for one that is not in it."""
    if values.dtype != _TEXT:
        return pd.Index(list(order), dtype=object).get_indexer(pd.Index(values.to_numpy(dtype=object)))
    found = pc.index_in(pa.array(values.array, type=_ARROW), value_set=pa.array(order, type=_ARROW))
    return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.intp)
