"""Deadlines of a page: what breaks first, a picture of when certificates end, and what ends with each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

import pandas as pd

from mcuaudit.report.figure import figure
from mcuaudit.report.figures import HORIZON_DAYS, Bar, expiry_timeline
from mcuaudit.report.html import Html, element, join, paragraph, small
from mcuaudit.report.table import ROWS_SHOWN, Row, csv_link, shown_of, table
from mcuaudit.summary.certificates_in_use import common_name
from mcuaudit.summary.deadlines import breaking, breaks_first, effects, further_effects, happening
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import begun, listed, long_date, said, short_date

BARS: Final = 25
_EXPIRY: Final = ("expired", "soon", "later")
_LEFT_OUT: Final = {0: "local", 1: "of peers", 2: "in trust stores"}
"""The words for certificates that a picture leaves out, by rank."""
_SOON_DAYS: Final = 60


def deadlines_section(
    deadlines: pd.DataFrame | str, in_use: pd.DataFrame, at: datetime, zone: tzinfo, name: str
) -> Html:
    """What breaks first, the picture and the table.

    Args:
        deadlines: the frame, or why there is none.
        in_use: the certificates in use.
        at: the time of the audit.
        zone: the time zone of the page.
        name: the beginning of the names of files.
    """
    judged = deadlines if isinstance(deadlines, pd.DataFrame) else None
    first = (
        paragraph(deadlines, class_="soft") if isinstance(deadlines, str) else paragraph(breaks_first(deadlines, zone))
    )
    return join(
        (
            first,
            _picture(in_use, judged, at, zone),
            None if judged is None or judged.empty else _table(judged, at, zone, name),
        )
    )


def _picture(in_use: pd.DataFrame, deadlines: pd.DataFrame | None, at: datetime, zone: tzinfo) -> Html:
    """The picture of when certificates end, with the number of those that it leaves out."""
    in_use = in_use.dropna(subset=["not_before", "not_after"])
    if in_use.empty:
        return paragraph("No certificate was read, so no expiry is known.")
    ended = _ended(deadlines)
    # Certificates with which something ends come first, then local ones and those of peers; a store may have hundreds.
    chosen = in_use.assign(idle=[one not in ended for one in in_use["certificate"]])
    chosen = chosen.sort_values(["idle", "rank", "not_after"], kind="stable").head(BARS)
    chosen = chosen.sort_values("not_after", kind="stable")
    bars = [_bar(row, ended.get(row["certificate"], ""), zone) for row in chosen.to_dict("records")]
    last = chosen.iloc[-1]
    words = (
        f"Expiry of {plural(len(bars), 'certificate')} between {long_date(chosen.iloc[0]['not_after'], zone)} "
        f"and {long_date(last['not_after'], zone)}; the first to expire is that of {bars[0].label}."
    )
    if deadlines is not None:
        words = f"{words} {breaks_first(deadlines, zone)}"
    return figure(expiry_timeline(bars, at, words), _caption(in_use, chosen), repeats=True)


def _ended(deadlines: pd.DataFrame | None) -> dict[str, str]:
    """What ends with a certificate, in few words, by its SHA-256."""
    if deadlines is None:
        return {}
    return {row["certificate"]: _briefly(row) for row in breaking(deadlines).to_dict("records")}


def _briefly(row: Mapping[Any, Any]) -> str:
    return listed([f"{row['connections']:,} end", *(["lock-out"] if row["locked_out"] else [])])


def _bar(row: Mapping[Any, Any], ended: str, zone: tzinfo) -> Bar:
    days = int(row["days_left"])
    left = f"{plural(-days, 'day')} ago" if days < 0 else plural(days, "day")
    return Bar(
        label=str(row["used_as"] if row["rank"] == 0 else common_name(pd.Series(row))),
        start=row["not_before"].to_pydatetime(),
        end=row["not_after"].to_pydatetime(),
        note=f"{short_date(row['not_after'], zone)}, {ended or left}",
        kind=_EXPIRY[0] if days < 0 else _EXPIRY[1] if days < _SOON_DAYS else _EXPIRY[2],
    )


def _caption(in_use: pd.DataFrame, chosen: pd.DataFrame) -> str:
    left_out = in_use[~in_use["certificate"].isin(chosen["certificate"])]["rank"]
    parts = [f"{number:,} {words}" for rank, words in _LEFT_OUT.items() if (number := int((left_out == rank).sum()))]
    rest = f" Not shown: {listed(parts)}." if parts else ""
    late = chosen.iloc[-1]["days_left"] > HORIZON_DAYS
    beyond = " A bar that reaches the right edge continues beyond it." if late else ""
    return (
        "Each bar ends when the certificate expires; beside it is the number of accepted connections that end then. "
        "Expired certificates appear as a mark at the left edge. Certificates that expire within "
        f"{_SOON_DAYS} days are shown in a different colour.{beyond} The Certificates table lists the dates.{rest}"
    )


def _table(deadlines: pd.DataFrame, at: datetime, zone: tzinfo, name: str) -> Html:
    shown = deadlines.head(ROWS_SHOWN)
    caption = join(
        (
            f"{shown_of(len(shown), len(deadlines), 'deadline')}, in the order of time. A connection that several "
            "certificates end at once is in the row of each. ",
            csv_link(deadlines, f"{name}-deadlines", "Download CSV"),
        )
    )
    rows = [_line(row, at, zone) for row in shown.to_dict("records")]
    return table(caption, ("Day", "What happens", "What changes", "What to do"), rows, label="Deadlines")


def _line(row: Mapping[Any, Any], at: datetime, zone: tzinfo) -> Row:
    days = (row["on"] - pd.Timestamp(at)).days
    when = f"in {plural(days, 'day')}" if days >= 0 else f"{plural(-days, 'day')} ago"
    ended, further = effects(row), further_effects(row)
    parts = [
        element("span", begun(ended), class_="severity error" if row["locked_out"] else "severity warning")
        if ended
        else None,
        small(begun(further)) if further else None,
    ]
    return Row(
        (
            join((short_date(row["on"], zone), small(when))),
            begun(happening(row)),
            join(parts) if any(parts) else "nothing",
            said(row["remedy"]),
        )
    )
