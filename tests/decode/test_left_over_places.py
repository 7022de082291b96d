"""Places of a text that may hold a certificate: how much data, beside what, and with which signs of one."""

from __future__ import annotations

import base64

import pytest

from mcuaudit.decode.left_over import IN_WORDS, MAY_HOLD, Place, places

HERE = [Place(0, MAY_HOLD)]
DATA = "a0b1c2d3e4" * 10
"""100 letters and digits that are no word."""
LETTERS = "a0Zb1Yc2Xd" * 10
"""The same, and no digits in hexadecimal."""
ZEROS = "00000000"
BEGINNING = "01020304"


def at(position: int) -> list[Place]:
    return [Place(position, MAY_HOLD)]


def wrapped(text: str, width: int = 64) -> str:
    return "\n".join(text[start : start + width] for start in range(0, len(text), width))


def found(text: str) -> list[Place]:
    return list(places(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("words", []),
        (DATA * 2, HERE),
        (DATA + DATA[:-1], []),
        (f"words\n{DATA}\n{DATA}", at(6)),
        (f"{DATA}\n\n{DATA}", HERE),
        (f"{DATA}\v{DATA}", HERE),
        (f"{DATA}\n--More--\n{DATA}", HERE),
        (f"{DATA}\n   \nwords\n   \n{DATA}", HERE),
        (f"{DATA}\nwords\nwords\n{DATA}", []),
        (f"{DATA}\n--b1\n{DATA}", []),
        (f"{DATA}\n{DATA}\n--b1\n{DATA}\n{DATA}", [*HERE, Place(207, MAY_HOLD)]),
        (f"{DATA * 2}\nwords\nwords\n{DATA * 2}", [*HERE, Place(213, MAY_HOLD)]),
    ],
)
def test_200_letters_and_digits_on_adjacent_lines_may_be_a_certificate(text: str, expected: list[Place]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"X-Key: a\n {DATA}\n\t{DATA}", []),
        (f"X-Key: {DATA}\n {DATA}", []),
        (f"> X-Key: a\n>  {DATA}\n>  {DATA}", []),
        (f" {DATA}\n {DATA}", HERE),
        (f"words\n {DATA}\n {DATA}", at(6)),
        (f"X-Key: a\n{DATA}\n{DATA}", at(9)),
        (f"X-Key: a\nwords\n {DATA}\n {DATA}", at(15)),
        (f"X-Key: a\nx {LETTERS}\nx {LETTERS}", at(9)),
        ("X-Key: a\n" + f" {DATA[:24]}\n" * 201, []),
    ],
)
def test_the_fields_of_a_mail_are_remarks_with_their_further_lines(text: str, expected: list[Place]) -> None:
    assert found(text) == expected


OCTETS = ":".join(f"{number:02x}" for number in range(40, 55)) + ":"
MODULUS = "\n".join([OCTETS] * 7)


def test_a_label_is_looked_for_in_the_first_200_characters_of_its_line() -> None:
    assert found(f"{'x ' * 96} modulus\n{MODULUS}") == []
    assert found(f"{'x ' * 96}  modulus\n{MODULUS}") == at(202)
    assert found(f"modulus\n   \n{MODULUS}") == []


@pytest.mark.parametrize(
    "line",
    [
        f"{DATA[:80]} 0603551D 06035504",
        "06:03:55:04:" + "00:" * 28,
        ", ".join(["0x06", "0x03", "0x55", "0x04"] + ["0x00"] * 28),
        "\\x06\\x03\\x55\\x04" + "\\x00" * 28,
        "%06%03%55%04" + "%00" * 28,
        f"{ZEROS}: " + " ".join([BEGINNING] * 6) + " 06035504  ...",
        f"{ZEROS}: 06035504 " + " ".join([BEGINNING] * 6) + "  ...",
        "BgNVBAMM" + "a0b1" * 14,
        "LS0tLS1CRUdJTi" + "a0b1" * 14,
        " ".join(["06035504"] + [BEGINNING] * 8),
        " ".join(["0603551D"] + [BEGINNING] * 8),
        " ".join(["3082aaAA3082"] + [BEGINNING] * 8),
    ],
)
def test_labelled_data_with_a_sign_of_a_certificate_may_be_one(line: str) -> None:
    assert found("signature\n" + "\n".join([line] * 4)) == at(10)
    assert found(f"signature\n{line}") == []


