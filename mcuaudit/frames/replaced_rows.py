"""A frame some of whose rows are replaced by others, in the order that the whole would have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

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
    kept = former if not replaced.any() else former[~replaced]
    found = pd.concat([kept, added], ignore_index=True) if len(added) else kept.reset_index(drop=True)
    return ranked(found, ranks(found))


def ranked(frame: pd.DataFrame, ranks: Ranks) -> pd.DataFrame:
    """The rows by their ranks; rows of equal rank stay as they come."""
    order = np.lexsort(ranks)
    in_order = len(order) < 2 or bool((np.diff(order) == 1).all())
    return frame if in_order else frame.take(order).reset_index(drop=True)


def ranks_of(values: pd.Series, order: Sequence[str]) -> npt.NDArray[np.intp]:
    """The place of each value in an order; -1 for one that is not in it."""
    return pd.Index(list(order), dtype=object).get_indexer(pd.Index(values.to_numpy(dtype=object)))
