"""The characters of a file in whatever encoding, tidied, and where each of them stands in the file."""

from __future__ import annotations

import pytest

from mcuaudit.decode.characters import BASE64URL, Characters, line_start, lines_of, named

BREAK = "\v"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\r\r\nb", "a\n\nb"),
        *[(f"a{one}b", "ab") for one in "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u00ad\u180e"],
        *[(f"a{one}b", "a b") for one in "\u00a0\u1680\u2000\u200a\u202f\u205f\u3000\t\f"],
        *[(f"a{one}b", "a-b") for one in "\u2010\u2011\u2012\u2013\u2212"],
        *[(f"a{one}b", "a--b") for one in "\u2014\u2015"],
        *[(f"a{one}b", f"a{BREAK}b") for one in "\u2028\u2029\u0085"],
        ("BEGIN a\\r\\nb\\nc\\rd", f"BEGIN a{BREAK}b{BREAK}c{BREAK}d"),
        ("begin a\\/b\\u002Bc\\u002bd\\u002fe\\u003De", "begin a/b+c+d/e=e"),
        ("a\\nb", "a\\nb"),
        ("BEGIN a\\tb\\u002ec\\\\", "BEGIN a\\tb\\u002ec\\\\"),
        ("\u00fc", "\u00fc"),
        ("wxyz", "wxyz"),
    ],
)
def test_what_programs_leave_in_a_text_is_tidied(file: str, text: str) -> None:
    assert Characters(file.encode()).text == text


@pytest.mark.parametrize(
    ("data", "text", "of_octets"),
    [
        (b"", "", False),
        ("a\u00fc".encode(), "a\u00fc", False),
        ("a\u00fc".encode("utf-8-sig"), "a\u00fc", False),
        ("a\u00fc".encode("utf-16"), "a\u00fc", False),
        (b"\xfe\xff" + "a\u00fc".encode("utf-16-be"), "a\u00fc", False),
        (b"\xfe\xff" + "\u4e2d\u6587".encode("utf-16-be"), "\u4e2d\u6587", False),
        (b"\xff\xfe\0\0" + "a\u00fc".encode("utf-32-le"), "a\u00fc", False),
        (b"\0\0\xfe\xff" + "a\u00fc".encode("utf-32-be"), "a\u00fc", False),
        ("a\u00fcbcd".encode("utf-16-le"), "a\u00fcbcd", False),
        ("a\u00fcbcd".encode("utf-16-be"), "a\u00fcbcd", False),
        (b"\xff\xfea\0b", "a\ufffd", False),
        (b"\xff\xfe\0\0a", "\ufffd", False),
        ("abcd".encode("utf-16-le") + b"\x00\xd8", "abcd\ufffd", False),
        (b"a\xfc", "a\u00fc", True),
        (b"\xef\xbb\xbfa\xfc\xef\xbb\xbf", "a\u00fc", True),
        (b"a\0bc", "a\0bc", False),
        (b"abc\0", "abc\0", False),
    ],
)
def test_the_encoding_is_found_by_marks_and_zeros(data: bytes, text: str, of_octets: bool) -> None:
    found = Characters(data)
    assert (found.text, found.of_octets) == (text, of_octets)


@pytest.mark.parametrize(
    ("data", "is_utf16"),
    [
        (b"a\0b\0" + b"cd" * 2, False),
        (b"a\0b\0c\0" + b"d" * 5, True),
        (b"a\0b\0c\0" + b"d" * 6, False),
        (b"\0a\0b\0cd", True),
        (b"a\0b\0c\0d\0" + b"\0e", True),
        (b"a\0" * 8 + b"\0e" * 2, True),
        (b"a\0" * 8 + b"\0e" * 3, False),
        (b"a\0" * 9 + b"\0e" * 2, True),
        (b"a\0" * 9 + b"\0e" * 3, False),
        (b"a\0" * 101 + b"\0a" * 25 + b"aa" * 74 + b"\0a", True),
        (b"\0\0" * 4, False),
        (b"a" * 300 + b"\0b" * 100, False),
        (b"a" * 298 + b"\0b" * 51, False),
        (b"a\0" * 101 + b"a" * 198, True),
        (b"a\0" * 100 + b"a" * 200, False),
        (b"a\0" * 101 + b"a" * 1000, True),
        (b"a" * 400 + b"b\0" * 1000, False),
    ],
)
def test_utf16_without_a_mark_is_known_by_zeros_in_every_other_octet_of_the_first_400(
    data: bytes, is_utf16: bool
) -> None:
    assert ("\0" not in Characters(data).text) is is_utf16


@pytest.mark.parametrize(
    ("file", "places"),
    [
        ("ab\ncd", [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]),
        ("a\r\nb\rc", [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2)]),
        ("a\u200bb", [(1, 1), (1, 3), (1, 4)]),
        ("\u200ba", [(1, 2), (1, 3)]),
        ("a\u2014b", [(1, 1), (1, 2), (1, 3), (1, 3), (1, 4)]),
        ("a\u2028b", [(1, 1), (1, 2), (1, 3), (1, 4)]),
        ("BEGIN\\nb\nc", [*[(1, n) for n in range(1, 7)], (1, 8), (1, 9), (2, 1), (2, 2)]),
        ("", [(1, 1)]),
        ("\n", [(1, 1), (2, 1)]),
        ("\r\u200b\u200b\nx", [(1, 1), (2, 3), (3, 1), (3, 2)]),
    ],
)
def test_each_character_has_the_line_and_column_of_an_editor(file: str, places: list[tuple[int, int]]) -> None:
    found = Characters(file.encode())
    assert [found.place(position) for position in range(len(found.text) + 1)] == places
    assert [found.line(position) for position in range(len(found.text) + 1)] == [line for line, _ in places]


@pytest.mark.parametrize(
    ("text", "position", "start"),
    [("ab", 1, 0), ("a\nbc", 3, 2), ("a\nbc", 2, 2), ("a\nbc", 1, 0), (f"a{BREAK}bc", 3, 2), (f"a\nb{BREAK}c", 4, 4),
     (f"a{BREAK}b\nc", 4, 4), (f"{BREAK}b\nc{BREAK}d", 5, 5),
     (f"{BREAK}b\nc{BREAK}d", 4, 3), (f"a\n{BREAK}b", 3, 3),
     ("\nab", 2, 1), (f"{BREAK}ab", 2, 1)],
)  # fmt: skip
def test_a_line_begins_behind_either_break(text: str, position: int, start: int) -> None:
    assert line_start(text, position) == start


def test_lines_end_at_either_break() -> None:
    assert lines_of(f"a\nb{BREAK}c\n") == ["a", "b", "c", ""]
    assert lines_of("") == [""]


@pytest.mark.parametrize(
    ("character", "shown"),
    [("a", '"a"'), ('"', '"""'), ("\x01", '"\\x01"'), ("\u200b", '"\\u200b"'), ("\u00fc", '"\u00fc" (U+00FC)'),
     ("\u4e2d", '"\u4e2d" (U+4E2D)'), ("\n", '" " (U+000A)'), ("\\", '"\\"'), ("\U0001f600", '"\U0001f600" (U+1F600)')],
)  # fmt: skip
def test_a_character_is_named_so_that_it_can_be_found(character: str, shown: str) -> None:
    assert named(character) == shown


def test_the_signs_of_base64url_stand_for_those_of_base64() -> None:
    assert "a-b_c+d/".translate(BASE64URL) == "a+b/c+d/"
