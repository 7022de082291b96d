"""What a view is while it is made: columns by name, read as lists.

An operation of pandas takes a tenth of a millisecond, on one row as on a thousand, and the views of a device would take
a thousand of them. A list costs what its rows cost, few or many. At the end, what rules read becomes arrays. Of the
hundred columns that a view takes over, few are read: the others are never made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import repeat
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from mcuaudit.domain.answer import Answer
from mcuaudit.frames.declared_frames import array_of_objects, array_of_texts, listed
from mcuaudit.frames.schema import Column, Dtype


class _Rows:
    """Rows of another table, by their places; -1 is a row without values."""

    __slots__ = ("_array", "places", "some_missing", "table")

    def __init__(self, table: Table, places: Sequence[int]) -> None:
        self.table, self.places, self.some_missing = table, places, -1 in places
        self._array: npt.NDArray[np.intp] | None = None

    def of(self, column: Any) -> Any:
        """These rows of a column."""
        if isinstance(column, list):
            if self.some_missing:
                return [column[place] if place >= 0 else None for place in self.places]
            return [column[place] for place in self.places]
        if self._array is None:
            self._array = np.fromiter(self.places, dtype=np.intp, count=len(self.places))
        if not self.some_missing:
            return column.take(self._array)
        # Of arrays of numpy a missing value would change the dtype.
        return (
            self.of(listed(column)) if isinstance(column.dtype, np.dtype) else column.take(self._array, allow_fill=True)
        )


class _Later:
    """A column that is made when it is read: some rows of a column of a table, or a column of a frame.

    Tables that are made of one another share it, so it is made once.
    """

    __slots__ = ("_list", "_made", "name", "source")

    def __init__(self, source: _Rows | pd.DataFrame, name: str) -> None:
        self.source, self.name = source, name
        self._made: Any = None
        self._list: list[Any] | None = None

    def listed(self) -> list[Any]:
        """As a list, with None for a missing value."""
        if self._list is None:
            if self._made is None and isinstance(self.source, _Rows):
                self._list = self.source.of(self.source.table[self.name])
            else:
                self._list = listed(self.made())
        return self._list

    def made(self) -> Any:
        """As an array, or as a list where it comes from one."""
        if self._made is None:
            source = self.source
            if not isinstance(source, _Rows):
                self._made = _plain(source[self.name].array)
            elif self._list is not None:
                return self._list
            else:
                made = source.of(source.table.made(self.name))
                if isinstance(made, list):
                    self._list = made
                    return made
                self._made = made
        return self._made


class Table:
    """Columns of equal length. A column is an array of pandas, or a list with None for a missing value.

    A column of other rows of a table is made when it is read.

    Args:
        rows: how many rows there are.
        columns: arrays and lists by name.
    """

    __slots__ = ("_columns", "_declared", "_lists", "rows")

    def __init__(self, rows: int, columns: Mapping[str, Any]) -> None:
        self.rows = rows
        self._columns = dict(columns)
        self._declared: Mapping[str, Column] = {}
        self._lists: dict[str, list[Any]] = {}

    @classmethod
    def of_frame(cls, frame: pd.DataFrame) -> Table:
        """The columns of a frame."""
        return cls(len(frame), {str(name): _Later(frame, name) for name in frame.columns})

    @classmethod
    def of_rows(cls, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
        """A table of rows, which have a value for each name."""
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in names]
        return cls(len(rows), dict(zip(names, columns, strict=True)))

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return list(self._columns)

    def __getitem__(self, name: str) -> list[Any]:
        """A column as a list, with None for a missing value. It is not to be changed."""
        column = self._columns[name]
        if isinstance(column, list):
            return column
        if isinstance(column, _Later):
            return column.listed()
        if name not in self._lists:
            self._lists[name] = listed(column)
        return self._lists[name]

    def made(self, name: str) -> Any:
        """A column as an array or a list, whichever there is."""
        column = self._columns[name]
        return column.made() if isinstance(column, _Later) else column

    def column(self, name: str) -> Any:
        """A column as it is kept; an array of the declared dtype, if the table has declared columns."""
        if name in self._declared:
            self._columns[name] = array_of(self.made(name), self._declared[name])
        return self.made(name)

    def for_a_rule(self, name: str) -> Any:
        """A column as an array for a rule of mcuaudit: texts of few rows as objects of Python, not of Arrow.

        A comparison of Arrow takes twice as long, however few rows there are; both give the same.
        """
        declared = self._declared[name]
        if declared.dtype is not Dtype.TEXT or self.rows > _FEW:
            return self.column(name)
        return array_of_texts(self[name], _TEXT_OF_FEW)

    def missing(self, name: str) -> npt.NDArray[np.bool_]:
        """Where a column has no value."""
        column = self._of_texts(name)
        found: npt.NDArray[np.bool_] = pd.isna(self.column(name) if column is None else array_of_objects(column))
        return found

    def objects(self, name: str) -> npt.NDArray[np.object_]:
        """A column as an array of objects."""
        column = self._of_texts(name)
        found: npt.NDArray[np.object_] = (
            np.asarray(self.column(name), dtype=object) if column is None else array_of_objects(column)
        )
        return found

    def _of_texts(self, name: str) -> list[Any] | None:
        """The texts of a column that is no array yet, and need not become one to be looked at."""
        declared = self._declared.get(name)
        of_texts = declared is not None and declared.dtype is Dtype.TEXT
        return self[name] if of_texts and isinstance(self._columns[name], (list, _Later)) else None

    def declared(self, columns: Mapping[str, Column]) -> Table:
        """These columns in their order; each becomes an array of its dtype when `column` or `frame` asks for it."""
        table = self.only(*columns)
        table._declared = columns
        return table

    def each(self, *names: str) -> Iterable[tuple[Any, ...]]:
        """The rows, with the values of these columns."""
        return zip(*(self[name] for name in names), strict=True)

    def mapped(self, key: str, value: str) -> dict[Any, Any]:
        """By the values of one column those of another; the last one if there are several."""
        return dict(zip(self[key], self[value], strict=True))

    def adding(self, **columns: Any) -> Table:
        """With these columns as well, or in place of columns of the same name; a text stands for every row."""
        lists = {name: [value] * self.rows if isinstance(value, str) else value for name, value in columns.items()}
        return Table(self.rows, {**self._columns, **lists})

    def only(self, *names: str) -> Table:
        """These columns alone."""
        return Table(self.rows, {name: self._columns[name] for name in names})

    def renamed(self, **names: str) -> Table:
        """With some columns under other names, given as new name → old name."""
        new = {old: name for name, old in names.items()}
        return Table(self.rows, {new.get(name, name): column for name, column in self._columns.items()})

    def where(self, flags: Iterable[bool]) -> Table:
        """The rows for which the flag is true."""
        return self.at([place for place, chosen in enumerate(flags) if chosen])

    def at(self, places: Sequence[int]) -> Table:
        """The rows at these places, in that order; -1 is a row without values."""
        if len(places) == self.rows and all(map(int.__eq__, places, range(self.rows))):
            return self
        rows = _Rows(self, places)
        return Table(len(places), {name: _Later(rows, name) for name in self._columns})

    def repeated(self, lists: Iterable[Sequence[Any]], name: str) -> Table:
        """Each row once for every item of its list, which becomes a column; once without a value if there is none."""
        items = [list(found) or [None] for found in lists]
        places = [place for place, found in enumerate(items) for _ in found]
        return self.at(places).adding(**{name: [item for found in items for item in found]})

    def looked_up(self, other: Table, on: Sequence[str], *, other_on: Sequence[str] = (), inner: bool = False) -> Table:
        """With the columns of the rows of another table that have the same key.

        A row with several partners becomes several. One without a partner, or without a key, has no values there; with
        `inner` it is left out.
        """
        partners: dict[Any, list[int]] = {}
        theirs = list(other_on or on)
        for place, key in enumerate(other.keys(theirs)):
            partners.setdefault(key, []).append(place)
        nothing = [] if inner else [-1]
        found = [partners.get(key, nothing) if key is not None else nothing for key in self.keys(on)]
        left = self.at([place for place, places in enumerate(found) for _ in places])
        added = other.only(*(name for name in other.names if name not in theirs))
        return left.beside(added.at([place for places in found for place in places]))

    def beside(self, other: Table) -> Table:
        """The columns of both."""
        both = {**self._columns, **other._columns}
        if len(both) < len(self._columns) + len(other._columns):
            raise KeyError(f"both tables have {', '.join(sorted(set(self._columns) & set(other._columns)))}")
        return Table(self.rows, both)

    def keys(self, on: Sequence[str]) -> list[Any]:
        """One key per row; None if a part of it is missing."""
        if len(on) == 1:
            return self[on[0]]
        return [None if None in key else key for key in self.each(*on)]

    def frame(self) -> pd.DataFrame:
        """The table as a frame."""
        names = _index_of(tuple(self._columns))
        columns = {name: self.column(name) for name in self._columns}
        return pd.DataFrame(columns, index=pd.RangeIndex(self.rows), columns=names, copy=False)


@cache
def _index_of(names: tuple[str, ...]) -> pd.Index:
    return pd.Index(names, dtype="str")


def _plain(array: Any) -> Any:
    """The array of numpy, where pandas has only wrapped one."""
    return array.to_numpy() if isinstance(array, pd.arrays.NumpyExtensionArray) else array


_FEW: Final = 1_000
_TEXT_OF_FEW: Final = pd.StringDtype("python", na_value=np.nan)

_ARRAYS: Final[Mapping[Dtype, Callable[[list[Any], Any], Any]]] = {
    Dtype.TEXT: array_of_texts,
    Dtype.BYTES: lambda values, _dtype: array_of_objects(values),
    Dtype.FLAG: lambda values, dtype: np.array(values, dtype=dtype),
    Dtype.NUMBER: lambda values, dtype: np.array([np.nan if value is None else value for value in values], dtype=dtype),
    Dtype.OUTCOME: lambda values, dtype: pd.Categorical(values, dtype=dtype),
    Dtype.CHOICE: lambda values, dtype: pd.Categorical(values, dtype=dtype),
}


def array_of(column: Any, declared: Column) -> Any:
    """A column of a table as an array of the declared dtype."""
    dtype = declared.pandas_dtype
    if not isinstance(column, list):
        if column.dtype == dtype:
            return column
        column = listed(column)
    make = _ARRAYS.get(declared.dtype)
    return make(column, dtype) if make else pd.array(column, dtype=dtype)


def yes_no_of(flags: Iterable[bool]) -> list[str]:
    """yes or no for true or false."""
    return ["yes" if flag else "no" for flag in flags]


def known_of(answers: Iterable[Answer]) -> list[str | None]:
    """yes for a known answer; None, a missing value, for an open one: a rule that needs the column is then open."""
    return [None if one is Answer.OPEN else "yes" for one in answers]


def constant(value: Any, rows: int) -> list[Any]:
    """The same value for every row."""
    return list(repeat(value, rows))
