"""Elements of BER and DER, read with patience: long lengths, lengths that are not given, tags of several bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

SEQUENCE, SET, INTEGER, BIT_STRING, OCTET_STRING, OID, BOOLEAN, ENUMERATED = (
    0x30, 0x31, 0x02, 0x03, 0x04, 0x06, 0x01, 0x0A,
)  # fmt: skip
EXPLICIT_0, EXPLICIT_1, EXPLICIT_2, EXPLICIT_3 = 0xA0, 0xA1, 0xA2, 0xA3
STRING_ENCODINGS = {
    0x0C: "utf-8",
    0x12: "ascii",
    0x13: "ascii",
    # TeletexString is read as Latin-1, as OpenSSL reads it and as real certificates write it.
    0x14: "latin-1",
    0x16: "ascii",
    0x1A: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}
"""The tags of string types with the encoding of each."""
NUMERIC_STRING = 0x12
_DEEPEST = 40
_LARGEST = 1 << 30
_CONSTRUCTED = 0x20
_TAKEN_APART = (0b001, 0b011, 0b101, 0b111)
"""The first three bits of the tags of one octet whose content is a row of elements, one of each class."""


class Tlv(NamedTuple):
    """One element: its tag, its content without a mark of its end, and the whole encoding."""

    tag: int
    content: bytes
    whole: bytes


class BadEncodingError(ValueError):
    """The octets are not an element: `str` says why, in words that follow "it"."""


def tlv_at(data: bytes, position: int = 0, depth: int = 0) -> tuple[Tlv, int]:
    """The element at `position`, and where it ends.

    Raises:
        BadEncodingError: there is no whole element.
    """
    tag, start = _tag(data, position)
    if start >= len(data):
        raise BadEncodingError("is cut short")
    length = data[start]
    start += 1
    if length == 0x80:
        content, end = _open_ended(data, start, tag, depth)
        return Tlv(tag, content, data[position:end]), end
    if length & 0x80:
        size = length & 0x7F
        if start + size > len(data):
            raise BadEncodingError("is cut short")
        length = int.from_bytes(data[start : start + size], "big")
        start += size
        if length > _LARGEST:
            raise BadEncodingError("has a length of more than a gigabyte")
    if start + length > len(data):
        wanted, there = start + length - position, len(data) - position
        raise BadEncodingError(f"is cut short: it should have {wanted} bytes, and has {there}")
    return Tlv(tag, data[start : start + length], data[position : start + length]), start + length


def header_length(data: bytes) -> int:
    """How many octets the tag and the length of the element have with which `data` begins, which may be cut.

    Raises:
        BadEncodingError: there is none.
    """
    _, start = _tag(data, 0)
    if start >= len(data):
        raise BadEncodingError("is cut short")
    return start + 1 + (data[start] & 0x7F if data[start] & 0x80 else 0)


def tlvs(data: bytes) -> Iterator[Tlv]:
    """The elements of `data`, in order."""
    position = 0
    while position < len(data):
        found, position = tlv_at(data, position)
        yield found


def children(element: Tlv, *tags: int) -> list[Tlv]:
    """The elements in `element`, whose tag must be one of `tags` if these are given.

    Raises:
        BadEncodingError: the tag is another, or the content is not a row of elements.
    """
    if tags and element.tag not in tags:
        raise BadEncodingError("has an element of the wrong type")
    return list(tlvs(element.content))


def only(data: bytes, *tags: int) -> Tlv:
    """The one element that `data` consists of, with one of `tags`."""
    found, end = tlv_at(data)
    if end != len(data):
        raise BadEncodingError("is followed by other octets")
    if tags and found.tag not in tags:
        raise BadEncodingError("has an element of the wrong type")
    return found


def dotted(content: bytes) -> str:
    """An object identifier in dotted form, from the content of its element."""
    if not content or content[-1] & 0x80:
        raise BadEncodingError("has an object identifier that is cut short")
    numbers, value = [], 0
    for octet in content:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def der_of(data: bytes, depth: int = 0) -> bytes:
    """The elements of `data` with the shortest lengths, and TRUE as DER writes it."""
    return b"".join(_shortest(element, depth) for element in tlvs(data))


def encoded(tag: int, content: bytes) -> bytes:
    """One element in DER, with a tag of one octet."""
    return bytes([tag]) + _length(len(content)) + content


def _shortest(element: Tlv, depth: int) -> bytes:
    content = element.content
    if depth > _DEEPEST:
        raise BadEncodingError("is nested too deep")
    if element.tag >> 5 in _TAKEN_APART:
        content = der_of(content, depth + 1)
    if element.tag == BOOLEAN and content and content != b"\0":
        content = b"\xff"
    _, start = _tag(element.whole, 0)
    return element.whole[:start] + _length(len(content)) + content


def _length(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(size)]) + size


def _tag(data: bytes, position: int) -> tuple[int, int]:
    if position >= len(data):
        raise BadEncodingError("is cut short")
    tag = data[position]
    position += 1
    if tag & 0x1F == 0x1F:
        for _ in range(4):
            if position >= len(data):
                raise BadEncodingError("is cut short")
            tag = tag << 8 | data[position]
            position += 1
            if not tag & 0x80:
                return tag, position
        raise BadEncodingError("has a tag of more than five octets")
    return tag, position


def _open_ended(data: bytes, start: int, tag: int, depth: int) -> tuple[bytes, int]:
    """The content of an element without a length, which ends with two octets of zero."""
    if not tag & _CONSTRUCTED or depth > _DEEPEST:
        raise BadEncodingError("has a length of a kind that is not allowed")
    position = start
    while data[position : position + 2] != b"\0\0":
        _, position = tlv_at(data, position, depth + 1)
    return data[start:position], position + 2
