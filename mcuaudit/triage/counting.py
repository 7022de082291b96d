"""The counts of a page: connections by word, and devices that are locked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.wording.phrases import ACCEPTED, CONNECTION_WORDS, NOT_APPLICABLE, REFUSED, UNDETERMINED, UNVERIFIED

_WORDS: Final = pd.CategoricalDtype(list(CONNECTION_WORDS), ordered=True)


def connection_words(connections: pd.DataFrame) -> pd.Series:
    """The word for each connection on a page: refused, undetermined, unverified, accepted or not applicable.

    A connection is called accepted only if each side verifies the other's certificate.
    """
    outcome = connections["outcome"].astype(str)
    verified = connections["authenticated"].astype(str).eq("both")
    words = outcome.map({Outcome.FAIL: REFUSED, Outcome.OPEN: UNDETERMINED, Outcome.NOT_APPLICABLE: NOT_APPLICABLE})
    return words.fillna(verified.map({True: ACCEPTED, False: UNVERIFIED})).astype(_WORDS)


@dataclass(frozen=True, slots=True)
class Counts:
    """Connections by word; the first four add up to `possible`, the number of possible connections."""

    refused: int
    unverified: int
    undetermined: int
    accepted: int
    not_applicable: int
    locked_out: int
    """Devices that no administrator can log in to."""
    maybe_locked_out: int
    """Devices for which that is undetermined."""

    @property
    def possible(self) -> int:
        """Connections that the services and settings do not rule out."""
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
