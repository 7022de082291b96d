"""An attribute that is a frame, or is made into one when it is first read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd


class DeferredFrame:
    """The descriptor of a field of a frozen dataclass: it takes a frame, or a function that makes it.

    The frame is made once. Until then it costs nothing, as with the hundreds of thousands of evaluations of a fleet
    that is audited again and again, where only those that are fail or open are looked at.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self._name, self._kept = name, f"_{name}"

    def __get__(self, holder: Any, owner: type | None = None) -> pd.DataFrame:
        if holder is None:
            # So that the dataclass sees a field without a default.
            raise AttributeError(self._name)
        found: pd.DataFrame | Callable[[], pd.DataFrame] = holder.__dict__[self._kept]
        if not isinstance(found, pd.DataFrame):
            found = holder.__dict__[self._kept] = found()
        return found

    def __set__(self, holder: Any, value: pd.DataFrame | Callable[[], pd.DataFrame]) -> None:
        holder.__dict__[self._kept] = value
