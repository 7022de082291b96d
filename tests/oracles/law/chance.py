"""Choices of a generator: mostly what is sound, so that single faults decide."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def mostly(rng: random.Random, values: Sequence[T], often: float = 0.8) -> T:
    """The first value in eight of ten cases, else another."""
    return values[0] if len(values) == 1 or rng.random() < often else rng.choice(list(values[1:]))
