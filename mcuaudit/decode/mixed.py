"""A file with PEM and DER in it: where the elements of DER are, and the text around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mcuaudit.decode.contents import REFUSED, Member, der_name, members
from mcuaudit.decode.tlv import SEQUENCE, BadEncodingError, Tlv, tlv_at

_ELEMENT = re.compile(rb"\x30[\x80-\x83]")
_BEGIN = re.compile(rb"-{3,5} *BEGIN", re.IGNORECASE)
"""A dash before five of them may be the last octet of DER."""
_NOT_OF_TEXT = re.compile(r"[\x01-\x06\x10-\x19\x1c-\x1f]")
_ZEROS = re.compile(rb"\0{128,}")
"""More than text in any encoding has, and fewer than a certificate."""
_MOST = 1000
"""The most places that look like the beginning of an element and are none."""
NEITHER = (
    "there are bytes here that are neither text nor a complete certificate in DER; export the certificates again, and "
    "save the whole file as PEM"
)


class Part(NamedTuple):
    """One part of a file: the members of an element of DER, or, if there are none, text up to `end`."""

    start: int
    end: int
    members: tuple[Member, ...] = ()


def parts(data: bytes) -> list[Part]:
    """The parts of a file in order; a file without an element of DER beside PEM is one part."""
    found: list[Part] = []
    after = 0
    if _BEGIN.search(data):
        for part in _elements(data):
            if part.start > after:
                found.append(Part(after, part.start))
            found.append(part)
            after = part.end
    return [*found, Part(after, len(data))] if after < len(data) or not found else found


def _elements(data: bytes) -> Iterator[Part]:
    """The elements of DER between the marks of PEM; after too many places that are none, the rest is refused."""
    position = tried = first = begin = 0
    while start := _ELEMENT.search(data, position):
        at = start.start()
        if tried == _MOST:
            yield Part(at, len(data), (Member(REFUSED, b"", NEITHER),))
            return
        if at >= begin:
            found = _BEGIN.search(data, at)
            first, begin = at, found.start() if found else len(data)
            segment = data[first:begin]
        try:
            element, end = tlv_at(segment, at - first)
            known = _known(element)
        except BadEncodingError:
            known, end = (), 0
        if known:
            yield Part(at, first + end, known)
        tried += not known
        position = first + end if known else start.end()


def _known(element: Tlv) -> tuple[Member, ...]:
    """What an element holds; nothing if it is not known to be anything."""
    found = tuple(members(element.whole)) if element.tag == SEQUENCE else ()
    return found if der_name(element) or any(member.kind != REFUSED for member in found) else ()


def text_of(data: bytes, part: Part) -> bytes:
    """The text of a part, below as many lines and blanks as are before it in the file."""
    before = data[: part.start]
    # A CR that ends the octets before is one line break with an LF that begins the text.
    shared = before.endswith(b"\r") and data.startswith(b"\n", part.start)
    lines = before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n") - shared
    last = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
    return b"\n" * lines + b" " * (part.start - last) + data[part.start : part.end]


def lost_octets(data: bytes, part: Part) -> tuple[str, str] | None:
    """The line and the problem of a page of zero bytes beside the text of a part; None without one."""
    found = _ZEROS.search(data, part.start, part.end) if data.strip(b"\0") else None
    if found is None:
        return None
    before = data[: found.start()]
    line = before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n") + 1
    return f"line {line}", f"{len(found[0])} zero bytes; part of the file was lost; export the file again"


def place_of_octets(text: str) -> int | None:
    """The first character of a text that no text has; None without one."""
    found = _NOT_OF_TEXT.search(text)
    return found.start() if found else None
