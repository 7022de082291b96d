"""TOML files that people write: what is wrong, where, and what to change; each hint is followed and leads on."""

from __future__ import annotations

import pytest

from mcuaudit.errors import Undecodable
from mcuaudit.system.toml_text import load_toml


def refused(text: str | bytes) -> Undecodable:
    with pytest.raises(Undecodable) as error:
        load_toml(text if isinstance(text, bytes) else text.encode())
    return error.value


@pytest.mark.parametrize(
    ("text", "line", "words", "followed"),
    [
        ('a = 1\nb = "peers\\vcs.pem"', 2, "forward slashes", 'a = 1\nb = "peers/vcs.pem"'),
        ('b = "C:\\Users\\x.pem"', 1, "forward slashes", 'b = "C:/Users/x.pem"'),
        (
            "a = 1\nb = \u201cMCU 4510\u201d",
            2,
            "a left double quotation mark (U+201C)",
            'a = 1\nb = "MCU 4510"',
        ),
        ("b = \u2018x\u2019", 1, "(U+2018)", 'b = "x"'),
        ('a = 1\nb = "x\u201d\nc = 1', 2, "(U+201D)", 'a = 1\nb = "x"\nc = 1'),
        ("b = MCU 4510", 1, 'Put text in double quotes: "MCU 4510"', 'b = "MCU 4510"'),
        ("b = True", 1, "Write true", "b = true"),
        ("b = no # x", 1, "Write false", "b = false"),
        ("b: 3", 1, "Write = between", "b = 3"),
        ("b = 09.11.2026", 1, "Write dates as 2026-11-23", "b = 2026-11-09"),
        ("a = 1\nb = 2\na = 3\nc = 4", 3, "second time", "b = 2\na = 3\nc = 4"),
        ("[a]\nx = 1\n[a]\ny = 2", 3, "second time", "[a]\nx = 1\ny = 2"),
        ('a = 1\nb = ["x"\nc = 2\n', 3, "A comma or ] is missing", 'a = 1\nb = ["x"]\nc = 2\n'),
        ('a = "x\nb = 1', 1, "A text ends with", 'a = "x"\nb = 1'),
    ],
)
def test_what_to_change_is_said_with_the_line(text: str, line: int, words: str, followed: str) -> None:
    error = refused(text)
    assert error.where == f"line {line}"
    assert words in error.reason
    assert " at line" not in error.reason
    load_toml(followed.encode())


def test_cp1252_is_named_with_the_character() -> None:
    error = refused('a = 1\nb = "K\u00f6ln"'.encode("cp1252"))
    assert (error.where, "found \u00f6 in cp1252" in error.reason) == ("line 2", True)


def test_typographic_quotes_in_cp1252_are_named_as_both() -> None:
    reason = refused("b = \u201cK\u00f6ln\u201d".encode("cp1252")).reason
    assert "in cp1252" in reason
    assert "(U+201C)" in reason


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named(encoding: str) -> None:
    error = refused('a = "x"'.encode(encoding))
    assert (error.where, "found UTF-16" in error.reason) == ("line 1", True)


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter() -> None:
    assert load_toml(b'\xef\xbb\xbfa = "x"\r\nb = 1\r\n') == {"a": "x", "b": 1}


def test_another_encoding_is_refused() -> None:
    assert "another encoding" in refused(b'a = "\x81"').reason


def test_deep_brackets_are_refused() -> None:
    assert "brackets" in refused("a = " + "[" * 100_000).reason


@pytest.mark.parametrize("part", ["a", '"a.b"', "'a'", "a-1_"])
@pytest.mark.parametrize("form", ["{} = 1", "[{}]\nx = 1", "x = {{ {} = 1 }}"])
def test_a_key_of_very_many_parts_is_refused(part: str, form: str) -> None:
    few, many = (form.format(" . ".join([part] * number)) for number in (50, 51))
    load_toml(few.encode())
    with pytest.raises(Undecodable, match="more than 50 parts"):
        load_toml(f"y = 1\n{many}".encode())


def test_a_text_with_many_points_is_no_key() -> None:
    assert load_toml(b"# " + b"." * 100 + b'\nx = "' + b"1. " * 40 + b'"') == {"x": "1. " * 40}
