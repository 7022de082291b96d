"""Frames as the schema declares them, made from rows, from columns or from another frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from mcuaudit.errors import McuAuditError
from mcuaudit.frames.schema import SCHEMAS, Column, Dtype, FrameSchema


class SchemaError(McuAuditError):
    """A frame does not have the declared columns or dtypes."""


def build_frame(name: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The frame `name` from rows: declared columns in order, declared dtypes; missing where a row has no value.

    Raises:
        SchemaError: a row has a column that the frame does not declare, or a value that is not a choice of its column.
    """
    schema = SCHEMAS[name]
    undeclared = {key for row in rows for key in row} - set(schema.names)
    if undeclared:
        raise SchemaError(f"the frame {name} declares no column {', '.join(sorted(undeclared))}")
    columns = ((column, [row.get(column.name) for row in rows]) for column in schema.columns)
    return pd.DataFrame({column.name: _array(name, column, values) for column, values in columns}, copy=False)


def frame_of_columns(name: str, columns: Mapping[str, Any]) -> pd.DataFrame:
    """The frame `name` from its columns, each an array of pandas or a list; other columns are left out.

    Raises:
        SchemaError: a column is missing, or has a value that is not a choice of it.
    """
    schema = _schema_of_all(name, columns)
    declared = {column.name: _declared(name, column, columns[column.name]) for column in schema.columns}
    return pd.DataFrame(declared, copy=False)


def _schema_of_all(name: str, columns: Iterable[str]) -> FrameSchema:
    """The schema of a frame, all of whose columns are there."""
    schema = SCHEMAS[name]
    lacking = set(schema.names) - set(columns)
    if lacking:
        raise SchemaError(f"the frame {name} has no column {', '.join(sorted(lacking))}")
    return schema


def _declared(frame_name: str, column: Column, values: Any) -> Any:
    if isinstance(values, list):
        return _array(frame_name, column, values)
    any_words = column.dtype is Dtype.CHOICE and not column.choices and isinstance(values.dtype, pd.CategoricalDtype)
    if any_words or values.dtype == column.pandas_dtype:
        return values
    return _series(frame_name, column, pd.Series(values))


def _array(frame_name: str, column: Column, values: list[Any]) -> Any:
    """The values of a column as an array of its dtype; `conform` does the same for a column of a frame.

    Without a detour by a Series of objects, which would take most of the time of the audit of one device.
    """
    if _has_own_words(column):
        return _in_own_words(values).array
    if column.dtype in (Dtype.OUTCOME, Dtype.CHOICE):
        codes = _codes(column)
        found = [_MISSING if value is None else codes.get(value, _UNKNOWN) for value in values]
        if _UNKNOWN not in found and not (column.dtype is Dtype.OUTCOME and _MISSING in found):
            return pd.Categorical.from_codes(found, dtype=column.pandas_dtype)
    elif column.dtype is Dtype.TEXT:
        return array_of_texts(values, column.pandas_dtype)
    elif column.dtype is Dtype.FLAG and all(isinstance(value, bool) for value in values):
        return np.array(values, dtype=bool)
    elif column.dtype is Dtype.BYTES:
        return array_of_objects(values)
    elif column.dtype in _BY_DTYPE or (column.dtype is Dtype.TIME and all(map(_is_time, values))):
        return pd.array(values, dtype=column.pandas_dtype)
    return _series(frame_name, column, pd.Series(values, dtype=object))


def _has_own_words(column: Column) -> bool:
    """Whether the categories of a column are the words that occur in it, and not declared."""
    return column.dtype is Dtype.CHOICE and not column.choices


def _in_own_words(values: list[Any]) -> pd.Series:
    return pd.Series(values, dtype="str").astype("category")


_BY_DTYPE: Final = (Dtype.INTEGER, Dtype.FLAG_OR_MISSING)


def _is_time(value: Any) -> bool:
    return value is None or isinstance(value, datetime)


def array_of_objects(values: list[Any]) -> Any:
    """Values of any kind as an array, also where they are lists of one length."""
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def array_of_texts(values: Any, dtype: Any) -> Any:
    """Texts as an array of pandas; `pd.array` does the same in three times the time."""
    return dtype.construct_array_type()._from_sequence(values, dtype=dtype)


def listed(column: Any) -> list[Any]:
    """The values of a column of a frame, with None for a missing one.

    Series and arrays of pandas do the same in ten times the time, which views and devices of few rows consist of.
    """
    array = column.array if isinstance(column, pd.Series) else column
    if isinstance(array, pd.Categorical):
        words = [*array.categories.tolist(), None]
        return [words[code] for code in array.codes.tolist()]
    if isinstance(array, _OF_ARROW):
        found: list[Any] = pa.array(array).to_numpy(zero_copy_only=False).tolist()
        return found
    missing = pd.isna(array)
    values = array.tolist()
    if not missing.any():
        return list(values)
    return [None if lacks else value for value, lacks in zip(values, missing.tolist(), strict=True)]


_OF_ARROW: Final = type(array_of_texts([], pd.api.types.pandas_dtype("str")))


_MISSING: Final = -1
_UNKNOWN: Final = -2


@cache
def _codes(column: Column) -> dict[str, int]:
    """The place of each choice of a column."""
    return {choice: code for code, choice in enumerate(column.pandas_dtype.categories)}


def conform(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with the declared columns of `name`, in order and with their dtypes.

    Raises:
        SchemaError: a column is missing, a value is not a choice of its column, or an outcome or flag is null.
    """
    schema = _schema_of_all(name, frame.columns)
    return pd.DataFrame({column.name: _series(name, column, frame[column.name]).array for column in schema.columns})


def _series(frame_name: str, column: Column, values: pd.Series) -> pd.Series:
    if values.dtype == column.pandas_dtype:
        return values
    values = values.reset_index(drop=True)
    if column.dtype is Dtype.TIME:
        return pd.to_datetime(values, utc=True, format=None if values.dtype.kind == "M" else "ISO8601").astype(
            column.pandas_dtype
        )
    if column.dtype is Dtype.BYTES:
        return values.astype(object)
    if _has_own_words(column):
        return _in_own_words(values.tolist())
    missing = values.isna()
    if column.dtype is Dtype.FLAG and missing.any():
        raise SchemaError(f"{frame_name}.{column.name} has no value in row {int(missing.argmax())}")
    if column.dtype in (Dtype.OUTCOME, Dtype.CHOICE):
        values = values.map(lambda word: word.value if isinstance(word, StrEnum) else word)
        lost = ~missing & ~values.isin(list(column.pandas_dtype.categories))
        if lost.any():
            raise SchemaError(
                f'{frame_name}.{column.name} holds "{values[lost].iloc[0]}", which is not one of its choices'
            )
        if column.dtype is Dtype.OUTCOME and missing.any():
            raise SchemaError(f"{frame_name}.{column.name} has no outcome in row {int(missing.argmax())}")
        return values.astype(column.pandas_dtype)
    return values.astype(column.pandas_dtype)
