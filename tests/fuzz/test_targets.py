"""No target raises what is not documented: for good inputs, for those that once did, and for some made from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from tests.fuzz.mutations import mutated
from tests.fuzz.targets import TARGETS, seeds
from tests.sampling import so_many

# What made a reader raise an undocumented error, or take minutes, before it was mended.
FAILED_ONCE: Final[dict[str, tuple[str, bytes]]] = {
    "a cell that is longer than the limit of csv": ("secrets", b"d" * 140_000),
    "the same in the header of a table": ("settings_csv", b"d" * 140_000 + b"\n1\n"),
    "a line of dashes": ("bundle", b"-" * 30_000),
    "a key of very many parts": ("settings_toml", b".".join([b"a"] * 20_000) + b" = 1\n"),
}
_NUMBER = {"saved_audit": so_many(12, whole=40), "names": so_many(60, whole=200)}


@pytest.mark.parametrize("name", TARGETS)
def test_a_good_input_is_read(name: str) -> None:
    for data in seeds()[name]:
        TARGETS[name](data)


@pytest.mark.parametrize(("name", "data"), FAILED_ONCE.values(), ids=FAILED_ONCE)
def test_what_once_failed(name: str, data: bytes) -> None:
    TARGETS[name](data)


@pytest.mark.parametrize("name", TARGETS)
def test_a_made_input_is_read_or_refused(name: str, score: Callable[[str], None]) -> None:
    number = _NUMBER.get(name, so_many(150, whole=500))
    for data in mutated(seeds()[name], number, seed=1):
        TARGETS[name](data)
    score(f"fuzz target {name}: {number} made inputs, 0 undocumented errors")


def test_inputs_are_those_of_the_seed() -> None:
    first, again, other = (list(mutated((b"a = 1\n",), 20, seed)) for seed in (1, 1, 2))
    assert first == again != other
