"""The parts of DER that path validation needs: one element, and the elements in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

SEQUENCE = 0x30


class Element(NamedTuple):
    """One DER element: its tag, its content, and the whole encoding."""

    tag: int
    content: bytes
    whole: bytes


def elements(data: bytes) -> Iterator[Element]:
    """The DER elements in `data`, in order.

    Raises:
        ValueError: an element is truncated, or its length is not valid DER.
    """
    position = 0
    while position < len(data):
        start, end = _content(data, position)
        yield Element(data[position], data[start:end], data[position:end])
        position = end


def first_element(data: bytes) -> Element:
    """The first element of `data`.

    Raises:
        ValueError: there is none.
    """
    for element in elements(data):
        return element
    raise ValueError("no DER element")


def _content(data: bytes, position: int) -> tuple[int, int]:
    if position + 2 > len(data) or data[position] & 0x1F == 0x1F:
        raise ValueError("cut short, or a tag of several bytes")
    length, start = data[position + 1], position + 2
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4:
            raise ValueError("length of a kind that DER does not know")
        length, start = int.from_bytes(data[start : start + size], "big"), start + size
    if start + length > len(data):
        raise ValueError("cut short")
    return start, start + length
