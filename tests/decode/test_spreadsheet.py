"""Text, rows and dates as spreadsheets write them: encodings, separators, lines, and the order of day and month."""

from __future__ import annotations

import pytest

from mcuaudit.decode.spreadsheet import Row, has_short_year, iso_dates, rows_of, serial_date, table_text
from mcuaudit.errors import Undecodable

# Encodings


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("a;ä".encode(), "a;ä"),
        ("a;ä".encode("utf-8-sig"), "a;ä"),
        ("a;ä".encode("cp1252"), "a;ä"),
        ("a;東京".encode("cp932"), "a;東京"),
        ("a;2026年11月9日".encode("cp932"), "a;2026年11月9日"),
        # One Japanese character is as well two of Europe.
        ("a;京".encode("cp932"), "a;‹ž"),
        # Two signs of Japan, and the first byte of a third.
        ("東京".encode("cp932") + b"\x85", "“Œ‹ž…"),
        ("ä;b".encode("utf-16"), "ä;b"),
        (b"\xff\xfea\0", "a"),
        (b"\xfe\xff\0a", "a"),
        (b"a\0b\0c\0d\0", "abcd"),
        (b"a\0b\0c\0de", "abc\u6564"),
        (b"a\0b\0cdef", "a\0b\0cdef"),
        (b"a\0b\0c\0d\0efgh", "abcd\u6665\u6867"),
        (b"a\0b\0c\0defghi", "a\0b\0c\0defghi"),
        (b"\0a\0b\0c\0d", "\0a\0b\0c\0d"),
        (b"", ""),
    ],
)
def test_a_table_is_read_in_the_encodings_of_spreadsheets(data: bytes, text: str) -> None:
    assert table_text(data) == text


@pytest.mark.parametrize("data", [b"a\x81", b"\xff\xfea", b"\xfe\xff\xd8\x00\x00a"])
def test_another_encoding_is_refused(data: bytes) -> None:
    with pytest.raises(Undecodable) as refused:
        table_text(data)
    assert refused.value.reason == "expected UTF-8, UTF-16 or cp1252, found another encoding"


# Rows


def row(*cells: str, line: int, number: int, separator: str = ";", lines: tuple[str, ...]) -> Row:
    return Row(list(cells), line, number, separator, lines)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_row_has_its_line_in_the_file_and_its_number_on_the_sheet(end: str) -> None:
    text = 'sep=;\n\na; b\n;\n"c\nd";e\nf;g'.replace("\n", end)
    assert list(rows_of(text)) == [
        row("a", "b", line=3, number=2, lines=(f"a; b{end}",)),
        row(f"c{end}d", "e", line=5, number=4, lines=(f'"c{end}', f'd";e{end}')),
        row("f", "g", line=7, number=5, lines=("f;g",)),
    ]
    without = text.partition(end)[2]
    assert [(one.line, one.number) for one in rows_of(without)] == [(2, 2), (4, 4), (6, 5)]


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a;b", ";"),
        ("a,b", ","),
        ("a\tb", "\t"),
        ("a|b", "|"),
        ("a;b,c,d", ","),
        ("a;b|c|d", "|"),
        ("a;b,c", ";"),
        ("device", ","),
        ("", ","),
        ('\n;;;\n , "\na,b', ","),
        ("a b\nc;d", ","),
        ('"a;b;c",d,e', ","),
        ('"sep=|"\na;b', "|"),
        ("SEP=_ \na;b", "_"),
        (" sep=:\r\na;b", ":"),
        ("sep=;", ";"),
        ("sep=;x;\na,b", ";"),
        ("sep=,x;y;z\na,b", ";"),
    ],
)
def test_the_separator_is_named_or_that_of_the_header(text: str, separator: str) -> None:
    assert {one.separator for one in rows_of(f"{text}\nx")} == {separator}


def test_a_file_of_separators_alone_has_cells_of_the_comma() -> None:
    assert list(rows_of("")) == list(rows_of(",,\n")) == []
    assert list(rows_of(";|\n")) == [row(";|", line=1, number=1, separator=",", lines=(";|\n",))]


@pytest.mark.parametrize(
    ("cell", "content"),
    [
        (" a ", "a"),
        ('"=""4.5"""', "4.5"),
        ('"="" 4.5 """', "4.5"),
        ("'4.5", "4.5"),
        ("' 4.5", "4.5"),
        (" \u200ba\ufeff ", "a"),
        ("\ufeffa", "a"),
        ("a'b", "a'b"),
        ("=a", "=a"),
    ],
)
def test_a_cell_is_what_the_sheet_shows(cell: str, content: str) -> None:
    assert [one.cells for one in rows_of(f"{cell};b")] == [[content, "b"]]


