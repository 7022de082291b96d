"""Pages are complete or not there, and nothing of others is deleted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mcuaudit.errors import BusyError, UsageError
from mcuaudit.report.publish import made_aside
from mcuaudit.system.locks import lock_beside
from mcuaudit.system.own_output import REPORTS_MARKER
from tests.scheduling.test_locks import held


def publish(out: Path, text: str) -> None:
    """Publish one page."""
    with made_aside(out) as made:
        (made.directory / "index.html").write_text(text, encoding="utf-8")


def test_former_pages_are_replaced_and_nothing_stays_beside_them(tmp_path: Path) -> None:
    out = tmp_path / "deeper" / "reports"
    publish(out, "first")
    (out / "fleet.html").write_text("of the first run", encoding="utf-8")
    publish(out, "second")
    assert (out / "index.html").read_text(encoding="utf-8") == "second"
    assert {path.name for path in out.iterdir()} == {"index.html", REPORTS_MARKER}
    assert {path.name for path in out.parent.iterdir()} == {"reports", ".reports.lock"}


def test_a_failure_leaves_the_former_pages(tmp_path: Path) -> None:
    out = tmp_path / "reports"
    publish(out, "first")

    def fail() -> None:
        with made_aside(out) as made:
            (made.directory / "index.html").write_text("second", encoding="utf-8")
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail()
    assert (out / "index.html").read_text(encoding="utf-8") == "first"
    assert {path.name for path in tmp_path.iterdir()} == {"reports", ".reports.lock"}


def test_a_directory_of_others_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(UsageError, match="not made by mcuaudit"):
        publish(tmp_path, "page")
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_a_directory_that_others_fill_meanwhile_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "reports"

    def fill() -> None:
        with made_aside(out):
            out.mkdir()
            (out / "thesis.txt").write_text("years of work", encoding="utf-8")

    with pytest.raises(UsageError, match="not made by mcuaudit"):
        fill()
    assert (out / "thesis.txt").is_file()


def test_an_empty_directory_is_used_and_a_file_refused(tmp_path: Path) -> None:
    publish(tmp_path, "page")
    assert (tmp_path / "index.html").is_file()
    with pytest.raises(UsageError, match="is a file"):
        publish(tmp_path / "index.html", "page")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    publish(tmp_path / "link", "page")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "index.html").is_file()


def abandoned(out: Path, suffix: str) -> Path:
    """What a run leaves behind that was killed."""
    left = out.parent / f".{out.name}-x1{suffix}"
    left.mkdir(parents=True)
    (left / "index.html").write_text("left", encoding="utf-8")
    (left / REPORTS_MARKER).write_text(json.dumps({"made_by": "mcuaudit"}), encoding="utf-8")
    return left


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    left = abandoned(tmp_path / "reports", ".making")
    publish(tmp_path / "reports", "page")
    assert not left.exists()


def test_what_a_run_makes_that_is_going_on_stays(tmp_path: Path) -> None:
    out = tmp_path / "reports"
    left = abandoned(out, ".making")
    with held(lock_beside(out)), pytest.raises(BusyError, match="process"):
        publish(out, "page")
    assert (left / "index.html").is_file()
    assert not out.exists()


def test_directories_that_only_look_alike_stay(tmp_path: Path) -> None:
    alike = tmp_path / ".reports-mine.making"
    alike.mkdir()
    publish(tmp_path / "reports", "page")
    assert alike.is_dir()


def test_pages_between_two_renames_come_back(tmp_path: Path) -> None:
    out = tmp_path / "reports"
    abandoned(out, ".former")

    def fail() -> None:
        with made_aside(out):
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail()
    assert (out / "index.html").read_text(encoding="utf-8") == "left"


def test_a_file_that_somebody_else_put_beside_the_pages_is_never_deleted(tmp_path: Path) -> None:
    out = tmp_path / "reports"
    publish(out, "first")
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"contains notes\.txt"):
        publish(out, "second")
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
