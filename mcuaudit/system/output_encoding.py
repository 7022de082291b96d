"""Output that a terminal or pipe can always encode: what it cannot is written in ASCII, never an error."""

from __future__ import annotations

import codecs
import sys
from typing import Final

_HANDLER: Final = "mcuaudit.ascii"
_IN_ASCII: Final = {
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("‘’‚‹›", "'"),
    **dict.fromkeys("–—‑−─━", "-"),
    **dict.fromkeys("│┃", "|"),
    "…": "...",
    "•": "*",
    "·": "*",
    "→": "->",
    "×": "x",
    "≤": "<=",
    "≥": ">=",
    "\u00a0": " ",
    "\u202f": " ",
}
"""Typography; letters are written by their numbers, because a name without its accents is another name."""


def make_output_encodable() -> None:
    """From here on, standard output and standard error write whatever they are given."""
    codecs.register_error(_HANDLER, _in_ascii)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_HANDLER)


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(_IN_ASCII.get(character) or _by_number(character) for character in lost), error.end


def _by_number(character: str) -> str:
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:
        # A byte of a file name that is not UTF-8.
        number -= 0xDC00
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
