"""Words that views put together for the messages of rules: a few of many names, a certificate by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_MOST_NAMES: Final = 3
_LONGEST_NAME: Final = 200


def some_of(names: Iterable[str], most: int = _MOST_NAMES) -> str:
    """The first of the names in alphabetical order, each once, and how many more there are.

    Distinguished names hold commas, so semicolons part them.
    """
    found = sorted(set(names))
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ("; " if any("," in name for name in found[:most]) else ", ").join(found[:most]) + more


def some_by(keys: Iterable[str], pairs: Iterable[tuple[str | None, str | None]]) -> list[str | None]:
    """For each key the values of the pairs that have it, in words; None if there are none."""
    names: dict[str, list[str]] = {}
    for key, name in pairs:
        if key is not None and name is not None:
            names.setdefault(key, []).append(name)
    words = {key: some_of(found) for key, found in names.items()}
    return [words.get(key) for key in keys]


def certificate_in_words(subject: str, sha256: str) -> str:
    """A certificate as sentences name it: the subject in one line of bounded length, else the first digits."""
    line = re.sub(r"[ \t\n\f\r]+", " ", subject).strip()
    if not line:
        return f"the certificate without a subject {sha256[:16]}"
    return line if len(line) <= _LONGEST_NAME else f"{line[:_LONGEST_NAME]}…"
