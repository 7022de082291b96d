"""Elements of BER and DER: both sides of every limit, what is kept of an element, and what is said of one cut short."""

from __future__ import annotations

import pytest

from mcuaudit.decode.tlv import (
    BIT_STRING,
    BOOLEAN,
    ENUMERATED,
    EXPLICIT_0,
    EXPLICIT_1,
    EXPLICIT_2,
    EXPLICIT_3,
    INTEGER,
    NUMERIC_STRING,
    OCTET_STRING,
    OID,
    SEQUENCE,
    SET,
    STRING_ENCODINGS,
    BadEncodingError,
    Tlv,
    children,
    der_of,
    dotted,
    encoded,
    only,
    tlv_at,
    tlvs,
)

FIVE = b"\x02\x01\x05"


def refusal_of(data: bytes) -> str:
    with pytest.raises(BadEncodingError) as refused:
        tlv_at(data)
    return str(refused.value)


@pytest.mark.parametrize(
    ("data", "tag", "content"),
    [
        (FIVE, 0x02, b"\x05"),
        (b"\x05\x00", 0x05, b""),
        (b"\x04\x7f" + bytes(127), 0x04, bytes(127)),
        (b"\x04\x81\x80" + bytes(128), 0x04, bytes(128)),
        (b"\x04\x81\x01\x07", 0x04, b"\x07"),
        (b"\x04\x82\x00\x01\x07", 0x04, b"\x07"),
        (b"\x04\x84\x00\x00\x00\x01\x07", 0x04, b"\x07"),
        (b"\x04\x82\x01\x00" + bytes(256), 0x04, bytes(256)),
        (b"\x04\xff" + bytes(126) + b"\x01\x07", 0x04, b"\x07"),
        (b"\x1e\x00", 0x1E, b""),
        (b"\x1f\x01\x00", 0x1F01, b""),
        (b"\x9f\x7f\x01\x07", 0x9F7F, b"\x07"),
        (b"\x9f\x81\x00\x01\x07", 0x9F8100, b"\x07"),
        (b"\xbf\xff\x81\x01\x01\x07", 0xBFFF8101, b"\x07"),
        (b"\xbf\xff\xff\x81\x01\x01\x07", 0xBFFFFF8101, b"\x07"),
        (b"\x30\x80\x00\x00", 0x30, b""),
        (b"\x30\x80\x02\x01\x05\x00\x00", 0x30, FIVE),
        (b"\x30\x80\x02\x01\x00\x00\x00", 0x30, b"\x02\x01\x00"),
        (b"\x30\x80\x30\x80\x00\x00\x00\x00", 0x30, b"\x30\x80\x00\x00"),
        (b"\xa0\x80\x02\x01\x05\x00\x00", 0xA0, FIVE),
    ],
)
def test_an_element_is_read_with_its_whole_encoding_wherever_it_stands(data: bytes, tag: int, content: bytes) -> None:
    assert tlv_at(data) == (Tlv(tag, content, data), len(data))
    assert tlv_at(b"\x01" + data + b"\x00\x01", 1) == (Tlv(tag, content, data), len(data) + 1)
    assert only(data) == Tlv(tag, content, data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is cut short"),
        (b"\x02", "is cut short"),
        (b"\x1f", "is cut short"),
        (b"\x1f\x81", "is cut short"),
        (b"\x1f\x01", "is cut short"),
        (b"\x1f\x81\x81\x81", "is cut short"),
        (b"\x1f\x81\x81\x81\x81", "has a tag of more than five octets"),
        (b"\x1f\x81\x81\x81\x81\x01\x00", "has a tag of more than five octets"),
        (b"\x04\x81", "is cut short"),
        (b"\x04\x82\x01", "is cut short"),
        (b"\x02\x01", "is cut short: it should have 3 bytes, and has 2"),
        (b"\x04\x05ab", "is cut short: it should have 7 bytes, and has 4"),
        (b"\x04\x82\x01\x00ab", "is cut short: it should have 260 bytes, and has 6"),
        (b"\x04\x84\x40\x00\x00\x00", "is cut short: it should have 1073741830 bytes, and has 6"),
        (b"\x04\x84\x40\x00\x00\x01", "has a length of more than a gigabyte"),
        (b"\x04\x85\x01\x00\x00\x00\x00", "has a length of more than a gigabyte"),
        (b"\x04\x80\x00\x00", "has a length of a kind that is not allowed"),
        (b"\x0c\x80\x00\x00", "has a length of a kind that is not allowed"),
        (b"\x03\x80\x00\x00", "has a length of a kind that is not allowed"),
        (b"\x30\x80\x02\x01\x05", "is cut short"),
        (b"\x30\x80\x02\x01\x05\x00", "is cut short"),
        (b"\x30\x80", "is cut short"),
    ],
)
def test_what_is_no_whole_element_is_refused_with_the_reason(data: bytes, words: str) -> None:
    assert refusal_of(data) == words


def test_the_bytes_that_are_missing_are_counted_from_the_element_and_not_from_the_file() -> None:
    with pytest.raises(BadEncodingError, match=r"^is cut short: it should have 7 bytes, and has 4$"):
        tlv_at(FIVE + b"\x04\x05ab", 3)


def open_ended(depth: int) -> bytes:
    return b"\x30\x80" * depth + b"\x00\x00" * depth


def test_elements_without_a_length_are_read_to_a_depth_of_41_and_no_deeper() -> None:
    assert tlv_at(open_ended(41)) == (Tlv(0x30, open_ended(40), open_ended(41)), 164)
    assert refusal_of(open_ended(42)) == "has a length of a kind that is not allowed"


def nested(depth: int) -> bytes:
    data = FIVE
    for _ in range(depth):
        data = encoded(0x30, data)
    return data


