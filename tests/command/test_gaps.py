"""`mcuaudit check --gaps`: lines, the frame for programs and Excel, and what does not go with it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import mcuaudit
from tests.authority import NOW
from tests.clean_export import DEVICE, CleanExport
from tests.command.conftest import Run

AT = ["--at", NOW.isoformat()]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SIP trust store is missing."""
    made = CleanExport()
    made.files[f"{DEVICE}/sip-trust-store.pem"] = None
    return made.write(tmp_path_factory.mktemp("export"))


def test_in_a_pipe_there_is_a_line_per_gap(run: Run, export: Path) -> None:
    ran = run("check", export, *AT, "--gaps", "--jobs", "2")
    assert ran.code == run("check", export, *AT).code
    assert ran.out == (
        f"sip-trust-store.pem ({DEVICE}): it settles 2 connections (some values were tried). Found: Network > SSL "
        "certificates, SIP trust store: the PEM file that was uploaded there.\n"
    )
    assert "1 gap: what 2 of 2 undetermined connections lack." in ran.err


def test_programs_and_excel_get_the_frame(run: Run, export: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"gaps.{ending}" for ending in ("csv", "json", "xlsx")]
    run("check", export, *AT, "--gaps", *(word for file in files for word in ("--out", file)))
    expected = mcuaudit.audit(mcuaudit.read_export(export), at=NOW).gaps()
    (row,) = csv.DictReader(files[0].read_text(encoding="utf-8").splitlines())
    assert list(row) == list(expected.columns)
    (found,) = json.loads(files[1].read_bytes())["gaps"]
    assert (found["evidence"], found["settles"], found["may_settle"]) == ("sip-trust-store.pem", 2, 2)
    assert files[2].read_bytes().startswith(b"PK")
    printed = run("check", export, *AT, "--gaps", "--format", "json").out
    assert json.loads(printed)["gaps"] == [found]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "sarif"], "--gaps is printed as table, csv, csv-spreadsheet, json; --format sarif has findings."),
        (["--all", "--frame", "devices"], "leave out --all and --frame"),
        (["--out", "gaps.sarif"], "name a file with the extension .csv, .json or .xlsx"),
    ],
)
def test_what_does_not_go_with_it_is_refused(run: Run, export: Path, options: list[str], said: str) -> None:
    ran = run("check", export, *AT, "--gaps", *options)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_redacted_audit_has_none_and_one_that_is_redacted_then_has(run: Run, export: Path, tmp_path: Path) -> None:
    key, kept = tmp_path / "key.json", tmp_path / "kept"
    assert "leeds" not in run("check", export, *AT, "--gaps", "--redact", key).out
    run("check", export, *AT, "--redact", key, "--out", kept)
    ran = run("check", kept, "--gaps")
    assert (ran.code, ran.out) == (2, "")
    assert "A redacted audit has no certificates, so nothing can be filled in. Use the export" in ran.err
