"""A frame that is built from rows equals one whose columns are converted one by one."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.declared_frames import SchemaError, build_frame, conform
from mcuaudit.frames.schema import SCHEMAS, Column, Dtype

NONE: tuple[Any, ...] = (None, np.nan, pd.NA)


def values(column: Column) -> tuple[Any, ...]:
    """What a column may be given: as texts, as members of an enumeration, as missing values of every kind."""
    match column.dtype:
        case Dtype.OUTCOME:
            return (*Outcome, "fail")
        case Dtype.CHOICE:
            # A column whose words are those that occur has none of its own.
            return (*(column.pandas_dtype.categories if column.pandas_dtype.categories is not None else ()), *NONE)
        case Dtype.FLAG:
            return (True, False, np.True_)
        case Dtype.FLAG_OR_MISSING:
            return (True, False, *NONE)
        case Dtype.INTEGER:
            return (0, 7, 2**40, np.int64(3), *NONE)
        case Dtype.NUMBER:
            return (0.5, 3, *NONE)
        case Dtype.TIME:
            return (datetime(2026, 6, 15, tzinfo=UTC), None)
        case Dtype.BYTES:
            return (b"", b"\x00", None)
    return ("", "a", "é", Outcome.PASS, 5, *NONE)


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("rows", [0, 1, 40])
def test_both_ways_give_one_frame(name: str, rows: int) -> None:
    dice = random.Random(f"{name} {rows}")
    made = [{one.name: dice.choice(values(one)) for one in SCHEMAS[name].columns} for _ in range(rows)]
    columns = {one.name: [row[one.name] for row in made] for one in SCHEMAS[name].columns}
    assert_frame_equal(build_frame(name, made), conform(name, pd.DataFrame(columns, dtype=object)))


@pytest.mark.parametrize(
    ("name", "column", "wrong", "words"),
    [
        ("connections", "outcome", "fial", 'holds "fial", which is not one of its choices'),
        ("connections", "outcome", None, "has no outcome in row 0"),
        ("devices", "local_certificate_state", 3, 'holds "3", which is not one of its choices'),
        ("devices", "local_chain_damaged", None, "has no value in row 0"),
    ],
)
def test_a_value_that_is_none_of_the_choices_is_refused(name: str, column: str, wrong: Any, words: str) -> None:
    row = {one.name: values(one)[0] for one in SCHEMAS[name].columns} | {column: wrong}
    with pytest.raises(SchemaError, match=f"{name}.{column} {words}"):
        build_frame(name, [row])
