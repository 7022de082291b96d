"""Base64 without BEGIN and END: which octets a run of it holds, and where in the text it ends."""

from __future__ import annotations

import base64

import pytest

from mcuaudit.decode.unarmoured import end_of, unarmoured


def octets(size: int) -> bytes:
    """The beginning of an element of DER, with octets behind it whose base64 has no "+" and no "/"."""
    return (b"\x30\x82\x01\x10" + b"mcu" * size)[:size]


def with_signs(size: int) -> bytes:
    """The same with octets whose base64 has "+" and "/"."""
    return (b"\x30\x82\x01\xfb\xef\xbe\xff\xff\xff" + b"mcu" * size)[:size]


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("size", [300, 301, 302])
@pytest.mark.parametrize("padding", ["", "="])
def test_base64_is_read_with_and_without_its_padding(size: int, padding: str) -> None:
    text = base64_of(octets(size))
    text = text if padding else text.rstrip("=")
    assert list(unarmoured(f"tls: {text}\n")) == [(5, octets(size))]


def test_each_run_of_a_text_is_read_with_its_position() -> None:
    one, other = base64_of(octets(300)), base64_of(octets(303))
    assert list(unarmoured(f"{one};{other}")) == [(0, octets(300)), (len(one) + 1, octets(303))]


@pytest.mark.parametrize("between", ["\n", "\v", " ", "  \n"])
def test_breaks_and_blanks_within_base64_do_not_matter(between: str) -> None:
    text = base64_of(octets(301))
    wrapped = between.join(text[at : at + 64] for at in range(0, len(text), 64))
    assert list(unarmoured(wrapped)) == [(0, octets(301))]


@pytest.mark.parametrize("size", [300, 303, 306, 309, 312])
def test_a_last_character_that_holds_no_octet_is_left_out(size: int) -> None:
    assert list(unarmoured(base64_of(octets(size)) + "A")) == [(0, octets(size))]


def test_base64url_is_read_as_what_it_stands_for() -> None:
    data = with_signs(300)
    text = base64.urlsafe_b64encode(data).decode()
    assert ("-" in text, "_" in text) == (True, True)
    assert list(unarmoured(text)) == [(0, data)]


@pytest.mark.parametrize("sign", ["-", "_"])
def test_in_base64_a_sign_of_base64url_ends_what_is_read(sign: str) -> None:
    data = with_signs(300)
    assert list(unarmoured(f"{base64_of(data)}{sign}AAAA{sign}BBBB")) == [(0, data)]


@pytest.mark.parametrize("text", ["MIIB" + "A" * 119, "MIQB" + "A" * 200, "xMIIB" + "A" * 200, "-MIIB" + "A" * 200])
def test_short_runs_and_what_begins_otherwise_are_text(text: str) -> None:
    assert list(unarmoured(text)) == []


def test_the_shortest_run_has_124_characters() -> None:
    assert list(unarmoured("MIIB" + "A" * 120)) == [(0, b"\x30\x82\x01" + bytes(90))]


@pytest.mark.parametrize(
    ("text", "position", "size", "end"),
    [
        ("QUJD more", 0, 3, 5),
        ("QUJDRA== more", 0, 4, 9),
        ("QUI= more", 0, 2, 5),
        ("QUI more", 0, 2, 4),
        ("QUJDRUY", 0, 6, 7),
        ("x QUJDRUZHSElK", 2, 9, 14),
        ("Q U\nJ\vDRUZ", 0, 3, 7),
        ("QUJD\n\v =\nmore", 0, 3, 8),
        ("QUJD=====", 0, 3, 8),
        ("QUJDREVG", 0, 30, 8),
    ],
)
def test_base64_ends_behind_its_octets_and_up_to_four_characters_of_padding(
    text: str, position: int, size: int, end: int
) -> None:
    assert end_of(text, position, size) == end
