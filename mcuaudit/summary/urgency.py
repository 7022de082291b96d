"""Devices and sites by urgency, and the first connection that will stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit
from mcuaudit.triage.counting import connection_words
from mcuaudit.wording.phrases import CONNECTION_WORDS, REFUSED, UNDETERMINED, UNVERIFIED


def urgency(audit: Audit, by: str) -> pd.DataFrame:
    """One row per value of the column `by` (device_id or site), most urgent first.

    Columns: locked_out, one per word, first_expiry. The order is by lock-outs, refused connections, first expiry, and
    undetermined connections.
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
    """The earliest end of local certificates and of accepted connections, per value of `by`."""
    ends = audit.devices[[by, "local_certificate"]].merge(
        audit.certificates[["certificate", "not_after"]], left_on="local_certificate", right_on="certificate"
    )
    passing = audit.connections[audit.connections["outcome"].eq(Outcome.PASS)]
    moments = pd.concat([ends.set_index(by)["not_after"], passing.set_index(by)["fails_on"]]).dropna()
    first: pd.Series = moments.groupby(level=0).min()
    return first


@dataclass(frozen=True, slots=True)
class Stop:
    """The first accepted connections that will fail: when, one of them, why, and how many others at that time."""

    moment: datetime
    connection: pd.Series
    expired_certificate: str
    """``local``, ``peer`` or ``authority``: the certificate that expires."""
    others: int


def first_stop(audit: Audit) -> Stop | None:
    """The first accepted connections that will fail; None if no end is known."""
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
    # The moment is the first instant after the end. In Python's own times, as a certificate may end in the year 9999.
    return end is not None and abs(end.to_pydatetime() - moment.to_pydatetime()) <= timedelta(seconds=1)


def ends_of_certificates(audit: Audit) -> dict[str, datetime]:
    """The last instant of each certificate, by SHA-256."""
    records = audit.certificates
    return {key: end.to_pydatetime() for key, end in zip(records["certificate"], records["not_after"], strict=True)}


def ends_with_paths(audit: Audit) -> dict[str, datetime]:
    """The last instant at which each certificate is accepted by all that accept it now.

    A CA on one of its valid paths may end before it, and what needs that path stops then.
    """
    found = ends_of_certificates(audit)
    valid = audit.paths[audit.paths["trust"].eq(Outcome.PASS)].dropna(subset=["valid_until"])
    for key, until in valid.groupby("certificate")["valid_until"].min().items():
        last = until.to_pydatetime()
        found[str(key)] = min(found.get(str(key), last), last)
    return found


def is_quiet(audit: Audit) -> bool:
    """Whether nothing is refused or undetermined, findings too, no login is or may be impossible, and no error or
    warning stands."""
    words = connection_words(audit.connections)
    logins = audit.administration["outcome"].isin([Outcome.FAIL, Outcome.OPEN])
    standing = audit.findings[audit.findings["status"].eq("active")]
    of_weight = standing["severity"].isin(["error", "warning"]) | standing["outcome"].eq(Outcome.OPEN.value)
    return not (words.isin([REFUSED, UNDETERMINED]).any() or logins.any() or of_weight.any())
