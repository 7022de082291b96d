"""A view as the frame that a rule of mcuaudit sees: a column is made when it is first read.

A view has up to a hundred columns, and a rule reads a few of them. To make all of them into a frame took a third of the
time of an audit of one device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

Columns = Callable[[str], Any]
"""The array of a column by its name."""


class ViewFrame(pd.DataFrame):
    """Columns are made when they are read, as `frame["a"]` or `frame[["a", "b"]]`, and all of them by `frame[mask]`.

    Nothing else makes one, so rules of mcuaudit use a view in no other way; a test looks. Its parts are plain frames.
    """

    _internal_names: ClassVar[list[str]] = [*pd.DataFrame._internal_names, "_names", "_columns_of_view"]  # type: ignore[attr-defined]
    _internal_names_set: ClassVar[set[str]] = set(_internal_names)

    _names: tuple[str, ...]
    _columns_of_view: Columns

    @classmethod
    def of(cls, names: Iterable[str], rows: int, columns: Columns) -> ViewFrame:
        """The frame of a view with columns of these names."""
        frame = cls(index=pd.RangeIndex(rows))
        frame._names, frame._columns_of_view = tuple(names), columns
        return frame

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    def __getitem__(self, key: Any) -> Any:
        """A column or several, which are made now if they were not read before; rows have all columns."""
        several = isinstance(key, list) and all(isinstance(name, str) for name in key)
        for name in (key,) if isinstance(key, str) else key if several else self._names:
            if name in self._names and name not in self.columns:
                self.insert(len(self.columns), name, self._columns_of_view(name))
        return super().__getitem__(key)

    def has(self, name: str) -> bool:
        """Whether the view has this column, or a rule has set it."""
        return name in self._names or name in self.columns

    def own(self) -> ViewFrame:
        """A frame of the same view, in which a rule sets columns that no other rule sees."""
        frame = ViewFrame(self)
        frame._names, frame._columns_of_view = self._names, self._columns_of_view
        return frame

    def rows_at(self, places: npt.NDArray[np.intp]) -> ViewFrame:
        """The rows at these places, as a frame of their own."""
        return ViewFrame.of(self._names, len(places), lambda name: self._columns_of_view(name).take(places))
