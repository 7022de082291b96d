"""When certificates end, by month of the next year and then by year; and what ends on which day."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.summary.deadlines import further_effects, happening, the
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import begun, listed, long_date, said, short_month

ROLES: Final = ("local", "peer", "authority")
"""The rows: the roles of the frame deadlines, in the order of the ranks of `certificates_in_use`."""
_YEARS: Final = 4
"""Whole years after the twelve months."""
_LAST_YEAR: Final = 9_998
"""Later dates cannot be moved to another time zone."""


@dataclass(frozen=True, slots=True)
class Period:
    """One column: the months from `first` until before `end`, counted from year 0; None for what is open.

    `titles` are the two lines of its heading.
    """

    titles: tuple[str, str]
    first: int | None
    end: int | None

    @property
    def words(self) -> str:
        """Its heading in one line."""
        return " ".join(filter(None, self.titles))


@dataclass(slots=True)
class Ends:
    """What ends in one cell: the digests of certificates, and the ids of accepted connections."""

    certificates: set[str] = field(default_factory=set)
    connections: set[str] = field(default_factory=set)


def periods(at: datetime, zone: tzinfo) -> list[Period]:
    """Before `at`; the months of a year from `at` on; what is left of the year after them; years; and later."""
    first = _month(at, zone)
    found = [Period(("expired", ""), None, None)]
    for month in range(first, first + 12):
        year = str(month // 12) if month in (first, month // 12 * 12) else ""
        found.append(Period((short_month(month % 12 + 1), year), month, month + 1))
    month = first + 12
    if month % 12:
        end = month // 12 * 12 + 12
        found.append(Period(("rest of", str(month // 12)), month, end))
        month = end
    for _ in range(_YEARS):
        found.append(Period((str(month // 12), ""), month, month + 12))
        month += 12
    return [*found, Period(("later", ""), month, None)]


def place_of(moment: datetime, at: datetime, zone: tzinfo, columns: list[Period]) -> float:
    """Where a moment is, in columns from the left; the part after the point says how far into its column."""
    if moment < at:
        return 0.0
    month = _month(moment, zone)
    for number, column in enumerate(columns):
        if column.first is not None and column.first <= month and (column.end is None or month < column.end):
            months = month - column.first + (moment.astimezone(zone).day - 1) / 31 if column.end else 0.0
            return number + months / ((column.end or column.first + 1) - column.first)
    return 0.0


def _month(moment: datetime, zone: tzinfo) -> int:
    local = moment.astimezone(zone) if 1 < moment.year <= _LAST_YEAR else moment
    return local.year * 12 + local.month - 1


def ends_by_period(
    in_use: pd.DataFrame, deadlines: pd.DataFrame | None, at: datetime, zone: tzinfo, columns: list[Period]
) -> dict[tuple[int, int], Ends]:
    """What ends, by role and column; a certificate ends at the first instant at which it is no longer valid."""
    found: dict[tuple[int, int], Ends] = {}

    def cell(role: int, moment: datetime) -> Ends:
        return found.setdefault((role, int(place_of(moment, at, zone, columns))), Ends())

    for row in in_use.to_dict("records"):
        ends = row["not_after"].to_pydatetime()
        ends += timedelta(seconds=1) if ends.year <= _LAST_YEAR else timedelta()
        cell(row["rank"], ends).certificates.add(row["certificate"])
    if deadlines is not None:
        for row in deadlines[deadlines["event"].eq("ends")].to_dict("records"):
            ended = cell(ROLES.index(row["role"]), row["on"].to_pydatetime())
            ended.certificates.add(row["certificate"])
            ended.connections |= set(split_names(said(row["connection_ids"])))
    return found


def what_matters(deadlines: pd.DataFrame, zone: tzinfo) -> list[tuple[str, str, str]]:
    """The days on which something ends or changes: the day, what, and with which certificates and remedies.

    What ends at the same instant is counted once.
    """
    found = []
    for _, together in deadlines.groupby("on", sort=True):
        rows = together.to_dict("records")
        changing = [row for row in rows if _ended([row]) or further_effects(row)]
        if not changing:
            continue
        # What several do may be the same connections: it is summed for none.
        further = list(dict.fromkeys(effects for row in changing if (effects := further_effects(row))))
        ended = _ended(changing)
        parts = [*ended, *(further if len(changing) == 1 or not ended else [])]
        why = listed([the(happening(row)) for row in changing], 2)
        remedies = list(dict.fromkeys(said(row["remedy"]) for row in changing if said(row["remedy"])))
        found.append(
            (long_date(changing[0]["on"], zone), "; ".join(parts), " ".join((f"{begun(why)}.", *remedies[:2])))
        )
    return found


def _ended(rows: Sequence[Mapping[Hashable, Any]]) -> list[str]:
    connections = {name for row in rows for name in split_names(said(row["connection_ids"]))}
    devices = sorted({name for row in rows for name in split_names(said(row["locked_out_devices"]))})
    parts = [plural(len(connections), "connection ends", "connections end")] if connections else []
    return [*parts, f"no administrator can log in to {listed(devices)}"] if devices else parts
