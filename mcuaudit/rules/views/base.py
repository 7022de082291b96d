"""What a view is, and the register of all views: each is made when the first rule asks for it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from mcuaudit.frames.containers import Fleet
from mcuaudit.policy.schema import Policy
from mcuaudit.predict.prediction import Prediction


class Views:
    """Makes each view once.

    Attributes:
        fleet: what was read.
        prediction: what was predicted.
        policy: the policy in force.
        public: see `mcuaudit.rules.views.authorities`; None until it is asked for.
    """

    def __init__(self, fleet: Fleet, prediction: Prediction, policy: Policy | None = None) -> None:
        self.fleet = fleet
        self.prediction = prediction
        self.policy = policy or fleet.policy
        self.public: frozenset[str] | None = None
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            self._made[name] = _MAKERS[name](self)
        return self._made[name]


Maker = Callable[[Views], pd.DataFrame]
_MAKERS: dict[str, Maker] = {}


def view(maker: Maker) -> Maker:
    """Register the decorated function as the maker of the view of its name."""
    _MAKERS[maker.__name__] = maker
    return maker


def with_judged(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """`frame` with the column `judged`: the subject of each row in words, of these columns."""
    frame = frame.reset_index(drop=True)
    subject = frame[columns[0]].astype("str")
    for column in columns[1:]:
        subject = subject + " " + frame[column].astype("str").fillna("")
    frame["judged"] = subject
    return frame
