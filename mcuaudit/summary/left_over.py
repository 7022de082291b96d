"""Refused connections and lock-outs that no job of the work list ends: why, what is needed, and whose that is."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import parse_remedy
from mcuaudit.frames.containers import Audit
from mcuaudit.wording.needed import needed_of
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed, said
from mcuaudit.wording.responsible import teams_of

NOT_KEPT: Final = "why is not known, as the remedies were not kept with the audit"
NO_REMEDY: Final = "no remedy is known"
NOT_ON_THE_LIST: Final = "its remedy is not among the jobs of this list"
BREAKS: Final = "its remedy breaks other connections or logins"
NOT_ALONE: Final = "no remedy that was tried restores it"
NOT_KNOWN: Final = "a remedy for that; none is known"
Row = Mapping[Hashable, Any]


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Refused connections that no job restores, and devices whose administrators it does not let in, for one reason.

    Attributes:
        connections: each in words, by connection_id: ``leeds/mcu-1: Outgoing SIP call to vcs``.
        locked_out: the devices, by device_id.
        why: the reason, as a clause.
        needed: what would have to be had; "" where no reason is known.
        who: whose that is; "" where that is not known.
    """

    connections: Mapping[str, str]
    why: str
    needed: str = ""
    who: str = ""
    locked_out: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The connections and logins in words."""
        return [*self.connections.values(), *(f"{one}: login of administrators" for one in self.locked_out)]


def left_over(audit: Audit, jobs: pd.DataFrame, remedies: pd.DataFrame | None) -> list[LeftOver]:
    """Why the refused connections that no job restores, and the lock-outs, stay so; the commonest reason first.

    Args:
        audit: the fleet or a site.
        jobs: the frame `first_jobs`.
        remedies: the frame `remedies`; None if it was not kept, so that no reason is known.
    """
    restored = {one for cell in jobs["restored"] for one in split_names(str(cell))}
    refused = audit.connections[audit.connections["outcome"] == Outcome.FAIL]
    left = refused[~refused["connection_id"].isin(restored)]
    known = {row["remedy_id"]: row for row in remedies.to_dict("records")} if remedies is not None else {}
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in left.to_dict("records"):
        why = (NOT_KEPT, "", "") if remedies is None else _why(row, known.get(said(row["remedy_id"])))
        found.setdefault(why, {})[str(row["connection_id"])] = _in_words(row)
    let_in = {one for cell in jobs["let_in"] for one in split_names(str(cell))}
    logins: dict[tuple[str, str, str], list[str]] = {}
    for row in audit.administration[audit.administration["outcome"] == Outcome.FAIL].to_dict("records"):
        if row["device_id"] not in let_in:
            why = (NOT_KEPT, "", "") if remedies is None else _why(row, known.get(said(row["remedy_id"])))
            logins.setdefault(why, []).append(str(row["device_id"]))
    rows = [LeftOver(found.get(why, {}), *why, tuple(logins.get(why, ()))) for why in {**found, **logins}]
    return sorted(rows, key=lambda one: (-len(one.names), one.why, one.needed))


def _in_words(row: Row) -> str:
    title = CONNECTION_TABLE[ConnectionType(row["connection_type"])].title
    return f"{row['device_id']}: {title}, {row['peer']}"


def _why(row: Row, remedy: Row | None) -> tuple[str, str, str]:
    """Why no job restores a connection or login, what is needed, and who has it."""
    if remedy is None:
        return NO_REMEDY, said(row["remedy"]) or NOT_KNOWN, ""
    ids = (str(remedy["remedy_id"]), *split_names(str(remedy["further_remedies"])))
    who = listed(teams_of(map(parse_remedy, ids)))
    words = str(remedy["in_words"])
    # A remedy has no devices by name, so that of a login is taken by its number.
    connection = row.get("connection_id")
    works = connection in split_names(str(remedy["restored"])) if connection else remedy["lets_in"]
    if remedy["applied"] and works:
        if remedy["breaks"] or remedy["locks_out"]:
            return BREAKS, f"{words} What it breaks has to be fixed too.", who
        return NOT_ON_THE_LIST, words, who
    why, needed, owner = needed_of(str(remedy["stops_at"]))
    return why or NOT_ALONE, needed or NOT_KNOWN, owner


def left_words(left: Sequence[LeftOver]) -> str:
    """``15 refused connections are not restored, and the administrators of 1 device are not let in.`` or ``""``."""
    refused, locked_out = sum(len(one.connections) for one in left), sum(len(one.locked_out) for one in left)
    parts = []
    if refused:
        parts.append(f"{plural(refused, 'refused connection is', 'refused connections are')} not restored")
    if locked_out:
        parts.append(f"the administrators of {plural(locked_out, 'device')} are not let in")
    words = ", and ".join(parts)
    return f"{words[:1].upper()}{words[1:]}." if words else ""
