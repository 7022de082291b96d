"""Deadlines of a page: a calendar of when certificates end, the days that matter, and every deadline in a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

import pandas as pd

from mcuaudit.report.figure import figure
from mcuaudit.report.figures import CalendarCell, Mark, calendar
from mcuaudit.report.html import Html, element, folded, join, paragraph, small
from mcuaudit.report.table import ROWS_SHOWN, Row, csv_link, shown_of, table
from mcuaudit.summary.deadlines import breaks_first, effects, further_effects, happening
from mcuaudit.summary.expiry_calendar import ends_by_period, periods, place_of, what_matters
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import begun, said, short_date

_ROWS: Final = ("Local", "Peers", "CAs")
_WORDS: Final = ("local", "of peers", "of CAs")
DAYS_SHOWN: Final = 12
"""Days that matter on a page; the table has all."""


def deadlines_section(
    deadlines: pd.DataFrame | str, in_use: pd.DataFrame, at: datetime, days: int, zone: tzinfo, name: str
) -> Html:
    """The calendar, the days on which something ends, and the table.

    Args:
        deadlines: the frame, or why there is none.
        in_use: the certificates in use.
        at: the time of the audit.
        days: certificates that end within so many days are reported.
        zone: the time zone of the page.
        name: the beginning of the names of files.
    """
    judged = deadlines if isinstance(deadlines, pd.DataFrame) else None
    return join(
        (
            paragraph(deadlines, class_="soft") if isinstance(deadlines, str) else None,
            _picture(in_use, judged, at, days, zone),
            None if judged is None else _days(judged, zone),
            None if judged is None or judged.empty else _folded(judged, at, zone, name),
        )
    )


def _picture(in_use: pd.DataFrame, deadlines: pd.DataFrame | None, at: datetime, days: int, zone: tzinfo) -> Html:
    """The calendar, with each number in its text alternative."""
    in_use = in_use.dropna(subset=["not_after"])
    if in_use.empty:
        return paragraph("No certificate was read, so no expiry is known.")
    columns = periods(at, zone)
    # An audit may be as of the last day that there is.
    soon_until = at + min(timedelta(days=days), datetime.max.replace(tzinfo=at.tzinfo) - at)
    threshold = place_of(soon_until, at, zone, columns)
    found = ends_by_period(in_use, deadlines, at, zone, columns)
    cells, words = [], []
    for (row, column), ends in sorted(found.items(), key=lambda item: (item[0][1], item[0][0])):
        colour = "error" if column == 0 else "warning" if column <= threshold else "note"
        stops = f"{len(ends.connections):,} end" if ends.connections else ""
        cells.append(CalendarCell(row, column, len(ends.certificates), stops, colour))
        ended = f" with {plural(len(ends.connections), 'connection')}" if ends.connections else ""
        words.append(f"{columns[column].words}: {len(ends.certificates):,} {_WORDS[row]}{ended}")
    marks = [Mark(place_of(at, at, zone, columns), "today")]
    if days:
        marks.append(Mark(threshold, f"{plural(days, 'day')}"))
    drawn = calendar(
        _ROWS, [column.titles for column in columns], cells, marks, f"Certificates by their end. {'; '.join(words)}."
    )
    caption = (
        "The number of certificates that end in each month of a year, then in each year: local ones, those of peers, "
        "and CAs in trust stores and paths. A filled cell ends accepted connections; their number is below."
    )
    soon = f" The dashed line is {plural(days, 'day')} from now, the threshold of the policy." if days else ""
    return figure(drawn, caption + soon)


def _days(deadlines: pd.DataFrame, zone: tzinfo) -> Html:
    """A sentence for each day on which something ends or changes."""
    found = what_matters(deadlines, zone)
    if not found:
        return paragraph(breaks_first(deadlines, zone))
    items = (element("li", element("strong", day), f": {what}.", small(why)) for day, what, why in found[:DAYS_SHOWN])
    more = len(found) - DAYS_SHOWN
    rest = paragraph(f"{plural(more, 'more day is', 'more days are')} in the table.") if more > 0 else None
    return join((element("ul", *items, class_="days"), rest))


def _folded(deadlines: pd.DataFrame, at: datetime, zone: tzinfo, name: str) -> Html:
    """The table, which paper has not: it repeats the days."""
    whole = folded(f"Show {plural(len(deadlines), 'deadline')} as a table", _table(deadlines, at, zone, name))
    return element("div", whole, class_="screen")


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
