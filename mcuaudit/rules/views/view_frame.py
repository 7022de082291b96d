"""A view as the frame that a rule of mcuaudit sees: a column is made when it is first read.

A view has up to a hundred columns, and a rule reads a few of them. To make all of them into a frame took a third of the
time of an audit of one device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

Columns = Callable[[str], Any]
"""The array of a column by its name."""


@lru_cache(maxsize=100)
def _without_columns(rows: int) -> pd.DataFrame:
    return pd.DataFrame(index=pd.RangeIndex(rows))


class ViewFrame(pd.DataFrame):
    """Columns are made when they are read, as `frame["a"]` or `frame[["a", "b"]]`, and all of them by `frame[mask]`.

    They stand beside the frame, not in it: to put one into a frame takes ten times as long as to make it. Nothing else
    makes or sees one, so rules of mcuaudit use a view in no other way; a test looks. Its parts are plain frames.
    """

    _internal_names: ClassVar[list[str]] = [
        *pd.DataFrame._internal_names, "_names", "_columns_of_view", "_read",  # type: ignore[attr-defined]
    ]  # fmt: skip
    _internal_names_set: ClassVar[set[str]] = set(_internal_names)

    _names: Mapping[str, None]
    _columns_of_view: Columns
    _read: dict[str, pd.Series]

    @classmethod
    def of(cls, names: Iterable[str], rows: int, columns: Columns) -> ViewFrame:
        """The frame of a view with columns of these names."""
        return cls._made(dict.fromkeys(names), _without_columns(rows), columns, {})

    @classmethod
    def _made(
        cls, names: Mapping[str, None], rows: pd.DataFrame, columns: Columns, series: dict[str, pd.Series]
    ) -> ViewFrame:
        frame = cls(rows)
        frame._names, frame._columns_of_view, frame._read = names, columns, series
        return frame

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    def __getitem__(self, key: Any) -> Any:
        """A column or several, which are made now if they were not read before; rows have all columns.

        All rules have the same column, so that none changes it; a test looks at that too.
        """
        if isinstance(key, str):
            return self._column(key)
        several = isinstance(key, list) and all(isinstance(name, str) for name in key)
        names = key if several else {**self._names, **self._read}
        whole = pd.DataFrame({name: self._column(name) for name in names}, index=self.index)
        return whole if several else whole[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        """A column that a rule sets, one value for every row or a value for each."""
        if isinstance(value, pd.Series):
            found = value.copy(deep=False) if value.index.equals(self.index) else value.reindex(self.index)
        else:
            found = pd.Series(value, index=self.index)
        self._read[key] = found

    def _column(self, name: str) -> pd.Series:
        if name not in self._read:
            if name not in self._names:
                raise KeyError(name)
            self._read[name] = pd.Series(self._columns_of_view(name), index=self.index, name=name, copy=False)
        return self._read[name]

    def has(self, name: str) -> bool:
        """Whether the view has this column, or a rule has set it."""
        return name in self._names or name in self._read

    def own(self) -> ViewFrame:
        """A frame of the same view, in which a rule sets columns that no other rule sees."""
        return ViewFrame._made(self._names, self, self._columns_of_view, dict(self._read))

    def rows_at(self, places: npt.NDArray[np.intp]) -> ViewFrame:
        """The rows at these places, as a frame of their own."""
        return ViewFrame.of(self._names, len(places), lambda name: self._columns_of_view(name).take(places))
