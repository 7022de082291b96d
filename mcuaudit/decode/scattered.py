"""A certificate that is scattered over short lines, single letters or numbers: base64, hexadecimal digits, decimals.

A short line is no more than a word. All of them together have the attributes of a name (2.5.4) or the extensions
(2.5.29) of a certificate, which no text has.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

_LEAST: Final = 2
"""A certificate has two names, each with an attribute at least."""
_BASE64: Final = re.compile(r"BgNV[BHR][A-Za-z0-9+/_-]|[GW]A1U[Eed][A-Za-z0-9]|YDVQQ[D-L]|YDVR0")
_HEXADECIMAL: Final = re.compile("06035504|0603551d")
_BASE32: Final = re.compile("AYBVK[BH]|DAGVI[E5]|MA2V[AD]|BQDKU[CO]|GANK[QR]")
_NUMBERS: Final = re.compile(r"\b0*(?:6 0*3 0*(?:85 0*(?:4|29)|125 0*(?:4|35))|110 0*11 0*1010101 0*(?:100|11101))\b")
_OVERSTRUCK: Final = re.compile(r".\x08")
_TOKEN: Final = re.compile(r"[A-Za-z0-9+/=_-]+")
_PARSED: Final = re.compile(r"^ *\d+:d= *\d+ +hl= *\d+ +l= *(?:\d+|inf) +(?:cons|prim): ", re.MULTILINE)
_SERIAL: Final = re.compile(r"prim: INTEGER +:(-?)([0-9A-Fa-f]+)")
_LEAST_PARSED: Final = 12
_WORDS: Final = re.compile(r"[A-Za-z]{2,} +[A-Za-z]{2,}|^\s*$")


def scattered_at(text: str) -> int | None:
    """Where a certificate begins that is scattered over the lines of a text; None without one."""
    if not _is_there(text):
        return None
    starts = [0, *(found.end() for found in re.finditer(r"[\n\v]", text))]
    # The last line from which on all of it is there is the one with the first evidence, or the one above.
    first = bisect_left(starts, True, key=lambda start: not _is_there(text[start:])) - 1
    while first > 0 and not _WORDS.search(text[starts[first - 1] : starts[first]].strip("\n\v")):
        first -= 1
    return starts[max(first, 0)]


def parsed_at(text: str, serials: frozenset[int]) -> int | None:
    """Where `openssl asn1parse` shows a certificate with none of these serial numbers; None without one."""
    found = list(_PARSED.finditer(text))
    if len(found) < _LEAST_PARSED:
        return None
    shown = {int(f"{sign}{digits}", 16) for sign, digits in _SERIAL.findall(text)}
    return found[0].start() if shown.isdisjoint(serials - {0, 1, 2}) else None


def _is_there(text: str) -> bool:
    return any(map(_has_evidence, _readings(text)))


def _has_evidence(text: str) -> bool:
    lower = text.lower()
    return any(
        len(pattern.findall(lower if pattern is _HEXADECIMAL else text)) >= _LEAST
        for pattern in (_BASE64, _HEXADECIMAL, _NUMBERS, _BASE32)
    )


def _readings(text: str) -> Iterator[str]:
    """The text without blanks; its words; and of each line the last, the first, or all but the first."""
    plain = _OVERSTRUCK.sub("", text) if "\b" in text else text
    yield re.sub(r"\s", "", plain)
    lines = [found for line in re.split(r"[\n\v]", plain) if (found := _TOKEN.findall(line))]
    yield " ".join(re.sub("^0x", "", word) for line in lines for word in line)
    yield "".join(re.sub(r"^(?:0x|\\x)", "", word) for line in lines for word in line)
    for part in ([line[-1:] for line in lines], [line[:1] for line in lines], [line[1:] for line in lines]):
        words = [word for line in part for word in line]
        yield "".join(words)
        yield " ".join(words)