@pytest.mark.parametrize(
    "lines",
    [
        [" ".join([BEGINNING] * 8), " ".join([BEGINNING] * 7) + " 01010603", "55040000 " + " ".join([BEGINNING] * 7)],
        [
            " ".join([BEGINNING] * 8),
            " ".join([BEGINNING] * 7) + " 01010603",
            "--More--",
            "55040000 " + " ".join([BEGINNING] * 7),
            " ".join([BEGINNING] * 8),
        ],
        [
            " ".join([BEGINNING] * 8),
            f"{ZEROS}: " + " ".join([BEGINNING] * 6) + " 01010603",
            f"{ZEROS}: 55040000 " + " ".join([BEGINNING] * 6),
            " ".join([BEGINNING] * 8),
        ],
    ],
)
def test_a_sign_of_a_certificate_may_be_broken_by_a_line_end(lines: list[str]) -> None:
    lines = [*lines, " ".join([BEGINNING] * 8)]
    assert found("signature\n" + "\n".join(lines)) == at(10)


def test_labelled_data_of_200_letters_and_digits_is_looked_into() -> None:
    line = "06035504" + "a0" * 28
    assert found("\n".join(["signature", line, line, "a0" * 24, "a0" * 12])) == at(10)
    assert found("\n".join(["signature", line, "a0" * 32, "a0" * 23 + "a", "a0" * 12])) == []


@pytest.mark.parametrize("start", ["iVBORw0KGg", "/9j/", "R0lGOD"])
def test_a_picture_is_a_remark_unless_there_is_a_sign_of_a_certificate_in_it(start: str) -> None:
    picture = wrapped((start + LETTERS * 3)[:256])
    assert found(picture) == []
    assert found(f"{picture}\nBgNVBAMM{DATA}") == HERE
    assert found(f"A{picture}") == HERE


WORDS = "These are some words of a mail, which hold nothing else, and end here. "


def test_base64_of_words_is_a_remark_and_of_anything_else_is_none() -> None:
    words = base64.b64encode(WORDS.encode() * 4).decode()
    assert found(wrapped(words)) == []
    assert found(wrapped(base64.b64encode((WORDS * 4 + "\r\n\t\u00fc").encode()).decode())) == []
    assert found(wrapped(base64.b64encode((WORDS * 3 + "-----BEGIN X").encode()).decode())) == HERE
    assert found(wrapped(base64.b64encode((WORDS * 3).encode() + b"\x01\x01\x01").decode())) == HERE
    assert found(wrapped(base64.b64encode((WORDS * 3).encode() + b"\xff\xff\xff").decode())) == HERE
    assert found(wrapped(base64.b64encode((WORDS + DATA * 3).encode()).decode())) == HERE
    assert found(wrapped(f"{words[:100]}={words[100:]}")) == HERE
    assert found(wrapped(f"{words[:100]}----{words[100:]}")) == HERE
    assert found(wrapped(base64.b64encode((WORDS * 3 + "a-----BEGIN X").encode()).decode())) == HERE


def test_base64_of_words_cut_within_a_character_is_a_remark() -> None:
    text = base64.b64encode((WORDS * 3 + "\u00fc\u00fc\u00fc").encode()).decode()
    assert found(wrapped(text.rstrip("=")[:-2])) == []
    assert found(wrapped(text.rstrip("=")[:-3])) == []


@pytest.mark.parametrize(("lines", "expected"), [(4, []), (6, HERE)])
def test_base64_of_words_is_a_remark_if_it_is_half_of_the_data_at_least(lines: int, expected: list[Place]) -> None:
    words = base64.b64encode((WORDS * 2)[:96].encode()).decode()
    octets = " ".join(["31", "83", "01", "0a"] * 4)
    assert found("\n".join([wrapped(words), *[octets] * lines])) == expected


@pytest.mark.parametrize("octet", [*range(0x20, 0x7F), 0, 10, 13])
def test_text_in_characters_of_two_letters_each_is_other_text(octet: int) -> None:
    assert found(chr(0x4141) * 18 + chr(0x0141) + chr(0x0100 + octet)) == HERE


@pytest.mark.parametrize("octet", [1, 9, 11, 12, 14, 0x1F, 0x7F])
def test_other_characters_beyond_ascii_are_words(octet: int) -> None:
    assert found(chr(0x4141) * 18 + chr(0x0141) + chr(0x0100 + octet)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\0" * 16, HERE),
        ("\x01\0" * 16, HERE),
        ("a\0" * 15, []),
        ("\0a" * 16, HERE),
        ("a\0\0\0" * 16, HERE),
        ("words " + "a\0" * 16, at(6)),
    ],
)
def test_zeros_between_letters_are_another_encoding(text: str, expected: list[Place]) -> None:
    assert found(text) == expected


def test_words_of_a_certificate_are_looked_for_only_if_it_is_known_which_were_read() -> None:
    text = "words\nSerial Number: 77\nNot Before: 2025\n"
    assert found(text) == []
    assert list(places(text, frozenset({1}))) == [Place(6, IN_WORDS)]
    assert list(places(text, frozenset({77}))) == []
    assert list(places(f"{DATA * 2}\n{text}", frozenset({1}))) == [*HERE, Place(207, IN_WORDS)]
