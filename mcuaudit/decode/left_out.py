"""What a file holds and does not mean: blocks that are commented out, and lines that a difference (diff) removes."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from typing import Final

from mcuaudit.decode.characters import BREAK, line_start

_SIGN: Final = re.compile(r" *(#+|;+|//+|!+|~~+|--(?!-)|REM\b)", re.IGNORECASE)
_OPENING: Final = {"<!--": "-->", "/*": "*/"}
_FAR: Final = 200
"""The most blanks before the mark of a comment that begins its line."""

_BASE64: Final = r"[A-Za-z0-9+/]{20,}={0,2} *$"
_MARK: Final = r"-{3,} ?(?:BEGIN|END) "
_CERTIFICATE: Final = r"MI[A-P][A-Za-z0-9+/]{20,}"
_DIRECTIONS: Final = tuple(
    (re.compile(removed, re.MULTILINE), re.compile(beside, re.MULTILINE))
    for removed, beside in (
        # With the header of a part, as of `diff -u`, `diff` and `diff -c`.
        (r"^-(?!-- )", r"^ *@@+ -\d.*@@"),
        (r"^ *< ", r"^ *\d+(?:,\d+)?[cd]\d+(?:,\d+)? *$"),
        (r"^ *[-!] ", r"^ *\*{3} \d+(?:,\d+)? \*{4} *$"),
        # Without it: lines in both directions, or lines that are removed beside lines that are not.
        (rf"^ *- ?{_BASE64}", rf"^ *\+ ?(?:{_BASE64}|{_MARK})"),
        (rf"^ *< ?(?:{_BASE64}|{_MARK})", rf"^ *> ?(?:{_BASE64}|{_MARK})"),
        (rf"^ *[-<] ?{_CERTIFICATE}", rf"^ *{_CERTIFICATE}"),
        # A file that is removed whole.
        (rf"^-{_CERTIFICATE}", r"^-{6} ?BEGIN "),
    )
)

DIFFERENCE: Final = (
    "the file is a difference (diff) that removes lines, so it is not known which certificates are meant. Put the file "
    "itself here, as it is on the device"
)

QUOTED: Final = (
    "the file is a mail that quotes another one, and both hold certificates, so it is not known which are meant. Put "
    "the certificates here that the device has, without the mail"
)
_BEGIN: Final = re.compile(r"^([ >|\t]*)-{3,} ?BEGIN ", re.MULTILINE)


class Comments:
    """The comments of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._spans = sorted(_spans(text))

    def sign(self, position: int) -> str:
        """The sign with which the text at `position` is commented out, as ``#`` or ``<!--``; "" if it is not."""
        number = bisect(self._spans, (position,))
        for start, end, opening in self._spans[max(number - 2, 0) : number]:
            if start <= position < end:
                return opening
        found = _SIGN.match(self._text, line_start(self._text, position), position)
        return found[1] if found else ""


def _spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each comment of more than a line begins and ends; one of a web page without an end reaches to the last."""
    for opening, closing in _OPENING.items():
        at = text.find(opening)
        while at >= 0:
            end = text.find(closing, at)
            begins = opening == "<!--" or not text[max(at - _FAR, 0) : at].rpartition("\n")[2].strip()
            if end < 0 and opening != "<!--":
                break
            end = end if end >= 0 else len(text)
            if begins:
                yield at, end, opening
            at = text.find(opening, end if begins else at + 1)


def why_commented(sign: str) -> str:
    """Why a certificate that is commented out is not read."""
    return (
        f'a block that is commented out with "{sign}", so it is not known whether it is meant. Remove the block, or '
        f'the "{sign}" if the certificate is on the device'
    )


def removed_at(text: str) -> int | None:
    """Where a difference removes its first line; None for another file, or one that only adds lines."""
    text = text.replace(BREAK, "\n")
    for removed, beside in _DIRECTIONS:
        header = beside.search(text)
        found = removed.search(text, header.end() if header and "@@" in header[0] else 0) if header else None
        if found:
            return found.start()
    return None


def quoted_at(text: str) -> int | None:
    """Where a mail quotes the first block, if blocks are quoted at several depths, or some not at all; else None."""
    depths = [(found.start(), found[1].count(">")) for found in _BEGIN.finditer(text.replace(BREAK, "\n"))]
    least = min((depth for _, depth in depths), default=0)
    return next((start for start, depth in depths if depth > least), None)
