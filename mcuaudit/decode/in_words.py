"""Certificates in words, as `openssl x509 -text`, certtool, keytool and Windows print them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_SERIAL: Final = re.compile(
    r"(?:^|(?<=[\n\v]))[>|# ]{0,60}(?:certificate )?"
    r"serial ?number(?: ?\(hex\))?\W{0,40}[:=][ \n\v>|#]{0,80}(?:\(negative\))?([^\n\v]{1,200})",
    re.IGNORECASE,
)
_VALIDITY: Final = re.compile(r"not ?(?:before|after)|valid(?:ity|[ -](?:from|until))", re.IGNORECASE)
_FAR: Final = 2000
"""The most characters between a serial number and the dates of the certificate."""


def unread_in_words(text: str, serials: frozenset[int]) -> Iterator[int]:
    """The position of each serial number of a certificate in words that is not among `serials`."""
    found = list(_SERIAL.finditer(text))
    ends = [*(one.start() for one in found), len(text)][1:]
    for one, end in zip(found, ends, strict=True):
        known = any(number in serials or -number in serials for number in _numbers(one[1]))
        if not known and _VALIDITY.search(text, one.end(), min(end, one.end() + _FAR)):
            yield one.start()


def _numbers(words: str) -> set[int]:
    """The numbers that a serial number may be, in decimal and in hexadecimal digits."""
    found = set()
    for word in re.findall(r"(?:0x)?([0-9A-Fa-f]{2}(?:[: ]?[0-9A-Fa-f]{2})+(?![0-9A-Fa-f])|[0-9A-Fa-f]+)", words):
        digits = re.sub("[: ]", "", word)
        found.add(int(digits, 16))
        if digits.isdecimal():
            found.add(int(digits))
    return found
