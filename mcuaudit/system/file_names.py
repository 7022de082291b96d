"""File names for sites: a site may be called 007, null, O'Brien & Sons or ../x."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Final

_LONGEST: Final = 60
# Names that Windows keeps for devices, whatever the extension.
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def safe_name(name: str) -> str:
    """A file name without extension that is legal everywhere, and differs for names that differ.

    A name that is already safe is kept; any other one gets six digits of its digest.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    plain = re.sub(r"[^A-Za-z0-9._-]+|\.{2,}", "-", plain).strip("-._ ")[:_LONGEST]
    if plain and plain == name and not _RESERVED.fullmatch(plain):
        return plain
    if _RESERVED.fullmatch(plain):
        plain = f"site-{plain}"
    return f"{plain or 'site'}-{_digits(name)}"


def safe_names(names: Iterable[str]) -> dict[str, str]:
    """A file name for each name; also for names that differ only in case, which some file systems ignore."""
    made = {name: safe_name(name) for name in names}
    folded = Counter(name.casefold() for name in made.values())
    return {name: safe if folded[safe.casefold()] == 1 else f"{safe}-{_digits(name)}" for name, safe in made.items()}


def _digits(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
