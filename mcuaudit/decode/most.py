"""How much of a file may be wrong before nothing of it is used: a million keys need no hint each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mcuaudit.decode.records import Problem
from mcuaudit.errors import Undecodable

MOST_WRONG: Final = 1000
"""A file with more values that cannot be used is refused as a whole."""
MOST_COLUMNS: Final = 1000
"""A table with more named columns is refused as a whole."""


def refuse_too_many(problems: Sequence[Problem]) -> None:
    """Refuse a file in which hardly anything can be used.

    Raises:
        Undecodable: more than `MOST_WRONG` of its values have a problem.
    """
    if len(problems) > MOST_WRONG:
        first = problems[0]
        raise Undecodable(
            f"more than {MOST_WRONG:,} values cannot be used, so nothing of the file is. Correct or replace it; the "
            f"first one is at {first.where[:200]}: {first.reason[:500]}"
        )
