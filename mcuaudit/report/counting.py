"""What a page counts: connections by word, devices and sites by urgency, and what stops first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pandas as pd

from mcuaudit.frames.containers import Audit
from mcuaudit.model import Outcome
from mcuaudit.report.words import (
    ACCEPTED,
    CONNECTION_WORDS,
    NOT_APPLICABLE,
    REFUSED,
    UNDETERMINED,
    UNVERIFIED,
)

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


def urgency(audit: Audit, by: str) -> pd.DataFrame:
    """One row per value of the column `by` (device_id or site), most urgent first.

    Columns: locked_out, one per word, first_expiry. Lock-outs come first, then refused connections, then
    what expires first, then undetermined ones.
    """
    keys = sorted(audit.devices[by].unique())
    words = connection_words(audit.connections)
    table = pd.crosstab(audit.connections[by], words, dropna=False).reindex(
        index=keys, columns=list(CONNECTION_WORDS), fill_value=0
    )
    locked = audit.administration[audit.administration["outcome"].eq(Outcome.FAIL)]
    table["locked_out"] = locked.groupby(by).size().reindex(keys, fill_value=0)
    table["first_expiry"] = first_expiry(audit, by).reindex(keys)
    table.columns.name, table.index.name = None, by
    order = ["locked_out", REFUSED, "first_expiry", UNDETERMINED, UNVERIFIED]
    return table.sort_values(order, ascending=[False, False, True, False, False], na_position="last", kind="stable")


def first_expiry(audit: Audit, by: str) -> pd.Series:
    """The earliest end among local certificates and the connections that pass, per value of `by`."""
    ends = audit.devices[[by, "local_certificate"]].merge(
        audit.certificates[["certificate", "not_after"]], left_on="local_certificate", right_on="certificate"
    )
    passing = audit.connections[audit.connections["outcome"].eq(Outcome.PASS)]
    moments = pd.concat([ends.set_index(by)["not_after"], passing.set_index(by)["fails_on"]]).dropna()
    first: pd.Series = moments.groupby(level=0).min()
    return first


@dataclass(frozen=True, slots=True)
class Stop:
    """The first connections that stop being accepted: when, one of them, why, how many others with it."""

    moment: datetime
    connection: pd.Series
    expired_certificate: str
    """``local``, ``peer`` or ``authority``: whose end it is."""
    others: int


def first_stop(audit: Audit) -> Stop | None:
    """What stops first of the connections that pass now, or None if nothing does."""
    passing = audit.connections[audit.connections["outcome"].eq(Outcome.PASS)].dropna(subset=["fails_on"])
    if passing.empty:
        return None
    moment = passing["fails_on"].min()
    at_once = passing[passing["fails_on"].eq(moment)].sort_values("connection_id")
    connection = at_once.iloc[0]
    ends = dict(zip(audit.certificates["certificate"], audit.certificates["not_after"], strict=True))
    near = [whose for whose in ("local", "peer") if _ends_at(ends.get(connection[f"{whose}_certificate"]), moment)]
    return Stop(moment.to_pydatetime(), connection, near[0] if near else "authority", len(at_once) - 1)


def _ends_at(end: pd.Timestamp | None, moment: pd.Timestamp) -> bool:
    # Such a moment is the first instant after the end. Python's own times: a certificate may end in the year 9999.
    return end is not None and abs(end.to_pydatetime() - moment.to_pydatetime()) <= timedelta(seconds=1)
