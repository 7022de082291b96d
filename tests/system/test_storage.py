"""Failures of the machine are an error of their own, which says what to do; others stay what they are."""

from __future__ import annotations

import errno
import gc
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit import Audit, McuAuditError, StorageError, UsageError
from mcuaudit.system.files import write_whole
from mcuaudit.system.storage import failures_of_storage, storage_error
from mcuaudit.writers.formats import write_audit
from tests.clean_export import CleanExport

resource = pytest.importorskip("resource", reason="limits of Unix")
FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/dev/full and limits are those of Linux")


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    return CleanExport().audit(tmp_path_factory.mktemp("export") / "export")


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file can be longer than 1,000 octets."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, former[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, former)


@pytest.mark.parametrize("name", ["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS", "ESTALE"])
def test_a_failure_of_the_machine_is_named_with_what_to_do(name: str) -> None:
    error = OSError(getattr(errno, name), "words of a library")
    found = storage_error("x.json", error)
    assert isinstance(found, StorageError)
    assert isinstance(found, McuAuditError)
    assert not isinstance(found, UsageError)
    assert str(found).startswith("x.json cannot be written: ")
    assert str(found).endswith(", or write elsewhere.")
    assert "Errno" not in str(found)


@pytest.mark.parametrize(
    "error", [FileNotFoundError(errno.ENOENT, "x"), BrokenPipeError(errno.EPIPE, "x"), ValueError(), UsageError("x")]
)
def test_other_errors_are_none(error: Exception) -> None:
    assert storage_error("x.json", error) is None
    with pytest.raises(type(error)), failures_of_storage("x.json"):
        raise error


def test_the_error_of_the_system_is_the_cause_and_the_place_is_that_of_the_caller() -> None:
    error = OSError(errno.ENOSPC, "x")
    with pytest.raises(StorageError, match=r"^reports cannot") as raised, failures_of_storage("reports"):
        raise storage_error("reports.making", error) or error from error
    assert raised.value.__cause__ is error
    # An error that comes from another process has lost its cause.
    with pytest.raises(StorageError, match=r"^there cannot"), failures_of_storage("reports"):
        raise StorageError("there cannot")


def test_the_errors_of_many_files_are_read() -> None:
    error = shutil.Error([("a", "b", "[Errno 28] No space left on device: 'b'")])
    assert "No space left" in str(storage_error("copy", error))


def _raise_own() -> None:
    try:
        raise OSError(errno.ENOSPC, "x")
    except OSError as error:
        raise RuntimeError(error)  # noqa: B904 - as xlsxwriter does


def test_a_library_with_an_error_of_its_own_hides_nothing() -> None:
    with pytest.raises(StorageError, match="No space left"), failures_of_storage("x"):
        _raise_own()


@pytest.mark.parametrize("format_name", ["json", "csv", "xlsx"])
def test_a_file_on_a_full_disk(format_name: str, audit: Audit) -> None:
    with pytest.raises(StorageError, match=r"^/dev/full cannot be written: No space left on device\. Free space"):
        write_audit(audit, "x", format_name, FULL)


@pytest.mark.parametrize("format_name", ["json", "xlsx", "parquet"])
def test_a_former_output_is_intact(format_name: str, audit: Audit, tmp_path: Path, small_files: None) -> None:
    place = tmp_path / "place"
    if format_name == "parquet":
        place.mkdir()
    else:
        place.write_text("former")
    with pytest.raises(StorageError, match="File too large"):
        write_audit(audit, "x", format_name, place)
    assert [one.name for one in tmp_path.iterdir()] == ["place"]
    assert list(place.iterdir()) == [] if format_name == "parquet" else place.read_text() == "former"


def test_former_reports_are_intact(audit: Audit, tmp_path: Path, small_files: None) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / ".mcuaudit-reports.json").write_text("{}")
    (out / "index.html").write_text("former")
    with pytest.raises(StorageError, match=f"^{out} cannot be written: File too large"):
        mcuaudit.render_reports(audit, out)
    assert sorted(one.name for one in tmp_path.iterdir()) == [".out.lock", "out"]
    assert (out / "index.html").read_text() == "former"


def test_a_report_that_cannot_be_written_ends_the_run(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unlike a notebook that fails: the former reports are better than a part of the new ones."""

    def full(*_given: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "x")

    monkeypatch.setattr("mcuaudit.report.execute.execute", full)
    out = tmp_path / "out"
    with pytest.raises(StorageError, match=f"^{out} cannot be written: No space"):
        mcuaudit.render_reports(audit, out)
    assert not out.exists()


def test_the_other_places(audit: Audit, tmp_path: Path, small_files: None, monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()
    unheard: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", unheard.append)
    with pytest.raises(StorageError, match="compared cannot be written"):
        mcuaudit.compare(audit, audit).save(tmp_path / "compared")
    with pytest.raises(StorageError, match=r"x\.xlsx cannot be written"):
        mcuaudit.to_excel(audit.findings, tmp_path / "x.xlsx")
    with pytest.raises(StorageError, match=r"kept.* cannot be written"):
        audit.save(tmp_path / "kept", dated=True)
    gc.collect()
    assert not unheard


def test_wrong_use_stays_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        write_whole(tmp_path / "none" / "x", "")
