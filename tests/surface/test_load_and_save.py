"""One way to open an audit and one to keep it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import Audit, UsageError
from tests.authority import NOW
from tests.clean_export import DEVICE, CleanExport


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return CleanExport().write(tmp_path_factory.mktemp("export") / "export")


@pytest.fixture(scope="module")
def audit(export: Path) -> Audit:
    return mcuaudit.load(export, at=NOW)


def reports(audit: Audit, directory: Path) -> Path:
    """A directory of reports, as far as loading looks at it."""
    audit.save(directory / "audit")
    (directory / ".mcuaudit-reports.json").write_text("{}")
    (directory / "index.html").write_text("")
    return directory


def test_an_export_is_audited_as_of_the_time_given(export: Path, audit: Audit) -> None:
    assert audit.at == NOW
    assert mcuaudit.load(str(export), at="2027-01-01").at == datetime(2027, 1, 1, tzinfo=UTC)
    pd.testing.assert_frame_equal(audit.findings, mcuaudit.audit(mcuaudit.read_export(export), at=NOW).findings)


def test_without_a_time_it_is_now(export: Path) -> None:
    assert abs(mcuaudit.load(export).at - datetime.now(UTC)) < timedelta(minutes=10)


@pytest.mark.parametrize("text", [False, True])
def test_a_kept_audit_and_reports_are_loaded_as_they_are(text: bool, audit: Audit, tmp_path: Path) -> None:
    for place in (audit.save(tmp_path / "kept"), reports(audit, tmp_path / "reports")):
        found = mcuaudit.load(str(place) if text else place)
        assert (found.at, found.audit_id) == (audit.at, audit.audit_id)
        pd.testing.assert_frame_equal(found.connections, audit.connections)


def test_a_kept_audit_has_its_own_time(audit: Audit, tmp_path: Path) -> None:
    kept = audit.save(tmp_path / "kept")
    for opened in (mcuaudit.load, mcuaudit.open_audit, mcuaudit.fleet_report):
        with pytest.raises(UsageError, match="has its own time"):
            opened(kept, at="2026-11-23")


def test_an_export_that_holds_an_audit_is_an_export(audit: Audit, tmp_path: Path) -> None:
    export = CleanExport().write(tmp_path / "export")
    audit.save(export / "audit")
    found = mcuaudit.load(export, at="2027-01-01")
    assert found.at == datetime(2027, 1, 1, tzinfo=UTC)
    assert found.fleet.source == str(export)


def test_what_is_neither_is_refused_with_what_was_found(audit: Audit, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="contains no device and no saved audit"):
        mcuaudit.load(tmp_path)
    kept = audit.save(tmp_path / "kept")
    with pytest.raises(UsageError, match=r'no such directory.*Did you mean "kept"'):
        mcuaudit.load(tmp_path / "kepd")
    (kept / "notes.txt").touch()
    with pytest.raises(UsageError, match=r"but also notes\.txt.*Remove notes\.txt"):
        mcuaudit.load(kept)
    with pytest.raises(UsageError, match="2026-11-23"):
        mcuaudit.load(CleanExport().write(tmp_path / "export"), at="yesterday")


def test_the_former_names_open_and_keep_the_same(export: Path, audit: Audit, tmp_path: Path) -> None:
    assert mcuaudit.open_audit(export=str(export), at="2026-06-15").devices["device_id"].tolist() == [DEVICE]
    assert mcuaudit.open_audit(audit) is audit
    kept = audit.save(str(tmp_path / "kept"), dated=True)
    assert mcuaudit.open_audit(kept, export="", at="").audit_id == audit.audit_id
    assert mcuaudit.open_audit(str(kept)) is mcuaudit.open_audit(kept), "a report per site reads it once"
    assert mcuaudit.earlier_audit(audit, kept).audit_id == audit.audit_id
    with pytest.raises(UsageError, match="contains no saved audit"):
        mcuaudit.earlier_audit(audit, export)


def test_an_empty_name_is_the_sample_fleet(monkeypatch: pytest.MonkeyPatch, export: Path) -> None:
    monkeypatch.setenv("MCUAUDIT_EXPORT", str(export))
    assert mcuaudit.open_audit("", export="", at="").fleet.source == str(export)


def test_reports_take_what_load_takes_or_an_audit(export: Path, audit: Audit, tmp_path: Path) -> None:
    site = DEVICE.partition("/")[0]
    kept = audit.save(tmp_path / "kept")
    for source, at in ((audit, None), (str(kept), None), (reports(audit, tmp_path / "reports"), None), (export, NOW)):
        assert mcuaudit.site_report(source, site, at=at).audit.sites == [site]
        assert mcuaudit.fleet_report(source, at=at).audit.audit_id == audit.audit_id
    assert mcuaudit.site_report("", "", export=str(export), at="2026-06-15").audit.sites == [site]


def test_an_audit_is_kept_in_exactly_that_place_or_below_it_by_date(audit: Audit, tmp_path: Path) -> None:
    assert audit.save(str(tmp_path / "one")) == tmp_path / "one"
    assert audit.save(tmp_path / "one") == tmp_path / "one", "an audit is replaced"
    first, second = (audit.save(tmp_path / "runs", dated=True) for _ in range(2))
    assert first == tmp_path / "runs" / f"2026-06-15T120000Z-{audit.audit_id}"
    assert second == tmp_path / "runs" / f"2026-06-15T120000Z-2-{audit.audit_id}"
    assert len(mcuaudit.trend(str(tmp_path / "runs"))) == 2


def in_a_file(audit: Audit, directory: Path) -> None:
    audit.save(directory / "file")


def dated_in_a_file(audit: Audit, directory: Path) -> None:
    audit.save(directory / "file", dated=True)


def below_a_file(audit: Audit, directory: Path) -> None:
    audit.save(directory / "file" / "kept")


def dated_in_an_audit(audit: Audit, directory: Path) -> None:
    audit.save(directory / "audit", dated=True)


@pytest.mark.parametrize(
    ("kept", "words"),
    [(in_a_file, "is a file"), (dated_in_a_file, "is a file"), (below_a_file, "cannot be written"),
     (dated_in_an_audit, "is itself a saved audit")],
)  # fmt: skip
def test_a_place_that_cannot_be_used_is_refused(
    kept: Callable[[Audit, Path], None], words: str, audit: Audit, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    audit.save(tmp_path / "audit")
    with pytest.raises(UsageError, match=words):
        kept(audit, tmp_path)
    assert (tmp_path / "file").read_text() == "x"
    assert mcuaudit.load(tmp_path / "audit").audit_id == audit.audit_id
