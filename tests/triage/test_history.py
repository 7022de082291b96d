"""Audits that are kept: one per run, the newest of them, and the trend over all."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit import Audit, UsageError
from mcuaudit.triage.history import kept_audits, newest, open_baseline
from tests.authority import NOW
from tests.clean_export import CleanExport
from tests.rules.breakages import FAILS


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    export = CleanExport()
    FAILS["MCU103"](export)
    return export.audit(tmp_path / "export")


def again(audit: Audit, days: int) -> Audit:
    return mcuaudit.audit(audit.fleet, at=NOW + timedelta(days=days))


def test_each_run_is_kept_under_its_time_and_name(audit: Audit, tmp_path: Path) -> None:
    kept = audit.save(tmp_path / "kept", dated=True)
    assert kept.name == f"2026-06-15T120000Z-{audit.audit_id}"
    assert mcuaudit.load(kept).rules == audit.rules


def test_a_second_run_of_the_same_time_stands_beside_the_first(audit: Audit, tmp_path: Path) -> None:
    names = [audit.save(tmp_path / "kept", dated=True).name for _ in range(11)]
    assert len(set(names)) == 11
    assert [one.directory.name for one in kept_audits(tmp_path / "kept")] == names
    assert newest(tmp_path / "kept") == tmp_path / "kept" / names[-1]


def test_the_newest_is_that_of_the_latest_time_whenever_it_was_kept(audit: Audit, tmp_path: Path) -> None:
    latest = again(audit, 9).save(tmp_path / "kept", dated=True)
    again(audit, 3).save(tmp_path / "kept", dated=True)
    assert newest(tmp_path / "kept") == latest


def test_there_is_no_newest_where_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert newest(tmp_path) is None
    assert newest(tmp_path / "nowhere") is None
    assert open_baseline("latest", tmp_path) is None


def test_latest_needs_the_directory_and_a_path_needs_an_audit(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--keep"):
        open_baseline("latest", None)
    with pytest.raises(UsageError, match="the directory contains no saved audit"):
        open_baseline(str(tmp_path), None)
    with pytest.raises(UsageError, match="nowhere: no such directory"):
        open_baseline(tmp_path / "nowhere", None)


def test_a_newest_audit_of_another_version_is_an_error_and_not_passed_over(audit: Audit, tmp_path: Path) -> None:
    kept = audit.save(tmp_path / "kept", dated=True)
    manifest = json.loads((kept / "audit.json").read_text())
    (kept / "audit.json").write_text(json.dumps(manifest | {"schema": 1}))
    with pytest.raises(UsageError, match="schema 1"):
        open_baseline("latest", tmp_path / "kept")


def test_the_trend_counts_each_run_as_the_audit_itself_does(audit: Audit, tmp_path: Path) -> None:
    runs = [again(audit, days) for days in (0, 400, 4000)]
    for run in reversed(runs):
        run.save(tmp_path, dated=True)
    trend = mcuaudit.trend(tmp_path)
    assert trend["audit_id"].tolist() == [run.audit_id for run in runs]
    for row, run in zip(trend.to_dict("records"), runs, strict=True):
        assert row["refused"] == (run.connections["outcome"] == "fail").sum()
        failing = run.findings[run.findings["outcome"] == "fail"]
        assert row["errors"] == (failing["severity"] == "error").sum()
        assert row["warnings"] == (failing["severity"] == "warning").sum()
        assert row["devices"] == 1
        possible = (run.connections["outcome"] != "notApplicable").sum()
        assert possible == sum(row[word] for word in ("refused", "undetermined", "unverified", "accepted"))


def test_a_trend_needs_the_directory_of_kept_audits(audit: Audit, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    kept = audit.save(tmp_path / "kept")
    for place, words in ((tmp_path / "nowhere", ": no such directory"), (tmp_path / "file", " is a file"),
                         (kept, " is itself a saved audit")):  # fmt: skip
        with pytest.raises(UsageError, match=f"{place.name}{words}.*give the directory that holds the"):
            mcuaudit.trend(place)
    assert mcuaudit.trend(tmp_path / "empty").empty


def test_a_trend_over_a_damaged_audit_names_the_file(audit: Audit, tmp_path: Path) -> None:
    kept = audit.save(tmp_path, dated=True)
    (kept / "connections.parquet").write_bytes(b"PAR1")
    with pytest.raises(UsageError, match=r"connections\.parquet"):
        mcuaudit.trend(tmp_path)
