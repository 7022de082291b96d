"""The refusal of a list that a person filled in: nothing of it is used, and its first problems are named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mcuaudit.errors import UsageError

_MOST_NAMED: Final = 20


def refused_list(head: str, problems: Sequence[str]) -> UsageError:
    """The error with a line for each problem, up to a number of them, and how many more there are."""
    more = [f"and {len(problems) - _MOST_NAMED} more"] if len(problems) > _MOST_NAMED else []
    return UsageError("\n  ".join([head, *problems[:_MOST_NAMED], *more]))
