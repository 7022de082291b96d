"""Waiting on what happens, not on a clock: a busy machine is slow, and slowness is no failure."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

GENEROUS: Final = 900
"""Seconds after which a test gives up on what never comes. No test is meant to be near it."""


def wait_for(condition: Callable[[], object], what: str, *, while_true: Callable[[], object] = lambda: True) -> None:
    """Wait until `condition` holds.

    Args:
        condition: asked again and again.
        what: named where it does not come.
        while_true: a process runs, for example; where this ends first, the test fails at once.

    Raises:
        AssertionError: it did not come.
    """
    end = time.monotonic() + GENEROUS
    while not condition():
        assert while_true() or condition(), f"{what}: what it comes from has ended"
        assert time.monotonic() < end, f"{what} did not come within {GENEROUS} seconds"
        time.sleep(0.05)
