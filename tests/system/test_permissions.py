"""A saved audit is its owner's alone, pages follow the umask, and a mode that is given holds for all."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit.errors import UsageError
from mcuaudit.report.render import render_reports
from mcuaudit.system.permissions import file_mode, no_more_than, restrict
from tests import programs
from tests.clean_export import CleanExport

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


def modes(directory: Path) -> tuple[set[int], set[int]]:
    """The modes of the directories, this one included, and of the files below."""
    below = [directory, *directory.rglob("*")]
    found = [(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in below]
    return {mode for is_directory, mode in found if is_directory}, {
        mode for is_directory, mode in found if not is_directory
    }


@pytest.fixture(params=[0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> mcuaudit.Audit:
    return CleanExport().audit(tmp_path_factory.mktemp("export"))


@pytest.mark.parametrize(
    ("given", "mode"), [("640", 0o640), ("0640", 0o640), ("600", 0o600), (0o664, 0o664), ("755", 0o644), (0o777, 0o666)]
)
def test_a_mode_is_a_number_or_octal_digits(given: int | str, mode: int) -> None:
    assert file_mode(given) == mode


@pytest.mark.parametrize(
    "given", ["", "rw", "8", "689", "440", "1640", "-640", "640 ", 0o440, -1, 0o1640, "0o640", "u=rw", "٦٤٠"]
)
def test_another_is_refused(given: int | str) -> None:
    with pytest.raises(UsageError, match="expected octal digits with read and write for the owner, for example 640"):
        file_mode(given)


def test_directories_are_entered_by_those_who_may_read_them(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_text("x")
    for mode, entered in ((0o600, 0o700), (0o640, 0o750), (0o664, 0o775), (0o622, 0o722)):
        restrict(tmp_path / "a", mode)
        assert modes(tmp_path / "a") == ({entered}, {mode})


def test_a_saved_audit_is_its_owners_alone_whatever_the_umask(
    umask: int, audit: mcuaudit.Audit, tmp_path: Path
) -> None:
    assert modes(audit.save(tmp_path / "kept", dated=True)) == ({0o700}, {0o600})
    assert modes(audit.save(tmp_path / "mine", mode="640")) == ({0o750}, {0o640})
    assert modes(audit.save(tmp_path / "mine")) == ({0o700}, {0o600}), "not those of the audit that it replaces"
    assert mcuaudit.load(tmp_path / "mine").at == audit.at


@pytest.mark.usefixtures("short_pages")
def test_pages_follow_the_umask_and_the_audit_beside_them_does_not(
    umask: int, audit: mcuaudit.Audit, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    render_reports(audit, out, bundle=True)
    assert modes(out / "audit") == ({0o700}, {0o600})
    pages = [out, out / "sites", out / "bundles", out / "index.html", out / "fleet.html", out / "bundles" / "leeds.zip"]
    for path in pages:
        assert stat.S_IMODE(path.stat().st_mode) == (0o777 if path.is_dir() else 0o666) & ~umask, path


@pytest.mark.usefixtures("short_pages")
def test_a_mode_holds_for_all_of_a_report(audit: mcuaudit.Audit, tmp_path: Path) -> None:
    render_reports(audit, tmp_path / "out", mode="640")
    assert modes(tmp_path / "out") == ({0o750}, {0o640})
    with pytest.raises(UsageError, match="expected octal digits"):
        render_reports(audit, tmp_path / "out", mode="rw")


@pytest.mark.part(4)
@pytest.mark.parametrize(
    "options", [["--out", "a.json"], ["--out", "audit"], ["--keep", "kept"], ["--metrics", "m.prom"]]
)
def test_the_option_of_check_holds_for_what_it_writes(options: list[str], umask: int, tmp_path: Path) -> None:
    CleanExport().write(tmp_path / "export")
    place = tmp_path / "place"
    place.mkdir()
    option, name = options
    words = ["check", tmp_path / "export", option, place / name, "--mode", "640", "--at", "2026-06-01"]
    done = programs.run(*words)
    assert done.returncode in (0, 1), done.stderr
    written = [path for path in place.rglob("*") if path.is_file() and path.name != ".lock"]
    assert written
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o640}


def test_nothing_that_is_made_meanwhile_has_more(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        with no_more_than(0o640):
            (tmp_path / "directory").mkdir()
            (tmp_path / "directory" / "file").touch(0o666)
        assert modes(tmp_path / "directory") == ({0o750}, {0o640})
        with no_more_than(None):
            (tmp_path / "other").touch(0o666)
        assert stat.S_IMODE((tmp_path / "other").stat().st_mode) == 0o666
    finally:
        os.umask(former)


def test_a_device_keeps_its_permissions() -> None:
    before = Path("/dev/null").stat().st_mode
    restrict("/dev/null", 0o600)
    assert Path("/dev/null").stat().st_mode == before
