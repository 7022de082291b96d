"""How much of a file may be wrong before nothing of it is used: a million keys need no hint each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Self

from mcuaudit.decode.records import Problem
from mcuaudit.errors import Undecodable

MOST_WRONG: Final = 1000
"""A file with more values that cannot be used is refused as a whole."""
MOST_COLUMNS: Final = 1000
"""A table with more named columns is refused as a whole."""


class WrongValues(list[Problem]):
    """The problems of a file of values while it is read.

    To add one more than `MOST_WRONG` raises Undecodable: hardly anything of the file can be used.
    """

    def append(self, problem: Problem) -> None:
        """Add one."""
        self.extend((problem,))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add some."""
        super().extend(problems)
        if len(self) > MOST_WRONG:
            first = self[0]
            raise Undecodable(
                f"more than {MOST_WRONG:,} values cannot be used, so nothing of the file is. Correct or replace it; "
                f"the first one is at {first.where[:200]}: {first.reason[:500]}"
            )

    def __iadd__(self, problems: Iterable[Problem]) -> Self:  # type: ignore[override,misc]
        self.extend(problems)
        return self
