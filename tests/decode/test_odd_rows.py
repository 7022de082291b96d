"""Rows that are not as the header says: where they go on, what separates their cells, and what the reader is told."""

from __future__ import annotations

import pytest

from mcuaudit.decode.odd_rows import cells_of_line, in_one_cell, joined_line, separator_within
from mcuaudit.decode.spreadsheet import Row

SECURITY = "ssl_certificates.client_certificate_security"
COLUMNS = ("device", "device.serial", SECURITY)


def row(*cells: str, lines: tuple[str, ...] = ("",), separator: str = ";") -> Row:
    return Row(list(cells), 7, 3, separator, lines)


@pytest.mark.parametrize(
    ("cells", "lines", "line"),
    [
        (("a", "SM1"), ("a;SM1\n",), 0),
        (("a", "SM1\nb;SM2", "x"), ('a;"SM1\n', 'b;SM2";x\n'), 8),
        (("a", "SM1\nb\nc;SM2", "x"), ('a;"SM1\n', "b\n", 'c;SM2";x\n'), 9),
        (("a", "SM1\r\nb\rc;SM2", "x"), ('a;"SM1\r\n', "b\r", 'c;SM2";x\n'), 9),
        (("a", "SM1\nb"), ('a;"SM1\n', 'b"'), 8),
        (("a", "SM1\n\n;;\n"), ('a;"SM1\n', "\n", ";;\n", '"'), 0),
        (("a", "SM1\n; b;;"), ('a;"SM1\n', '; b;;"'), 8),
        # A user and a receiver have a colon before a separator; the further cells of a row may have one.
        (("a", "x", "ann:administrator\nbob:viewer;x"), ("", ""), 8),
        (("a", "x", "Not required\nbob:viewer;x"), ("", ""), 8),
        (("a", "x", "Verify\ncertificate"), ("", ""), 0),
        (("a", "x", "Verify\ncertificate\nc"), ("", ""), 8),
        (("a", "x", "y", "more\nb"), ("", ""), 0),
        (("a", "x", "y", "more\nb;c"), ("", "b;c"), 8),
    ],
)
def test_a_text_or_a_label_goes_on_with_what_looks_like_a_row(
    cells: tuple[str, ...], lines: tuple[str, ...], line: int
) -> None:
    assert joined_line(COLUMNS, row(*cells, lines=lines)) == line


@pytest.mark.parametrize(
    ("column", "cell", "joined"),
    [
        ("device.addresses", "mcu\nhost", False),
        ("device.addresses", "10.1.2.3\nb;c", True),
        ("users", "ann:administrator\nbob:viewer;cat:viewer", False),
        ("users", "ann:administrator\nbob;SM2:x;y", True),
        ("feedback_receivers", "http://a\nhttp://b/x;y", False),
        ("ssl_certificates.shown.subject", "CN=a\nO=b", False),
        ("ssl_certificates.shown.subject", "CN=a\nb;O=b", True),
        ("Notes", "new\nold", False),
        ("", "new\nold", False),
        ("services.https", "true\nb", True),
        ("services.https", "not\nticked", True),
        ("device.software_version", "4.4(3.57)\nb", True),
        ("device.serial", "SM1\n;", False),
        ("device.serial", "SM1\n ; ;", False),
        ("device.serial", "SM1\nb;", True),
    ],
)
def test_a_list_a_remark_and_words_of_the_page_may_have_several_lines(column: str, cell: str, joined: bool) -> None:
    assert joined_line(("device", column), row("a", cell, lines=("", ""))) == (8 if joined else 0)


def test_the_cells_of_a_line_have_no_quotation_marks() -> None:
    assert cells_of_line("\"a\"; 'b' ;\tc\r\n", ";") == ["a", "b", "c"]
    assert cells_of_line("\r\n", ";") == [""]


@pytest.mark.parametrize(
    ("cells", "separator"),
    [
        (("a;x;y",), ";"),
        (("a,x,y",), ","),
        (("a\tx\ty",), "\t"),
        (("a|x|y",), "|"),
        (("a;x;y,z", "", ""), ";"),
        (("a,b;x;y", "", ""), ";"),
        (("a;",), ""),
        ((";a;;",), ""),
        (("a",), ""),
        (("a", "x", "y"), ""),
        # Beside other cells, neither the comma nor the separator of the table is looked for.
        (("a|x", "y"), "|"),
        (("a|x", "y", ""), ""),
        (("a|x", "", ""), "|"),
        (("a,x", "y"), ""),
        (("a;x", "y"), ""),
        (("a\tx", "", "y"), ""),
        (("a\tx", "y"), "\t"),
        (("a: yes", "y"), ""),
        (("", "x|z", "y"), ""),
    ],
)
def test_the_separator_of_a_row_in_one_cell_is_found(cells: tuple[str, ...], separator: str) -> None:
    assert separator_within(COLUMNS, row(*cells)) == separator


def test_a_table_of_one_named_column_has_one_cell_a_row() -> None:
    assert separator_within(("device",), row("a|b")) == ""
    assert separator_within(("device", ""), row("a|b")) == ""
    assert separator_within(("device", "x"), row("a|b")) == "|"


@pytest.mark.parametrize(
    ("cell", "separator"),
    [
        ("a Not required", " "),
        ("a NOT REQUIRED by us", " "),
        ("a   true", "   "),
        ("a: Wahr", ": "),
        ("a=yes", "="),
        ("a = no", " = "),
        ("a b:on x", ":"),
        ("a: foo yes", " "),
        ("a: yes no", ": "),
        ("a:", ""),
        ("mcu 1", ""),
        ("mcu leeds", ""),
        ("mcu-true", ""),
        ("a not yes-or-no", ""),
        ("a required", ""),
    ],
)
def test_a_name_before_a_value_is_separated_by_what_stands_between(cell: str, separator: str) -> None:
    assert separator_within(COLUMNS, row(cell, separator=",")) == separator


@pytest.mark.parametrize(
    ("separator", "of_table", "reason"),
    [
        (";", ";", "the whole row is one cell in quotation marks; remove the quotation marks around it"),
        (
            ";",
            ",",
            'the cells are separated by ";", and those of the header by ","; use "," in this row too',
        ),
        ("\t", ";", 'the cells are separated by a tab, and those of the header by ";"; use ";" in this row too'),
        ("|", "\t", 'the cells are separated by "|", and those of the header by a tab; use a tab in this row too'),
        ("   ", ";", 'the cells are separated by spaces, and those of the header by ";"; use ";" in this row too'),
        (": ", ";", 'the cells are separated by ": ", and those of the header by ";"; use ";" in this row too'),
    ],
)
def test_a_row_in_one_cell_is_explained(separator: str, of_table: str, reason: str) -> None:
    assert in_one_cell(separator, row("a", separator=of_table)) == reason
