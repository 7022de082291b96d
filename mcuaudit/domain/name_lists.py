"""Several names in one cell: escaped, and separated by spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable


def escape_name(name: str) -> str:
    """`name` with backslash, space and everything but printable ASCII written as ``\\xNN`` or ``\\uNNNN``.

    Several names are written into one cell, separated by spaces. The escapes keep them apart, and make invisible and
    look-alike characters visible.
    """
    return _TO_ESCAPE.sub(_escaped, name)


_TO_ESCAPE = re.compile(r"[^!-\[\]-~]")


def _escaped(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def join_names(names: Iterable[str]) -> str:
    """Names written into one cell: escaped, separated by single spaces."""
    return " ".join(escape_name(name) for name in names)


_ESCAPED = re.compile(r"\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")


def split_names(cell: str) -> tuple[str, ...]:
    """The names that `join_names` wrote into one cell."""
    if "\\" not in cell:
        return tuple(cell.split())
    return tuple(
        _ESCAPED.sub(lambda found: chr(int(found[1] or found[2] or found[3], 16)), word) for word in cell.split()
    )
