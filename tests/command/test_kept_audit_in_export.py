"""A saved audit is shown where the path is one, and says so; an export that contains one is audited as an export."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit.errors import UsageError
from tests.clean_export import DEVICE, CleanExport
from tests.command.conftest import Run

pytestmark = pytest.mark.usefixtures("short_pages")

FOREIGN = "an audit that mcuaudit saved here"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An audit of another fleet."""
    directory = tmp_path_factory.mktemp("other")
    other = CleanExport()
    other.settings["ssl_certificates"]["verification_settings"] = "No verification"
    return other.audit(directory / "export").save(directory / "kept")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return CleanExport().write(tmp_path / "export")


@pytest.mark.parametrize(
    "place", ["audit", "leeds/audit", f"{DEVICE}/audit", "zzz", f"{DEVICE}/2026-06-10T000000Z-abcdef"]
)
def test_an_audit_within_an_export_is_one_problem_and_the_export_is_audited(
    place: str, kept: Path, export: Path, run: Run
) -> None:
    shutil.copytree(kept, export / place)
    ran = run("check", export, "--at", "2026-06-10")
    assert ran.code == 3
    assert "MCU402" not in ran.out
    assert "is a saved audit of" not in ran.err
    assert [line for line in ran.err.splitlines() if FOREIGN in line] == [
        f"mcuaudit: unrecognised: {place}: {FOREIGN}; it is not part of the export and was not read"
    ]
    assert ran.err.count("unrecognised:") == 1


def test_an_audit_saved_over_an_export_is_one_problem_too(kept: Path, export: Path, run: Run) -> None:
    shutil.copytree(kept, export, dirs_exist_ok=True)
    ran = run("check", export, "--at", "2026-06-10")
    assert (ran.code, ran.err.count(FOREIGN), ran.err.count("unrecognised:")) == (3, 1, 1)
    assert mcuaudit.read_export(export).devices["device_id"].tolist() == [DEVICE]


def test_reports_within_an_export_are_one_problem(export: Path, tmp_path: Path, run: Run) -> None:
    assert run("report", export, "--out", tmp_path / "out", "--at", "2026-06-10").code == 0
    shutil.copytree(tmp_path / "out", export / "leeds" / "reports")
    ran = run("check", export, "--at", "2026-06-10")
    assert (ran.code, ran.err.count(FOREIGN), ran.err.count("unrecognised:")) == (3, 1, 1)


@pytest.mark.parametrize("command", ["check", "report", "compare"])
def test_where_the_path_is_a_kept_audit_the_first_line_says_so_with_its_date(
    command: str, kept: Path, tmp_path: Path, run: Run
) -> None:
    words = {"check": (kept,), "report": (kept, "--out", tmp_path / "out"), "compare": (kept, kept)}[command]
    ran = run(command, *words)
    assert ran.err.splitlines()[0].startswith(f"mcuaudit: {kept} is a saved audit of ")
    assert "as of 2026-06-15 12:00 UTC" in ran.err.splitlines()[0]


def test_reports_are_taken_for_their_audit_only_while_nothing_else_lies_there(
    export: Path, tmp_path: Path, run: Run
) -> None:
    out = tmp_path / "out"
    assert run("report", export, "--out", out, "--at", "2026-06-10").code == 0
    assert "is a saved audit of" in run("check", out).err
    shutil.copytree(export / "leeds", out / "leeds")
    ran = run("check", out, "--at", "2026-06-10")
    assert "is a saved audit of" not in ran.err
    assert FOREIGN in ran.err


@pytest.mark.parametrize("command", ["check", "report"])
def test_an_export_with_a_kept_audit_in_it_is_no_baseline(
    command: str, kept: Path, export: Path, tmp_path: Path, run: Run
) -> None:
    shutil.copytree(kept, export / "audit")
    words = ("--out", tmp_path / "out") if command == "report" else ()
    ran = run(command, export, "--at", "2026-06-10", "--baseline", export, *words)
    assert ran.code == 2
    assert f"--baseline {export}: the directory contains no saved audit" in ran.err
    assert "Keep an audit of the earlier state with --keep" in ran.err


def test_the_baseline_is_named_with_its_date(kept: Path, export: Path, tmp_path: Path, run: Run) -> None:
    said = "mcuaudit: the baseline is the saved audit of "
    ran = run("check", export, "--at", "2026-06-10", "--baseline", kept)
    (line,) = [line for line in ran.err.splitlines() if line.startswith(said)]
    assert line.endswith("export, as of 2026-06-15 12:00 UTC.")
    options = ["--keep", tmp_path / "kept", "--baseline", "latest"]
    assert said not in run("check", export, "--at", "2026-06-10", *options).err
    assert f"{said}{export}, as of 2026-06-10 00:00 UTC." in run("check", export, "--at", "2026-06-11", *options).err


def test_a_kept_audit_is_no_export_and_the_error_says_what_reads_it(kept: Path) -> None:
    with pytest.raises(UsageError, match=r"is a saved audit; mcuaudit check .* shows it, mcuaudit\.load reads it"):
        mcuaudit.read_export(kept)
