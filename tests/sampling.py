"""What `make test` runs a part of: `make test WHOLE=1` runs all of it, as do the tests of mutants.

A test of many cases has a part where its cases are of one kind and differ in values only, or are a product:

    @pytest.mark.part(12)

and one that comes after another that says most of it is `@pytest.mark.whole`. A made input is one of `so_many`.
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Final

WHOLE: Final = os.environ.get("WHOLE_TESTS", "") not in ("", "0")
"""Whether all cases run."""


def part_of(cases: Sequence[Mapping[str, Hashable]], most: int) -> set[int]:
    """The places of cases that stand for all: each value of each argument, and `most` of them if that takes fewer.

    Arguments that change together are one. Where there is one argument only, its values are cases like each other.
    """
    columns = {tuple(case[name] for case in cases): name for name in cases[0]}
    kept: set[int] = set()
    if len(columns) > 1:
        seen: set[tuple[str, Hashable]] = set()
        for place in _spread(len(cases)):
            values = {(name, cases[place][name]) for name in columns.values()}
            # A case that shows one new value only is kept after those that show more.
            if len(values - seen) == len(columns):
                kept.add(place)
                seen |= values
        for place in _spread(len(cases)):
            values = {(name, cases[place][name]) for name in columns.values()}
            if values - seen:
                kept.add(place)
                seen |= values
    for place in _spread(len(cases)):
        if len(kept) >= most:
            break
        kept.add(place)
    return kept


def _spread(size: int) -> Iterable[int]:
    """All places, in an order in which those of each beginning are far from each other; the same each time."""
    step = next(step for step in range(max(1, round(size * 0.618)), size + 2) if _has_no_common_factor(step, size))
    return (number * step % size for number in range(size))


def _has_no_common_factor(one: int, other: int) -> bool:
    while other:
        one, other = other, one % other
    return one == 1


def so_many(here: int, *, whole: int) -> int:
    """How many made inputs a test has, here and with `WHOLE`."""
    return whole if WHOLE else here
