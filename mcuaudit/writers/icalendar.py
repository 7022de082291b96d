"""Deadlines as a calendar file (RFC 5545), the same octets from run to run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.summary.deadlines import effects, further_effects, happening
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import begun
from mcuaudit.wording.visible import visible

_LINE: Final = 75
"""Octets of a line of a calendar file, without its end (RFC 5545, section 3.1)."""
_ESCAPES: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_LISTED: Final = 20
"""Connections that an event names; it gives the number of the others."""


def calendar_text(deadlines: pd.DataFrame, at: datetime, alarm_days: int | None = None) -> str:
    """The deadlines after `at` as events of a calendar.

    An end or a beginning is an event at its instant, in UTC, which each calendar shows in its own zone; a day of the
    public CAs' calendar is an event of that date. The uid of an event depends on the certificate alone, so that a file
    of a later run replaces the events of this one.

    Args:
        deadlines: the frame.
        at: the time of the audit.
        alarm_days: a reminder so many days before; None for none.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//mcuaudit//deadlines//EN", "CALSCALE:GREGORIAN"]
    for row in deadlines[deadlines["on"] >= pd.Timestamp(at)].to_dict("records"):
        lines += _event(row, at, alarm_days)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(row: Mapping[Any, Any], at: datetime, alarm_days: int | None) -> Iterator[str]:
    ended = effects(row)
    summary = f"{begun(happening(row))}: {ended}" if ended else begun(happening(row))
    uid = hashlib.sha256(row["deadline_id"].encode("utf-8", "surrogatepass")).hexdigest()[:40]
    yield "BEGIN:VEVENT"
    yield f"UID:{uid}@mcuaudit"
    yield f"DTSTAMP:{_instant(at)}"
    yield f"DTSTART;VALUE=DATE:{row['on']:%Y%m%d}" if row["event"] == "calendar" else f"DTSTART:{_instant(row['on'])}"
    yield f"SUMMARY:{_text(summary)}"
    yield f"DESCRIPTION:{_texts(_description(row))}"
    yield "TRANSP:TRANSPARENT"
    if alarm_days is not None:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{_text(summary)}"
        yield f"TRIGGER:-P{alarm_days}D"
        yield "END:VALARM"
    yield "END:VEVENT"


def _description(row: Mapping[Any, Any]) -> Iterator[str]:
    yield from (f"{begun(part)}." for part in (effects(row), further_effects(row)) if part)
    if isinstance(row["remedy"], str) and row["remedy"]:
        yield row["remedy"]
    connections = split_names(row["connection_ids"]) if isinstance(row["connection_ids"], str) else ()
    yield from connections[:_LISTED]
    if len(connections) > _LISTED:
        yield f"and {plural(len(connections) - _LISTED, 'other connection')}"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _texts(lines: Iterator[str]) -> str:
    return "\\n".join(map(_text, lines))


def _text(text: str) -> str:
    """A value of the type TEXT (section 3.3.11); `visible` leaves no line end of an export."""
    return visible(text).translate(_ESCAPES)


def _folded(line: str) -> str:
    """A line of at most 75 octets, and what does not fit on lines that begin with a space; no character is divided."""
    parts, part, octets = [], "", 0
    for character in line:
        size = len(character.encode("utf-8"))
        if octets + size > _LINE:
            parts.append(part)
            # The space at the beginning of a further line counts.
            part, octets = "", 1
        part += character
        octets += size
    return "\r\n ".join((*parts, part))
