"""Two runs on one place: the second says which one is running and ends, or waits for it."""

from __future__ import annotations

import html
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mcuaudit.command.run import say
from mcuaudit.errors import BusyError, UsageError
from mcuaudit.system.locks import lock_beside, lock_within, one_run
from tests.authority import NOW
from tests.clean_export import CleanExport
from tests.command.conftest import Run, run
from tests.patience import GENEROUS
from tests.report.short_notebooks import notebooks_without_pictures
from tests.sampling import WHOLE

pytestmark = pytest.mark.usefixtures("short_pages")

__all__ = ["run"]

HOLD = """
import sys
from pathlib import Path
from mcuaudit.system.locks import one_run
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
    try:
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
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


def test_with_wait_it_says_whom_it_waits_for_and_then_runs(
    run: Run, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    with held(lock_within(kept)) as other:

        def say_and_let_go(text: str) -> None:
            say(text)
            other.communicate("go\n")

        monkeypatch.setattr("mcuaudit.command.check.say", say_and_let_go)
        ran = run("check", export, "--keep", kept, "--at", NOW.isoformat(), "--wait", GENEROUS)
    assert ran.code == 0
    assert f"process {other.pid}" in ran.err
    assert re.search(r"waiting at most \d+ seconds", ran.err)


def test_waiting_ends(tmp_path: Path) -> None:
    told: list[str] = []
    started = time.monotonic()
    with (
        held(tmp_path / "lock"),
        pytest.raises(BusyError, match="process"),
        one_run([tmp_path / "lock"], wait=0.5, say=told.append),
    ):
        pass
    assert time.monotonic() - started >= 0.5
    assert len(told) == 1


def test_a_run_may_take_its_own_lock_again(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with one_run([lock]):
        with one_run([lock]):
            pass
        assert str(os.getpid()) in lock.read_text(encoding="utf-8")
        other = subprocess.run([sys.executable, "-c", HOLD, str(lock)], input="go\n", text=True, capture_output=True)
        assert "BusyError" in other.stderr


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
    assert run("check", export, "--wait", 3).code == 2
    assert not (tmp_path / "kept").exists()


def test_the_newest_audits_stay_and_nothing_else_goes(run: Run, export: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    mine = [
        kept / "notes.txt",
        kept / ".hidden",
        kept / ".2026-diary",
        kept / ".2026-01-01T000000Z-mine",
        kept / "golden",
    ]
    left = kept / ".2026-06-01T000000Z-abc123.leaving"
    for directory in (*mine[2:], left):
        directory.mkdir(parents=True)
    for file in mine[:2]:
        file.write_text("mine", encoding="utf-8")
    (left / "audit.json").write_text("{}", encoding="utf-8")
    for day in (15, 16, 17, 18):
        ran = run("check", export, "--keep", kept, "--retain", 2, "--at", f"2026-06-{day}")
        assert ran.code == 0, ran.err
        if day == 15:
            # An audit under a name of somebody's own, and a link: neither is counted or deleted.
            (first,) = kept.glob("2*")
            shutil.copytree(first, kept / "golden", dirs_exist_ok=True)
            (kept / "latest").symlink_to(first)
    assert "saved audits deleted by --retain 2: 2026-06-16T" in ran.err
    assert sorted(path.name[:10] for path in kept.glob("2*")) == ["2026-06-17", "2026-06-18"]
    assert all(path.exists() for path in mine)
    assert not left.exists()
    assert (kept / "latest").is_symlink()


def test_the_audit_just_kept_stays_however_old_its_time(run: Run, export: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    for day in (16, 17):
        run("check", export, "--keep", kept, "--at", f"2026-06-{day}")
    ran = run("check", export, "--keep", kept, "--retain", 1, "--at", "2026-06-15")
    assert ran.code == 0
    # Nor does it cost the newest one.
    assert sorted(path.name[:10] for path in kept.glob("2*")) == ["2026-06-15", "2026-06-17"]
    assert "by --retain 1: 2026-06-16T" in ran.err


def test_a_damaged_audit_does_not_stop_the_deleting(run: Run, export: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    for day in (15, 16):
        run("check", export, "--keep", kept, "--at", f"2026-06-{day}")
    (oldest,) = kept.glob("2026-06-15*")
    (oldest / "audit.json").write_text('{"schema": 1}', encoding="utf-8")
    assert run("check", export, "--keep", kept, "--retain", 2, "--at", "2026-06-17").code == 0
    assert sorted(path.name[:10] for path in kept.glob("2*")) == ["2026-06-16", "2026-06-17"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--keep", "out/kept"], "out, which is replaced as a whole"),
        (["--keep", "out"], "out, which is replaced as a whole"),
        (["--metrics", "out/fleet.prom"], "out, which is replaced as a whole"),
        (["--metrics", "nowhere/fleet.prom"], "does not exist"),
        (["--metrics", "."], "is a directory"),
        (["--keep", "file"], "is a file; --keep needs a directory"),
        (["--keep", "export/kept"], "is inside the export"),
        (["--out", "o\udcff"], "not valid UTF-8"),
        (["--out", "/"], "is the root of the file system"),
        (["--out", "."], "is or contains the current directory"),
        (["--out", "loop"], "a symbolic link to itself"),
        (["--keep", "loop/kept"], "a symbolic link to itself"),
        (["--keep", "dead"], "cannot hold saved audits"),
        (["--keep", "/"], "cannot hold saved audits"),
        (["--baseline", ""], "--baseline is empty"),
        (["--at", " "], "--at is empty"),
    ],
)
def test_a_place_that_cannot_be_is_refused_before_the_work(
    options: list[str], message: str, run: Run, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dead").symlink_to("nowhere")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    ran = run("report", "export", "--out", "out", *options)
    assert ran.code == 2
    assert message in ran.err
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_check_writes_nothing_into_reports(
    run: Run, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("report", export, "--out", "out", "--at", NOW.isoformat())
    made = sorted(tmp_path.rglob("*"))
    for option, place in (
        ("--keep", "out"),
        ("--keep", "out/kept"),
        ("--metrics", "out/fleet.prom"),
        ("--out", "out/x.csv"),
    ):
        ran = run("check", export, option, place)
        assert ran.code == 2
        assert "out, which is replaced as a whole" in ran.err
        assert sorted(tmp_path.rglob("*")) == made
    assert run("report", export, "--out", "out", "--at", NOW.isoformat()).code == 0


def test_a_place_where_no_lock_can_be_is_not_taken_for_a_run(tmp_path: Path) -> None:
    if not Path("/proc/self").exists():
        pytest.skip("no such file system here")
    with (
        pytest.raises(UsageError, match="cannot create the lock file that prevents two runs at once"),
        one_run([Path("/proc/.x.lock")]),
    ):
        pass


def test_a_mistyped_export_leaves_no_directories(run: Run, export: Path, tmp_path: Path) -> None:
    ran = run("report", export.with_name("exporf"), "--out", tmp_path / "deep" / "out", "--keep", tmp_path / "kept")
    assert ran.code == 2
    assert 'Did you mean "export"' in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_former_pages_are_back_before_they_are_the_baseline(run: Run, export: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("report", export, "--out", out, "--at", NOW.isoformat()).code == 0
    out.rename(tmp_path / ".out-x1.former")
    ran = run("report", export, "--out", out, "--baseline", out, "--at", NOW.isoformat())
    assert ran.code == 0, ran.err
    assert "nothing has changed" in ran.err


def test_the_command_on_a_page_makes_the_page_again(
    run: Run, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # All that pages say: what the command leaves out would be missing on them.
    notebooks = notebooks_without_pictures(tmp_path / "notebooks")
    monkeypatch.setattr("mcuaudit.report.render.notebooks_directory", lambda: notebooks)
    kept, out = tmp_path / "kept", tmp_path / "out"
    run("check", export, "--keep", kept, "--at", "2026-06-14")
    options = ["--keep", kept, "--baseline", "latest", "--bundle", "--site", "leeds"]
    run("report", export, "--out", out, "--at", "2026-06-15", *options)
    (again,) = kept.glob("2026-06-15*")
    for source in (export, again) if WHOLE else (again,):
        if source is again:
            run("report", again, "--out", out, "--bundle")
        page = (out / "sites" / "leeds.html").read_text(encoding="utf-8")
        (command,) = re.findall(r"by <code>(.*?)</code>", page)
        ran = run(*shlex.split(html.unescape(command))[1:])
        assert ran.code == 0, ran.err
        made = (out / "sites" / "leeds.html").read_text(encoding="utf-8")
        assert re.sub(r"Generated on [^<]* by", "Generated by", made) == re.sub(
            r"Generated on [^<]* by", "Generated by", page
        )
        assert (out / "bundles" / "leeds.zip").is_file()


def test_another_export_in_the_same_directory_is_told(run: Run, export: Path, tmp_path: Path) -> None:
    other = CleanExport().write(tmp_path / "other")
    run("check", export, "--keep", tmp_path / "kept", "--at", "2026-06-14")
    ran = run("check", other, "--keep", tmp_path / "kept", "--baseline", "latest", "--at", "2026-06-15")
    assert f"the newest saved audit is of another export, {export}; this one is of {other}." in ran.err


def test_the_summary_line_has_verdict_policy_age_and_index(run: Run, export: Path, tmp_path: Path) -> None:
    (export / "mcuaudit.toml").write_text("[thresholds]\nexpiry_days = 10\n", encoding="utf-8")
    ran = run("report", export, "--out", tmp_path / "out", "--at", NOW.isoformat())
    (line,) = ran.err.splitlines()
    verdict, policy, age, index = line.split("; ")
    assert verdict.startswith("mcuaudit: export (1 device): all 5 connections will be accepted")
    assert verdict.endswith("verified by both sides")
    assert policy == f"policy {export / 'mcuaudit.toml'}"
    assert age.startswith("the oldest evidence is ")
    assert index == f"index {tmp_path / 'out' / 'index.html'}"
