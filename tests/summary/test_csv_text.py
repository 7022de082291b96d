"""CSV as RFC 4180 has it, and cells that no spreadsheet runs."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcuaudit.summary.csv_text import csv_text, harmless, is_formula


def read(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_values_are_written_as_what_they_are() -> None:
    frame = pd.DataFrame(
        {
            "text": pd.Series(['a "quoted", one', "two\r\nlines", ""], dtype="str"),
            "number": pd.array([1, None, -3], dtype="Int64"),
            "flag": [True, False, True],
            "time": pd.to_datetime(["2026-11-23", None, "9999-12-31T23:59:59"], utc=True, format="ISO8601"),
            "choice": pd.Categorical(["a", None, "b"]),
        }
    )
    assert read(csv_text(frame)) == [
        ["text", "number", "flag", "time", "choice"],
        ['a "quoted", one', "1", "true", "2026-11-23T00:00:00+00:00", "a"],
        ["two\r\nlines", "", "false", "", ""],
        ["", "-3", "true", "9999-12-31T23:59:59+00:00", "b"],
    ]
    assert csv_text(frame).startswith("text,number,flag,time,choice\r\n")


def test_numbers_of_a_frame_are_no_formulas() -> None:
    assert read(csv_text(pd.DataFrame({"number": [-3]}), spreadsheet=True)) == [["number"], ["-3"]]


def test_plain_csv_changes_nothing() -> None:
    assert read(csv_text(pd.DataFrame({"=1": ["=1+1", "\t@x"]}))) == [["=1"], ["=1+1"], ["\t@x"]]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\rx", "\nx", "\tx", "  =1", "\u00a0=1", "\u3000=1", "\ufeff=1",
        "\u200b=1", "\x00=1", '"=1', "\uff1d1", "\uff0b1", "\uff0d1", "\uff201", "=HYPERLINK(\"http://x\",\"y\")",
        "=cmd|'/c calc'!A1", "-2+3+cmd|' /C calc'!A0", "@SUM(1+9)*cmd|' /C calc'!A0",
    ],
)  # fmt: skip
def test_a_formula_becomes_text(text: str) -> None:
    assert is_formula(text)
    assert harmless(text).startswith("'")
    assert harmless(text).replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize(
    "text", ["", "a=1", "10.1.2.3", "leeds/mcu-1", "CN=mcu,O=Example", "a - b", "'=1", "(-1)", "5-3"]
)
def test_a_text_that_is_none_stays(text: str) -> None:
    assert not is_formula(text)
    assert harmless(text) == text


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("text", ["a;=1+1;b", "a\t=1\tb", 'x;"=cmd|1";y', "a; \t-1", "a\n=1", "a\r\n@x"])
def test_a_cell_that_begins_where_another_program_parts_them_is_no_formula(text: str, delimiter: str) -> None:
    written = csv_text(pd.DataFrame({"one": ["x"], "two": [text], "three": ["y"]}), spreadsheet=True)
    for line in written.splitlines():
        for cell in line.split(delimiter):
            assert not is_formula(cell.strip('"')), written


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_text_comes_back_and_is_harmless(texts: list[str]) -> None:
    frame = pd.DataFrame({"first": ["x"] * len(texts), "text": pd.Series(texts, dtype="str")})
    assert [row[1] for row in read(csv_text(frame))[1:]] == texts
    cells = [row[1] for row in read(csv_text(frame, spreadsheet=True))[1:]]
    assert not any(map(is_formula, cells))
    assert all(harmless(cell) == cell for cell in cells)


@pytest.mark.parametrize("text", ["\t" * 200_000, ";" * 200_000, " " * 200_000 + "=", "\t;=" * 70_000])
def test_a_long_text_takes_no_long_time(text: str) -> None:
    # With a search that begins anew at each character this would take minutes.
    assert len(harmless(text)) >= len(text)
