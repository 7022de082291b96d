"""Two runs on one place: the second says which one is running and ends, or waits for it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mcuaudit.errors import BusyError, UsageError
from mcuaudit.locks import lock_beside, lock_within, one_run
from tests.authority import NOW
from tests.clean_export import CleanExport
from tests.command.conftest import Run, run

__all__ = ["run"]

HOLD = """
import sys
from pathlib import Path
from mcuaudit.locks import one_run
with one_run([Path(sys.argv[1])]):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def held(lock: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock, until a line is written to it."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return CleanExport().write(tmp_path / "export")


@pytest.mark.parametrize("busy", ["out", "kept"])
def test_the_second_run_names_the_first_writes_nothing_and_ends_with_4(
    busy: str, run: Run, export: Path, tmp_path: Path
) -> None:
    out, kept = tmp_path / "out", tmp_path / "kept"
    with held(lock_beside(out) if busy == "out" else lock_within(kept)) as other:
        ran = run("report", export, "--out", out, "--keep", kept, "--at", NOW.isoformat())
    assert (ran.code, ran.out) == (4, "")
    assert f"process {other.pid} on {socket.gethostname()}, since " in ran.err
    assert "--wait SECONDS" in ran.err
    assert not out.exists()
    assert {path.name for path in kept.glob("*")} <= {".lock"}


def test_check_with_keep_takes_the_same_lock(run: Run, export: Path, tmp_path: Path) -> None:
    with held(lock_within(tmp_path / "kept")):
        assert run("check", export, "--keep", tmp_path / "kept").code == 4
        assert run("check", export, "--at", NOW.isoformat()).code == 0


def test_with_wait_it_says_whom_it_waits_for_and_then_runs(run: Run, export: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with held(lock_within(kept)) as other:
        assert other.stdin is not None
        threading.Timer(1, other.stdin.write, ["go\n"]).start()
        threading.Timer(1.1, other.stdin.flush).start()
        ran = run("check", export, "--keep", kept, "--at", NOW.isoformat(), "--wait", 60)
    assert ran.code == 0
    assert f"process {other.pid}" in ran.err
    assert "waiting at most 60 seconds" in ran.err


def test_waiting_ends(tmp_path: Path) -> None:
    with held(tmp_path / "lock"), pytest.raises(BusyError, match="process"), one_run([tmp_path / "lock"], wait=0.3):
        pass


def test_a_run_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    with held(tmp_path / "lock") as other:
        other.kill()
        other.wait()
        with one_run([tmp_path / "lock"]):
            assert str(os.getpid()) in (tmp_path / "lock").read_text(encoding="utf-8")
    assert (tmp_path / "lock").read_text(encoding="utf-8") == ""


def test_the_lock_of_a_link_is_that_of_its_target(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert lock_beside(tmp_path / "link") == lock_beside(tmp_path / "real") == tmp_path.resolve() / ".real.lock"


def test_a_place_where_no_lock_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be locked"), one_run([tmp_path / "file" / "lock"]):
        pass


def test_retain_goes_with_keep(run: Run, export: Path, tmp_path: Path) -> None:
    ran = run("report", export, "--out", tmp_path / "out", "--retain", 3)
    assert ran.code == 2
    assert "--keep" in ran.err
    assert run("check", export, "--keep", tmp_path / "kept", "--retain", 0).code == 2
    assert not (tmp_path / "kept").exists()


def test_the_newest_audits_stay_and_nothing_else_goes(run: Run, export: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    mine = [kept / "notes.txt", kept / ".hidden", kept / ".2026-diary", kept / ".2026-01-01T000000Z-mine"]
    left = kept / ".2026-06-01T000000Z-abc123.leaving"
    for directory in (*mine[2:], left):
        directory.mkdir(parents=True)
    for file in mine[:2]:
        file.write_text("mine", encoding="utf-8")
    (left / "audit.json").write_text("{}", encoding="utf-8")
    for day in (15, 16, 17, 18):
        ran = run("check", export, "--keep", kept, "--retain", 2, "--at", f"2026-06-{day}")
        assert ran.code == 0, ran.err
    assert "deleted 1 of the kept audits" in ran.err
    assert sorted(path.name[:10] for path in kept.glob("2*")) == ["2026-06-17", "2026-06-18"]
    assert all(path.exists() for path in mine)
    assert not left.exists()


def test_the_summary_line_has_verdict_policy_age_and_index(run: Run, export: Path, tmp_path: Path) -> None:
    (export / "mcuaudit.toml").write_text("[thresholds]\nexpiry_days = 10\n", encoding="utf-8")
    ran = run("report", export, "--out", tmp_path / "out", "--at", NOW.isoformat())
    (line,) = ran.err.splitlines()
    verdict, policy, age, index = line.split("; ")
    assert verdict.startswith("mcuaudit: export: all 5 connections will be accepted")
    assert verdict.endswith("(1 device)")
    assert policy == f"policy {export / 'mcuaudit.toml'}"
    assert age.startswith("evidence up to ")
    assert index == f"index {tmp_path / 'out' / 'index.html'}"