@pytest.mark.parametrize("before", ["", "sep=;\n"])
@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (
            'a;b\n\nc;"d\ne\nf',
            3,
            'not a table: a quotation mark (") of this line is not closed. Remove it, or close the quotation',
        ),
        (
            'a;b\n"c\nd"x;e\n',
            2,
            'not a table: text follows a cell in quotation marks. Write a quotation mark within a cell twice: ""',
        ),
        (
            f"a;b\nc\n{'x' * 131_073};d\n",
            3,
            'not a table: a cell of more than 131,072 characters. Perhaps a quotation mark before it (") is not closed',
        ),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(text: str, line: int, reason: str, before: str) -> None:
    with pytest.raises(Undecodable) as refused:
        list(rows_of(before + text))
    assert (refused.value.reason, refused.value.where) == (reason, f"line {line + before.count(chr(10))}")


# Dates


@pytest.mark.parametrize(
    ("cell", "short"),
    [("9.11.26", True), ("09/11/26", True), ("9-11-26 0:00", True), ("9.11.26, 00:00:00", True), ("9.11.2026", False),
     ("2026-11-09", False), ("9.11.", False), ("", False)],
)  # fmt: skip
def test_a_year_of_two_digits_is_seen(cell: str, short: bool) -> None:
    assert has_short_year(cell) is short


@pytest.mark.parametrize(
    ("cell", "found"),
    [("30000", "1982-02-18"), ("46352", "2026-11-26"), ("46352.75", "2026-11-26"), ("46352,5", "2026-11-26"),
     ("79999", "2119-01-10"), ("29999", ""), ("80000", ""), ("00001", ""),
     ("463520", ""), ("4635", ""), ("a", ""), ("", "")],
)  # fmt: skip
def test_a_number_of_days_of_excel_is_a_date_of_the_years_1982_to_2119(cell: str, found: str) -> None:
    assert serial_date(cell) == found


@pytest.mark.parametrize(
    "dates",
    [
        {"2026-11-09": "2026-11-09", "2026/1/9": "2026-01-09", "2026. 11. 9.": "2026-11-09"},
        {"2026年11月9日": "2026-11-09", "2026年 1月 9日": "2026-01-09"},
        {
            "令和8年11月9日": "2026-11-09",
            "R8.11.9": "2026-11-09",
            "R1.5.1": "2019-05-01",
            "令和元年5月1日": "2019-05-01",
        },
        {"9.11.2026": "2026-11-09", "9. 11. 2026": "2026-11-09", "09.11.2026 00:00:00": "2026-11-09"},
        {"9.11.2026, 0:00": "2026-11-09", "11.23.2026": None},
        # What is not a date, or none of the calendar, is absent.
        {"31.2.2026": None, "2026-02-30": None, "2026-13-01": None, "9.11.26": None, "today": None, "": None},
        # A day above 12 shows the order of the others.
        {"23/11/2026": "2026-11-23", "09/11/2026": "2026-11-09", "12/12/2026": "2026-12-12"},
        {"11/23/2026": "2026-11-23", "09/11/2026": "2026-09-11"},
        {"13-11-2026": "2026-11-13", "9-11-2026": "2026-11-09"},
        {"11-13-2026": "2026-11-13", "9-11-2026": "2026-09-11"},
        {"12/11/2026": "", "11/12/2026": "", "11/11/2026": "2026-11-11"},
        {"13/11/2026": "2026-11-13", "11/13/2026": "2026-11-13", "09/11/2026": "", "12/10/2026": "", "10/12/2026": ""},
        # Dates with points do not show the order of dates with other separators, and have their own.
        {"23.11.2026": "2026-11-23", "09/11/2026": ""},
        {"11/23/2026": "2026-11-23", "9.11.2026": "2026-11-09"},
        {"23/11/26": None, "09/11/2026": ""},
        {"23/11-2026": None, "09/11/2026": ""},
        {"09/10/2026": "", "2026-11-23": "2026-11-23"},
    ],
)
def test_the_dates_of_a_column_are_read_in_its_order(dates: dict[str, str | None]) -> None:
    assert iso_dates(dates) == {cell: text for cell, text in dates.items() if text is not None}
