"""Keeping audits, baselines and `compare` on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

import mcuaudit
from tests.authority import NOW
from tests.clean_export import CleanExport
from tests.command.conftest import Run
from tests.rules.breakages import FAILS

pytestmark = pytest.mark.usefixtures("short_pages")

AT = ["--at", NOW.isoformat()]


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return CleanExport().write(tmp_path / "before")


@pytest.fixture
def after(before: Path, tmp_path: Path) -> Path:
    """The same export, of which the device verifies no incoming calls and a peer has an address of its own."""
    export = CleanExport()
    for name in export.files:
        file = before / name
        export.files[name] = file.read_bytes()
    FAILS["MCU402"](export)
    FAILS["MCU502"](export)
    return export.write(tmp_path / "after")


def test_the_same_export_twice_has_no_difference(run: Run, before: Path) -> None:
    ran = run("compare", before, before, *AT)
    assert (ran.code, ran.out) == (0, "")
    assert "nothing has changed" in ran.err


def test_in_a_pipe_there_is_one_change_per_line(run: Run, before: Path, after: Path) -> None:
    ran = run("compare", before, after, *AT)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert any(
        line.startswith("connection changed leeds/mcu-1: Outgoing SIP call, room: accepted → refused.")
        for line in lines
    )
    assert any(line.startswith("new error leeds/mcu-1: MCU502-") for line in lines)
    assert (
        "setting changed leeds/mcu-1: ssl_certificates.verification_settings: “Outgoing and incoming calls” → "
        "“Outgoing calls only”" in lines
    )
    assert {line.split()[0] for line in lines} <= {"connection", "new", "error", "setting"}


def test_what_became_better_gives_zero(run: Run, before: Path, after: Path) -> None:
    assert run("compare", after, before, *AT).code == 0
    assert run("compare", before, after, *AT, "--fail-on", "never").code == 0


def test_json_and_csv_hold_the_changes(run: Run, before: Path, after: Path) -> None:
    told = json.loads(run("compare", before, after, *AT, "--format", "json").out)
    assert told["schema"] == "mcuaudit-comparison/10"
    assert {row["change"] for row in told["finding_changes"]} <= {"new", "updated", "gone"}
    assert [row["setting"] for row in told["setting_changes"]] == ["ssl_certificates.verification_settings"]
    rows = list(csv.DictReader(io.StringIO(run("compare", before, after, *AT, "--format", "csv").out)))
    assert {row["kind"] for row in rows} == {"connection", "finding", "setting"}
    assert {row["where"] for row in rows} == {"leeds/mcu-1"}


def test_kept_audits_and_exports_can_be_mixed(run: Run, before: Path, after: Path, tmp_path: Path) -> None:
    assert run("check", before, *AT, "--keep", tmp_path / "kept").code == 0
    (kept,) = (tmp_path / "kept").glob("2*")
    assert run("compare", kept, after, *AT).out == run("compare", before, after, *AT).out
    ran = run("compare", kept, kept, *AT)
    assert ran.code == 2
    assert "Both are saved audits" in ran.err
    assert run("compare", kept, kept).code == 0


def test_check_takes_a_kept_audit_as_it_was_concluded(run: Run, after: Path, tmp_path: Path) -> None:
    first = run("check", after, *AT, "--keep", tmp_path / "kept")
    (kept,) = (tmp_path / "kept").glob("2*")
    assert run("check", kept).out == first.out
    for option in (AT, ["--set", "thresholds.expiry_days=1"], ["--policy", "x.toml"]):
        ran = run("check", kept, *option)
        assert ran.code == 2
        assert "is a saved audit" in ran.err


def test_only_what_is_new_counts_with_new_error(run: Run, before: Path, after: Path, tmp_path: Path) -> None:
    kept = ["--keep", tmp_path / "kept", "--baseline", "latest", "--fail-on", "new-error"]
    first = run("check", before, *AT, *kept)
    assert first.code == 0
    assert "nothing to compare with" in first.err
    assert run("check", after, *AT, *kept).code == 1
    ran = run("check", after, *AT, *kept)
    assert ran.code == 0
    assert "MCU502" in ran.out
    assert "nothing has changed" in ran.err
    assert len(list((tmp_path / "kept").glob("2*"))) == 3


def test_what_a_new_rule_finds_pages_nobody(run: Run, after: Path, tmp_path: Path) -> None:
    options = [*AT, "--keep", tmp_path / "kept", "--baseline", "latest", "--fail-on", "new-warning"]
    # The rules that tell of the refused call are switched off as if they were not yet there.
    off = ["rules.MCU502=off", "rules.MCU402=off"]
    run("check", after, *options, *(word for one in off for word in ("--set", one)))
    ran = run("check", after, *options)
    assert ran.code == 0
    assert "findings are of new rules" in ran.err


def test_a_waiver_that_ends_counts_as_new(run: Run, after: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    entry = '[[waiver]]\nrule = "MCU502"\ndevice = "*"\nreason = "r"\nowner = "o"\nexpires = 2026-12-31\n'
    policy.write_text(entry)
    options = [*AT, "--keep", tmp_path / "kept", "--baseline", "latest", "--fail-on", "new-error"]
    assert run("check", after, *options, "--policy", policy).code == 0
    assert run("check", after, *options).code == 1


def test_reports_of_before_serve_as_baseline(run: Run, before: Path, after: Path, tmp_path: Path) -> None:
    assert run("report", before, *AT, "--out", tmp_path / "reports", "--site", "leeds").code == 0
    ran = run("check", after, *AT, "--baseline", tmp_path / "reports", "--fail-on", "new-error")
    assert ran.code == 1
    assert mcuaudit.load(tmp_path / "reports" / "audit").comparison is None


def test_a_baseline_that_is_damaged_is_told_before_anything_is_written(run: Run, before: Path, tmp_path: Path) -> None:
    run("check", before, *AT, "--keep", tmp_path / "kept")
    (kept,) = (tmp_path / "kept").glob("2*")
    (kept / "paths.parquet").write_bytes(b"PAR1")
    out = tmp_path / "reports"
    ran = run("report", before, *AT, "--out", out, "--baseline", kept, "--keep", tmp_path / "kept")
    assert ran.code == 2
    assert "paths.parquet cannot be loaded" in ran.err
    assert not out.exists()
    assert len(list((tmp_path / "kept").glob("2*"))) == 1


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_place_that_cannot_hold_audits_is_told(place: str, run: Run, before: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    ran = run("check", before, *AT, "--keep", tmp_path / place)
    assert ran.code == 2
    assert str(tmp_path / "file") in ran.err
    assert (tmp_path / "file").read_text() == "mine"


def test_keeping_within_the_export_is_refused(run: Run, before: Path) -> None:
    ran = run("check", before, *AT, "--keep", before / "kept")
    assert ran.code == 2
    assert "is inside the export" in ran.err
    assert not (before / "kept").exists()
