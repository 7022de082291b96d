"""The characters of a file in whatever encoding a program left it, tidied, and the place of each in the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import Final

from mcuaudit.wording.visible import visible

# Characters without a width, as mail programs, web pages and Windows editors leave them.
_INVISIBLE: Final = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u00ad\u180e"
_BLANK: Final = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\f"
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2212"
_LONG_DASHES: Final = "\u2014\u2015"
_OTHER_BREAKS: Final = "\u2028\u2029\u0085"

BREAK: Final = "\v"
DASHES: Final = r"(?<!-)-{3,}+"
"""The dashes before a mark: all of a row, so that a file of dashes takes no longer than another one of its size."""
"""Stands for a line break that editors do not count as one: two written characters, or a separator of Unicode."""

_TIDY: Final = {
    **dict.fromkeys(_INVISIBLE, ""), **dict.fromkeys(_BLANK, " "), **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_LONG_DASHES, "--"), **dict.fromkeys(_OTHER_BREAKS, BREAK),
    "\r\n": "\n", "\r": "\n",
    # As JSON and programming languages write them; JSON may escape what base64 consists of.
    "\\r\\n": BREAK, "\\n": BREAK, "\\r": BREAK, "\\/": "/", "\\u002b": "+", "\\u002f": "/", "\\u003d": "=",
}  # fmt: skip
_CHANGED: Final = rf"\r\n|[\r{_INVISIBLE}{_BLANK}{_DASHES}{_LONG_DASHES}{_OTHER_BREAKS}]"
_UNTIDY: Final = re.compile(_CHANGED)
_UNTIDY_OR_WRITTEN: Final = re.compile(rf"{_CHANGED}|(?:\\r)?\\n|\\r|\\/|\\u00(?:2[bBfF]|3[dD])")


BASE64URL: Final = {ord("-"): "+", ord("_"): "/"}
"""What base64url has instead of two characters of base64 (RFC 4648, section 5)."""


def line_start(text: str, position: int) -> int:
    """Where the line of a position in a tidied text begins, whichever break is before it."""
    line = text.rfind("\n", 0, position) + 1
    return max(line, text.rfind(BREAK, line, position) + 1)


def lines_of(text: str) -> list[str]:
    """The lines of a tidied text, whichever breaks are between them."""
    return re.split(f"[\n{BREAK}]", text)


class Characters:
    """The tidied characters of a file.

    Attributes:
        text: the characters, with every line break as one.
        of_octets: the file is in no encoding of Unicode, so that each octet is a character.
    """

    def __init__(self, data: bytes) -> None:
        self._file, self.of_octets = _decoded(data)
        written = "\\" in self._file and "BEGIN" in self._file.upper()
        self._untidy = _UNTIDY_OR_WRITTEN if written else _UNTIDY
        self.text = self._untidy.sub(_tidied, self._file)

    def place(self, position: int) -> tuple[int, int]:
        """The line and the character in the file of a position in `text`, both counted from 1, as an editor does."""
        tidy, original = self._changes
        last = bisect_right(tidy, position) - 1
        at = original[last] + position - tidy[last]
        line = bisect_right(self._lines, at) - 1
        return line + 1, at - self._lines[line] + 1

    def line(self, position: int) -> int:
        """The number of the line of a position in `text`."""
        return self.place(position)[0]

    @cached_property
    def _changes(self) -> tuple[list[int], list[int]]:
        """Positions in `text`, and the same in the file: the start, and what follows each change."""
        tidy, original = [0], [0]
        for found in self._untidy.finditer(self._file):
            start = tidy[-1] + found.start() - original[-1]
            tidy += [start, start + len(_tidied(found))]
            original += [found.start(), found.end()]
        return tidy, original

    @cached_property
    def _lines(self) -> list[int]:
        """The position in the file at which each line begins."""
        return list(accumulate((len(line) for line in re.split(r"(?<=\n)|(?<=\r)(?!\n)", self._file)), initial=0))[:-1]


def _tidied(found: re.Match[str]) -> str:
    return _TIDY[found[0].lower()]


def _decoded(data: bytes) -> tuple[str, bool]:
    for mark, encoding in (
        (b"\xff\xfe\0\0", "utf-32"),
        (b"\0\0\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), False
    start = data[:400]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) > len(start) // 4 and min(even, odd) < max(even, odd) // 4 + 1:
        return data.decode("utf-16-be" if even > odd else "utf-16-le", "replace"), False
    try:
        return data.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        return data.decode("latin-1").replace("\u00ef\u00bb\u00bf", ""), True


def named(character: str) -> str:
    """A character as a message shows it: outside ASCII, with its code point."""
    if character.isascii() and character.isprintable():
        return f'"{character}"'
    shown = visible(character)
    return f'"{shown}"' if shown.startswith("\\") else f'"{shown}" (U+{ord(character):04X})'
