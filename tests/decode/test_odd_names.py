"""Names that cryptography does not read, taken apart by hand: each kind of string, and what is no name."""

from __future__ import annotations

import pytest

from mcuaudit.decode.odd_certificate import _is_integer
from mcuaudit.decode.odd_names import NameText, name_text, value_text
from mcuaudit.decode.tlv import BadEncodingError, encoded, only

CN, ORGANISATION, EMAIL = "550403", "55040a", "2a864886f70d010901"
UTF8, PRINTABLE, TELETEX, BMP, INTEGER, SEQUENCE = 0x0C, 0x13, 0x14, 0x1E, 0x02, 0x30


def attribute(kind: str, tag: int, value: bytes) -> bytes:
    return encoded(SEQUENCE, encoded(0x06, bytes.fromhex(kind)) + encoded(tag, value))


def read(*relative_names: bytes) -> NameText:
    return name_text(only(encoded(SEQUENCE, b"".join(encoded(0x31, one) for one in relative_names))))


def test_a_name_is_written_from_the_end() -> None:
    found = read(attribute(ORGANISATION, UTF8, b"Example"), attribute(CN, UTF8, b"a") + attribute(CN, UTF8, b"b"))
    assert found == NameText("CN=a+CN=b,O=Example", ("a", "b"), (), ())


def test_the_rest_of_a_name_is_read_after_a_value_that_is_no_text() -> None:
    found = read(attribute(ORGANISATION, INTEGER, b"\x05") + attribute(CN, UTF8, b"a"), attribute(EMAIL, UTF8, b"a@b"))
    assert found.text.endswith(",O=#020105+CN=a")
    assert (found.common_names, found.email_attributes, found.unreadable) == (("a",), ("a@b",), ())
    assert found.garbled


@pytest.mark.parametrize(
    ("tag", "content", "text", "unreadable", "garbled"),
    [
        (UTF8, "é".encode(), "é", (), False),
        (UTF8, b"\xe9", "\\xe9", ("O",), True),
        (PRINTABLE, b"a", "a", (), False),
        (PRINTABLE, b"\xe9", "\\xe9", ("O",), False),
        (TELETEX, b"\xe9", "é", (), False),
        (BMP, "é".encode("utf-16-be"), "é", (), False),
        (BMP, b"a", "a", ("O",), True),
        (0x04, b"a", None, (), True),
        (0x12, b"5", "5", (), False),
        (0x12, b"\xe9", "\\xe9", ("O",), False),
        (0x16, b"a", "a", (), False),
        (0x1A, b"a", "a", (), True),
        (0x1B, b"a", None, (), True),
        (0x1C, "é".encode("utf-32-be"), "é", (), False),
        (0x1C, b"a", "a", ("O",), True),
        (0x03, b"\0a", None, (), False),
        (0x30, b"", None, (), False),
        (0x31, b"", None, (), True),
    ],
)
def test_each_kind_of_string(
    tag: int, content: bytes, text: str | None, unreadable: tuple[str, ...], garbled: bool
) -> None:
    assert value_text(only(encoded(tag, content))) == (text, not unreadable)
    found = read(attribute(ORGANISATION, tag, content))
    assert (found.unreadable, found.garbled) == (unreadable, garbled)


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("550403", "CN"), ("550407", "L"), ("550408", "ST"), ("55040a", "O"), ("55040b", "OU"), ("550406", "C"),
        ("550409", "STREET"), ("0992268993f22c640119", "DC"), ("0992268993f22c640101", "UID"),
        ("2a864886f70d010901", "1.2.840.113549.1.9.1"), ("550405", "2.5.4.5"),
    ],
)  # fmt: skip
def test_an_attribute_has_the_word_of_rfc_4514_or_its_identifier(kind: str, word: str) -> None:
    assert read(attribute(kind, UTF8, b"DE")).text == f"{word}=DE"
    bad = read(attribute(kind, PRINTABLE, b"\xe9"))
    assert (bad.text, bad.unreadable) == (f"{word}=\\\\xe9", (word,))


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("", ""),
        ("a b", "a b"),
        ("a,b;c+d", "a\\,b\\;c\\+d"),
        ('<"\\">', '\\<\\"\\\\\\"\\>'),
        ("\0a\0", "\\00a\\00"),
        ("#a", "\\#a"),
        (" a", "\\ a"),
        ("a#", "a#"),
        ("a ", "a\\ "),
        ("ab  ", "ab \\ "),
        ("  a", "\\  a"),
        ("a=b", "a=b"),
    ],
)
def test_signs_with_a_meaning_are_escaped(text: str, escaped: str) -> None:
    assert read(attribute(CN, UTF8, text.encode())) == NameText(f"CN={escaped}", (text,), (), ())


def test_a_name_that_is_refused_stays_so_whatever_follows() -> None:
    found = read(
        attribute(ORGANISATION, INTEGER, b"\x05"), attribute(CN, PRINTABLE, b"\xe9"), attribute(CN, UTF8, b"a")
    )
    assert (found.unreadable, found.garbled) == (("CN",), True)


def test_a_word_that_is_unreadable_twice_is_named_once() -> None:
    bad = attribute(ORGANISATION, UTF8, b"\xff")
    assert read(bad, bad, attribute(CN, UTF8, b"\xff")).unreadable == ("O", "CN")


def test_an_empty_relative_name_says_nothing() -> None:
    assert read(b"", attribute(CN, UTF8, b"a")).text == "CN=a"


@pytest.mark.parametrize(
    "entry",
    [
        encoded(SEQUENCE, encoded(0x06, bytes.fromhex(CN))),
        encoded(SEQUENCE, encoded(0x06, bytes.fromhex(CN)) + encoded(UTF8, b"a") + encoded(UTF8, b"b")),
        encoded(SEQUENCE, encoded(UTF8, b"a") + encoded(0x06, bytes.fromhex(CN))),
        encoded(SEQUENCE, b""),
        encoded(UTF8, b"a"),
    ],
)
def test_what_is_no_attribute_is_refused(entry: bytes) -> None:
    with pytest.raises(BadEncodingError):
        read(entry)


@pytest.mark.parametrize(
    ("content", "right"),
    [
        ("", False), ("00", True), ("7f", True), ("80", True), ("0080", True), ("007f", False), ("00ff", True),
        ("ff7f", True), ("ff80", False), ("ffff", False), ("0000", False), ("0100", True), ("000080", False),
    ],
)  # fmt: skip
def test_an_integer_has_its_shortest_form(content: str, right: bool) -> None:
    assert _is_integer(bytes.fromhex(content)) is right


def test_only_what_has_elements_may_lack_a_length() -> None:
    assert only(b"\x30\x80\x02\x01\x05\x00\x00").content == b"\x02\x01\x05"
    for primitive in (b"\x02\x80\x02\x01\x05\x00\x00", b"\x0c\x80\x00\x00"):
        with pytest.raises(BadEncodingError, match="not allowed"):
            only(primitive)