def test_elements_are_made_der_to_a_depth_of_40_and_no_deeper() -> None:
    assert der_of(nested(40)) == nested(40)
    with pytest.raises(BadEncodingError, match=r"^is nested too deep$"):
        der_of(nested(41))


def test_the_elements_of_a_row_come_in_order_and_the_rest_is_refused() -> None:
    assert list(tlvs(b"")) == []
    row = tlvs(FIVE + b"\x05\x00" + b"\x04\x05ab")
    assert [next(row), next(row)] == [Tlv(0x02, b"\x05", FIVE), Tlv(0x05, b"", b"\x05\x00")]
    with pytest.raises(BadEncodingError, match=r"^is cut short: it should have 7 bytes, and has 4$"):
        next(row)


def test_children_are_those_of_an_element_of_the_right_kind() -> None:
    element = only(encoded(0x30, FIVE + FIVE))
    five = Tlv(0x02, b"\x05", FIVE)
    assert children(element) == children(element, 0x30) == children(element, 0x31, 0x30) == [five, five]
    with pytest.raises(BadEncodingError, match=r"^has an element of the wrong type$"):
        children(element, 0x31)


def test_only_one_element_of_the_right_kind_is_taken() -> None:
    assert only(FIVE) == only(FIVE, 0x02) == only(FIVE, 0x04, 0x02) == Tlv(0x02, b"\x05", FIVE)
    with pytest.raises(BadEncodingError, match=r"^is followed by other octets$"):
        only(FIVE + b"\x00", 0x02)
    with pytest.raises(BadEncodingError, match=r"^has an element of the wrong type$"):
        only(FIVE, 0x04)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("00", "0.0"),
        ("27", "0.39"),
        ("28", "1.0"),
        ("4f", "1.39"),
        ("50", "2.0"),
        ("55", "2.5"),
        ("7f", "2.47"),
        ("8100", "2.48"),
        ("8837", "2.999"),
        ("550403", "2.5.4.3"),
        ("2a864886f70d010101", "1.2.840.113549.1.1.1"),
        ("2a8180807f", "1.2.2097279"),
        ("2b00", "1.3.0"),
    ],
)
def test_an_object_identifier_is_written_with_dots(content: str, text: str) -> None:
    assert dotted(bytes.fromhex(content)) == text


@pytest.mark.parametrize("content", ["", "80", "5581", "550480"])
def test_an_object_identifier_without_an_end_is_refused(content: str) -> None:
    with pytest.raises(BadEncodingError, match=r"^has an object identifier that is cut short$"):
        dotted(bytes.fromhex(content))


@pytest.mark.parametrize(
    ("length", "head"), [(0, "0400"), (127, "047f"), (128, "048180"), (255, "0481ff"), (256, "04820100")]
)
def test_an_element_is_written_with_the_shortest_length(length: int, head: str) -> None:
    assert encoded(0x04, bytes(length)) == bytes.fromhex(head) + bytes(length)
    assert der_of(b"\x04\x83" + length.to_bytes(3, "big") + bytes(length)) == bytes.fromhex(head) + bytes(length)


def test_a_length_that_needs_three_octets_has_three() -> None:
    assert encoded(0x04, bytes(65536))[:5] == b"\x04\x83\x01\x00\x00"


@pytest.mark.parametrize(
    ("data", "der"),
    [
        (b"", b""),
        (b"\x02\x81\x01\x05\x04\x81\x00", FIVE + b"\x04\x00"),
        (b"\x30\x80\x02\x81\x01\x05\x00\x00", b"\x30\x03\x02\x01\x05"),
        (b"\x30\x04\x02\x81\x01\x05", b"\x30\x03\x02\x01\x05"),
        # Not taken apart: the content of a primitive element, and of one whose tag has several octets.
        (b"\x04\x04\x02\x81\x01\x05", b"\x04\x04\x02\x81\x01\x05"),
        (b"\x1f\x20\x04\x02\x81\x01\x05", b"\x1f\x20\x04\x02\x81\x01\x05"),
        (b"\x9f\x81\x00\x81\x01\x05", b"\x9f\x81\x00\x01\x05"),
        *(
            (bytes([tag]) + b"\x04\x02\x81\x01\x05", bytes([tag]) + b"\x03\x02\x01\x05")
            for tag in (0x31, 0x60, 0xA0, 0xE0)
        ),
        *((bytes([tag]) + b"\x04\x02\x81\x01\x05",) * 2 for tag in (0x40, 0x82, 0xC0, 0x5E)),
        (b"\x01\x01\x01", b"\x01\x01\xff"),
        (b"\x01\x01\xff", b"\x01\x01\xff"),
        (b"\x01\x01\x00", b"\x01\x01\x00"),
        (b"\x01\x00", b"\x01\x00"),
        (b"\x02\x01\x01", b"\x02\x01\x01"),
        (b"\x00\x00", b"\x00\x00"),
    ],
)
def test_elements_become_der(data: bytes, der: bytes) -> None:
    assert der_of(data) == der


def test_the_types_of_a_certificate_have_their_numbers_and_encodings() -> None:
    """ITU-T X.680, table 1, and the numbers of the fields of a certificate."""
    assert (BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OID, ENUMERATED) == (1, 2, 3, 4, 6, 10)
    assert (SEQUENCE, SET) == (32 + 16, 32 + 17)
    assert STRING_ENCODINGS == {
        12: "utf-8", 18: "ascii", 19: "ascii", 20: "latin-1", 22: "ascii", 26: "ascii", 28: "utf-32-be",
        30: "utf-16-be",
    }  # fmt: skip
    assert NUMERIC_STRING == 18
    assert (EXPLICIT_0, EXPLICIT_1, EXPLICIT_2, EXPLICIT_3) == (160, 161, 162, 163)
