"""How views are put together: columns beside columns, rows looked up by a key. Cheap for one row, linear for many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd


def with_columns(frame: pd.DataFrame, **columns: Any) -> pd.DataFrame:
    """`frame` with these columns at its right, in place of columns of the same name."""
    replaced = [name for name in columns if name in frame.columns]
    kept = frame.drop(columns=replaced) if replaced else frame
    return pd.concat([kept, pd.DataFrame(columns, index=frame.index, copy=False)], axis=1)


def rows(frame: pd.DataFrame, chosen: pd.Series) -> pd.DataFrame:
    """The chosen rows, numbered from 0; the frame itself where these are all."""
    if chosen.all() and isinstance(frame.index, pd.RangeIndex):
        return frame
    return frame[chosen].reset_index(drop=True)


def looked_up(
    left: pd.DataFrame,
    right: pd.DataFrame,
    on: Sequence[str],
    *,
    right_on: Sequence[str] = (),
    how: Literal["left", "inner"] = "left",
) -> pd.DataFrame:
    """`left` with the columns of the row of `right` that has the same key, as `pandas.merge` gives it.

    Where a key stands in several rows of `right`, a row of `left` becomes several; only then is it a real merge. A
    missing key finds nothing. With `inner` a row of `left` without a partner is left out.
    """
    theirs = list(right_on or on)
    right = right.rename(columns=dict(zip(theirs, on, strict=True))) if right_on else right
    places: dict[Any, int] = {}
    for place, key in enumerate(_keys(right, on)):
        places.setdefault(key, place)
    if len(places) < len(right):
        return left.merge(right, on=list(on), how=how)
    found = np.fromiter((places.get(key, -1) for key in _keys(left, on)), dtype=np.intp, count=len(left))
    if how == "inner":
        left, found = rows(left, pd.Series(found >= 0, index=left.index)), found[found >= 0]
    added = right[[column for column in right.columns if column not in on]]
    added = added.take(found) if (found >= 0).all() else added.reset_index(drop=True).reindex(found)
    added.index = left.index
    return pd.concat([left, added], axis=1)


def _keys(frame: pd.DataFrame, on: Sequence[str]) -> list[Any]:
    """One key per row; one that is missing in part is equal to no other."""
    parts = [frame[column] for column in on]
    keys = parts[0].tolist() if len(parts) == 1 else list(zip(*(part.tolist() for part in parts), strict=True))
    missing = parts[0].isna()
    for part in parts[1:]:
        missing = missing | part.isna()
    return [object() if lacks else key for key, lacks in zip(keys, missing, strict=True)] if missing.any() else keys


def yes_or_no(flags: pd.Series, words: tuple[str, str] = ("yes", "no")) -> pd.Series:
    """The words for true and false."""
    return pd.Series(np.where(flags.to_numpy(dtype=bool), *words), index=flags.index, dtype="str")
