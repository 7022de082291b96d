"""Words that views put together for the messages of rules: a few of many names, a certificate by its name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pandas as pd

_MOST_NAMES: Final = 3
_LONGEST_NAME: Final = 200


def some_of(names: Iterable[str], most: int = _MOST_NAMES) -> str:
    """The first of the names in alphabetical order, each once, and how many more there are.

    Distinguished names hold commas, so semicolons part them.
    """
    found = sorted(set(names))
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ("; " if any("," in name for name in found[:most]) else ", ").join(found[:most]) + more


def some_by(keys: pd.Series, frame: pd.DataFrame, by: str, column: str) -> pd.Series:
    """For each key the values of `column` in the rows of `frame` that have it in `by`, in words; else missing."""
    names: dict[str, list[str]] = {}
    for key, name in zip(frame[by], frame[column], strict=True):
        if isinstance(key, str) and isinstance(name, str):
            names.setdefault(key, []).append(name)
    words = {key: some_of(found) for key, found in names.items()}
    return pd.Series([words.get(key) for key in keys], index=keys.index, dtype="str")


def certificates_in_words(certificates: pd.DataFrame) -> pd.Series:
    """Certificates as sentences name them: the subject in one line of bounded length, else the first digits."""
    line = certificates["subject"].str.replace(r"\s+", " ", regex=True).str.strip()
    line = line.where(line.str.len() <= _LONGEST_NAME, line.str[:_LONGEST_NAME] + "…")
    return line.mask(line.eq(""), "the certificate without a subject " + certificates["certificate"].str[:16])
