"""`mcuaudit deadlines`: the table, the frame for programs, the calendar file, and pseudonyms in all of them."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from datetime import timedelta
from pathlib import Path

import icalendar
import pytest

import mcuaudit
from mcuaudit.summary.deadlines import breaks_first
from tests.authority import NOW
from tests.clean_export import DEVICE, CleanExport, certificate, chain, with_local
from tests.command.conftest import Run

AT = ["--at", NOW.isoformat()]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The local certificate ends in twenty days, that of a peer with it."""
    made = CleanExport()
    end = NOW + timedelta(days=20)
    made.files[f"{DEVICE}/local-certificate.pem"] = with_local(not_after=end)
    made.files["peers/alice.pem"] = chain(certificate("alice", key=6, not_after=end))
    return made.write(tmp_path_factory.mktemp("export"))


def test_in_a_pipe_there_is_a_line_per_deadline_and_what_breaks_first(run: Run, export: Path) -> None:
    ran = run("deadlines", export, *AT)
    assert ran.code == 0
    first = next(line for line in ran.out.splitlines() if "local certificate" in line)
    assert first.startswith(
        "2026-07-05 local certificate of leeds/mcu-1 ends: 5 connections end, 2 logins among them; no administrator "
        "can log in to leeds/mcu-1. Reissue the local certificate"
    )
    assert "What breaks first: on 5 July 2026, with the end of 2 certificates" in ran.err


def test_programs_get_the_frame(run: Run, export: Path) -> None:
    audit = mcuaudit.audit(mcuaudit.read_export(export), at=NOW)
    expected = mcuaudit.deadlines(audit)
    found = json.loads(run("deadlines", export, *AT, "--format", "json").out)
    assert (found["at"], found["breaks_first"]) == (NOW.isoformat(), breaks_first(expected))
    assert [one["deadline_id"] for one in found["deadlines"]] == expected["deadline_id"].tolist()
    rows = list(csv.DictReader(io.StringIO(run("deadlines", export, *AT, "--format", "csv", "--site", "leeds").out)))
    assert [one["what"] for one in rows] == expected["what"].tolist()
    assert list(rows[0]) == list(expected.columns)


def test_the_calendar_is_written_or_printed(run: Run, export: Path, tmp_path: Path) -> None:
    file = tmp_path / "deadlines.ics"
    ran = run("deadlines", export, *AT, "--ics", file, "--alarm", 14, "--mode", "640")
    assert f"wrote {file}" in ran.err
    events = icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert len(events) == len(ran.out.splitlines())
    assert all(event.walk("VALARM") for event in events)
    assert os.name == "nt" or file.stat().st_mode & 0o777 == 0o640
    printed = run("deadlines", export, *AT, "--ics", "-", "--alarm", 14)
    assert printed.out.replace("\r\n", "\n") == file.read_text(encoding="utf-8").replace("\r\n", "\n")


def test_names_are_replaced_in_all_that_is_written(run: Run, export: Path, tmp_path: Path) -> None:
    file, key = tmp_path / "deadlines.ics", tmp_path / "key"
    outputs = [
        run("deadlines", export, *AT, "--redact", key, "--ics", file).out,
        run("deadlines", export, *AT, "--redact", key, "--format", "json").out,
        file.read_text(encoding="utf-8").replace("\r\n ", ""),
    ]
    for text in outputs:
        assert not re.search(r"leeds|mcu-1|alice|example\.com|Example", text), text
        assert "5 connections end" in text or '"connections": 5' in text
    shown = run("unredact", key, outputs[0]).out
    assert "local certificate of leeds/mcu-1 ends" in shown


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--alarm", "3"], "--alarm needs --ics"),
        (["--ics", "-", "--format", "json"], "would both be on standard output"),
        (["--mode", "640"], "--mode needs --ics with a file"),
        (["--site", "leads"], 'no site "leads"'),
        (["--ics", "{export}/deadlines.ics"], "is inside the export"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: list[str], message: str, run: Run, export: Path) -> None:
    ran = run("deadlines", export, *AT, *(option.format(export=export) for option in options))
    assert ran.code == 2
    assert message in ran.err
