"""Formats on the command line: printed or written, by name or by file extension, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

import mcuaudit
from tests.authority import NOW
from tests.clean_export import CleanExport
from tests.command.conftest import Run
from tests.rules.breakages import FAILS

AT = ["--at", NOW.isoformat()]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    clean = CleanExport()
    FAILS["MCU402"](clean)
    return clean.write(tmp_path / "export")


def test_csv_goes_to_standard_output_and_the_verdict_to_standard_error(run: Run, export: Path) -> None:
    ran = run("check", export, *AT, "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(ran.out))
    assert row["code"] == "MCU402"
    assert "export (1 device): all 5 connections will be accepted" in ran.err


def test_csv_holds_the_frame_that_is_asked_for(run: Run, export: Path) -> None:
    ran = run("check", export, *AT, "--format", "csv", "--frame", "connections")
    assert len(list(csv.DictReader(io.StringIO(ran.out)))) == 6
    ran = run("check", export, *AT, "--format", "csv", "--frame", "connection")
    assert ran.code == 2
    assert 'Did you mean "connections"?' in ran.err
    ran = run("check", export, *AT, "--format", "json", "--frame", "connections")
    assert ran.code == 2
    assert "has all frames" in ran.err


@pytest.mark.parametrize(
    ("name", "output", "noted"),
    [
        ("a.csv", "sarif", "--format sarif takes precedence over the extension .csv, which is that of csv."),
        ("a.csv", "csv-spreadsheet", ""),
        ("a.json", "sarif", ""),
        ("a.txt", "json", ""),
    ],
)
def test_a_format_takes_precedence_over_the_ending_of_another_with_a_note(
    name: str, output: str, noted: str, run: Run, export: Path, tmp_path: Path
) -> None:
    ran = run("check", export, *AT, "--format", output, "--out", tmp_path / name)
    assert ran.code == 0
    assert "takes precedence" in ran.err if noted else "takes precedence" not in ran.err
    assert noted in ran.err
    written = (tmp_path / name).read_text(encoding="utf-8-sig")
    assert written.startswith("{" if output in ("sarif", "json") else "finding_id,") or output == "csv-spreadsheet"


def test_the_ending_tells_the_format_and_several_are_written_of_one_audit(
    run: Run, export: Path, tmp_path: Path
) -> None:
    names = ["a.csv", "a.json", "a.sarif", "a.xml", "a.xlsx", "a-directory"]
    targets = [tmp_path / name for name in names[:-1]]
    ran = run("check", export, *AT, *(word for target in targets for word in ("--out", target)))
    assert ran.code == 0
    assert ran.out.split() == [str(target) for target in targets]
    told = json.loads((tmp_path / "a.json").read_text())
    sarif = json.loads((tmp_path / "a.sarif").read_text())
    found = [finding["finding_id"] for finding in told["findings"]]
    assert len(found) == 1
    assert [row["properties"]["finding_id"] for row in sarif["runs"][0]["results"] if row["kind"] == "fail"] == found
    kept = tmp_path / names[-1]
    assert run("check", export, *AT, "--out", kept).code == 0
    assert mcuaudit.load(kept).findings["finding_id"].tolist() == found


def test_metrics_are_written_beside_what_is_printed(run: Run, export: Path, tmp_path: Path) -> None:
    assert run("check", export, *AT, "--metrics", tmp_path / "mcuaudit.prom").code == 0
    families = text_string_to_metric_families((tmp_path / "mcuaudit.prom").read_text())
    told = {sample.name: sample.value for family in families for sample in family.samples}
    assert told["mcuaudit_audit_timestamp_seconds"] == NOW.timestamp()
    assert told["mcuaudit_last_success_timestamp_seconds"] > NOW.timestamp()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--format", "parquet"], "--out"),
        (["--format", "table", "--out", "a.csv"], "--format table is for reading"),
        (["--out", "findings.pdf"], 'findings.pdf: unknown extension ".pdf"; use .csv'),
        (["--out", "no/such/place/a.csv"], "does not exist"),
        (["--out", "export/a.csv"], "is inside the export"),
        (["--metrics", "no/such/place/a.prom"], "does not exist"),
        (["--metrics", "export/a.prom"], "is inside the export"),
    ],
)
def test_a_place_or_format_that_will_not_do_is_refused(
    options: list[str], words: str, run: Run, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(export.parent)
    ran = run("check", "export", *AT, *options)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert [entry.name for entry in export.parent.iterdir()] == ["export"]


def test_what_cannot_be_written_leaves_the_former_file(run: Run, export: Path, tmp_path: Path) -> None:
    target = tmp_path / "directory.csv"
    target.mkdir()
    (target / "mine").write_text("mine")
    ran = run("check", export, *AT, "--out", target)
    assert ran.code == 2
    assert "is a directory" in ran.err
    assert (target / "mine").read_text() == "mine"
