"""What a page counts: connections by word, devices and sites by urgency, and what stops first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.wording.phrases import ACCEPTED, CONNECTION_WORDS, NOT_APPLICABLE, REFUSED, UNDETERMINED, UNVERIFIED

_WORDS: Final = pd.CategoricalDtype(list(CONNECTION_WORDS), ordered=True)


def connection_words(connections: pd.DataFrame) -> pd.Series:
    """What a page calls each connection: refused, undetermined, unverified, accepted or not applicable.

    Only a connection in which both sides verify the other is called accepted without a further word.
    """
    outcome = connections["outcome"].astype(str)
    verified = connections["authenticated"].astype(str).eq("both")
    words = outcome.map({Outcome.FAIL: REFUSED, Outcome.OPEN: UNDETERMINED, Outcome.NOT_APPLICABLE: NOT_APPLICABLE})
    return words.fillna(verified.map({True: ACCEPTED, False: UNVERIFIED})).astype(_WORDS)


@dataclass(frozen=True, slots=True)
class Counts:
    """Connections by word; the first four add up to `possible`, all connections that can exist."""

    refused: int
    unverified: int
    undetermined: int
    accepted: int
    not_applicable: int
    locked_out: int
    """Devices that nobody can administer."""
    maybe_locked_out: int
    """Devices of which the evidence does not say whether somebody can."""

    @property
    def possible(self) -> int:
        """Connections that can exist."""
        return self.refused + self.unverified + self.undetermined + self.accepted


def count(connections: pd.DataFrame, administration: pd.DataFrame) -> Counts:
    """The counts over some rows of the two frames."""
    words = connection_words(connections).value_counts()
    login = administration["outcome"].astype(str)
    return Counts(
        refused=int(words[REFUSED]),
        unverified=int(words[UNVERIFIED]),
        undetermined=int(words[UNDETERMINED]),
        accepted=int(words[ACCEPTED]),
        not_applicable=int(words[NOT_APPLICABLE]),
        locked_out=int(login.eq(Outcome.FAIL).sum()),
        maybe_locked_out=int(login.eq(Outcome.OPEN).sum()),
    )
