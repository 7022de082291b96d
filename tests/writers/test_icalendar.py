"""The calendar file: another program reads it back, nothing of an export acts in it, and it is the same each time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pandas as pd
import pytest

from mcuaudit.domain.name_lists import join_names
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.writers.icalendar import calendar_text

AT = datetime(2026, 11, 23, tzinfo=UTC)
ENDS = datetime(2026, 12, 4, 0, 0, 1, tzinfo=UTC)
HOSTILE = 'x\r\nEND:VEVENT\r\nBEGIN:VEVENT\nATTACH:file\\,;:"\u2028\u202e'


def frame(**changes: Any) -> pd.DataFrame:
    numbers = (
        "connections", "logins", "locked_out", "undetermined", "maybe_locked_out", "earlier", "undetermined_before",
        "begin", "begun_before", "at_renewal",
    )  # fmt: skip
    row = {
        "deadline_id": "ends 00", "on": ENDS, "event": "ends", "role": "local", "certificate": "00",
        "what": "local certificate of leeds/mcu-1", "devices": "leeds/mcu-1", "peers": "",
        **dict.fromkeys(numbers, 0), "connections": 2, "logins": 1,
        "connection_ids": join_names(["leeds/mcu-1 web_user alice", "leeds/mcu-1 outgoing_sip room"]),
        "locked_out_devices": "", "remedy": "Reissue the local certificate of leeds/mcu-1.",
    }  # fmt: skip
    return build_frame("deadlines", [row | changes])


def events(text: str) -> list[Any]:
    return icalendar.Calendar.from_ical(text.encode("utf-8")).walk("VEVENT")


def test_an_end_is_an_event_at_its_instant_in_utc() -> None:
    (event,) = events(calendar_text(frame(), AT))
    assert event.decoded("dtstart") == ENDS
    assert event.decoded("dtstamp") == AT, "not the clock of the machine"
    assert str(event["summary"]) == "Local certificate of leeds/mcu-1 ends: 2 connections end, 1 login among them"
    assert str(event["description"]).split("\n") == [
        "2 connections end, 1 login among them.",
        "Reissue the local certificate of leeds/mcu-1.",
        "leeds/mcu-1 web_user alice",
        "leeds/mcu-1 outgoing_sip room",
    ]
    assert not event.walk("VALARM")


def test_a_day_of_the_calendar_is_an_event_of_that_date() -> None:
    day = frame(event="calendar", on=datetime(2027, 3, 15, tzinfo=UTC), connections=0, logins=0, at_renewal=3)
    (event,) = events(calendar_text(day, AT))
    assert event.decoded("dtstart") == date(2027, 3, 15)
    assert "3 connections are refused or undetermined once renewed without clientAuth" in str(event["description"])


def test_a_reminder_comes_so_many_days_before() -> None:
    (event,) = events(calendar_text(frame(), AT, alarm_days=14))
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == -timedelta(days=14)
    assert str(alarm["action"]) == "DISPLAY"
    assert alarm["description"] == event["summary"]


def test_a_later_run_replaces_the_events_of_an_earlier_one() -> None:
    first, later = calendar_text(frame(), AT), calendar_text(frame(connections=5), AT + timedelta(days=1))
    assert first == calendar_text(frame(), AT)
    assert (
        events(first)[0]["uid"]
        == events(later)[0]["uid"]
        != events(calendar_text(frame(deadline_id="a"), AT))[0]["uid"]
    )


def test_what_has_passed_is_left_out() -> None:
    assert events(calendar_text(frame(), ENDS + timedelta(seconds=1))) == []
    assert len(events(calendar_text(frame(), ENDS))) == 1


@pytest.mark.parametrize("letter", ["a", "é", "漢", "\U0001f600"])
def test_lines_have_at_most_75_octets_and_no_character_is_divided(letter: str) -> None:
    name = letter * 100
    text = calendar_text(frame(what=f"certificate of {name}"), AT)
    assert text.endswith("\r\n")
    lines = text.encode("utf-8").split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode("utf-8") is not None and b"\n" not in line for line in lines)
    assert f"Certificate of {name} ends" in str(events(text)[0]["summary"])


def test_a_text_of_an_export_adds_no_line_and_no_property() -> None:
    hostile = frame(what=HOSTILE, remedy=HOSTILE, connection_ids=join_names([HOSTILE] * 30), deadline_id=HOSTILE)
    text = calendar_text(hostile, AT, alarm_days=1)
    (event,) = events(text)
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION", "TRANSP"}
    starts = [line.partition(":")[0] for line in text.split("\r\n") if not line.startswith(" ")]
    assert starts.count("BEGIN") == starts.count("END") == 3
    assert "ATTACH" not in starts
    assert not {"\u202e", "\u2028"} & set(text)
    assert 'ATTACH:file\\,;:"' in str(event["summary"]), "the text itself comes back"
    assert "and 10 other connections" in str(event["description"])
