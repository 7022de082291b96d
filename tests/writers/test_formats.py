"""The register of formats: each writes a file or a directory, whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit import Audit
from mcuaudit.errors import UsageError
from mcuaudit.frames import save
from mcuaudit.writers.csv_table import csv_of
from mcuaudit.writers.formats import FORMATS, content_of, write_audit


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_written_and_replaces_what_it_wrote(name: str, sample: Audit, tmp_path: Path) -> None:
    target = tmp_path / f"audit{FORMATS[name].ending}"
    for _ in range(2):
        assert write_audit(sample, "fleet", name, target) == target
        assert [path.name for path in tmp_path.iterdir()] == [target.name]
    if FORMATS[name].make:
        assert target.read_bytes() == content_of(sample, "fleet", name)
    else:
        assert mcuaudit.load(target).audit_id == sample.audit_id


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if one.make])
def test_a_directory_or_a_missing_one_is_an_error(name: str, sample: Audit, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a directory"):
        write_audit(sample, "fleet", name, tmp_path)
    with pytest.raises(UsageError, match="does not exist"):
        write_audit(sample, "fleet", name, tmp_path / "no" / "audit")


def test_parquet_is_no_file(sample: Audit, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="directory"):
        content_of(sample, "fleet", "parquet")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="file"):
        write_audit(sample, "fleet", "parquet", tmp_path / "file")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine").write_text("mine")
    with pytest.raises(UsageError, match="holds no audit"):
        write_audit(sample, "fleet", "parquet", tmp_path / "other")
    assert (tmp_path / "file").read_text() == (tmp_path / "other" / "mine").read_text() == "mine"


def test_a_kept_audit_that_cannot_be_replaced_stays(
    sample: Audit, evil: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = write_audit(sample, "fleet", "parquet", tmp_path / "kept")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(save, "_write", full)
    with pytest.raises(UsageError, match="kept cannot be written: No space left"):
        write_audit(evil, "fleet", "parquet", target)
    assert mcuaudit.load(target).audit_id == sample.audit_id
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize("name", ["xlsy", ""])
def test_an_unknown_format_is_refused_with_those_there_are(name: str, sample: Audit, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='"csv-spreadsheet"'):
        write_audit(sample, "fleet", name, tmp_path / "x")


def test_an_unknown_frame_is_refused_with_the_nearest(sample: Audit) -> None:
    with pytest.raises(UsageError, match='Did you mean "connections"'):
        csv_of(sample, "conections")


@pytest.mark.parametrize("name", ["csv", "csv-spreadsheet"])
def test_csv_holds_the_frame_that_is_wanted(name: str, sample: Audit, tmp_path: Path) -> None:
    text = write_audit(sample, "fleet", name, tmp_path / "a.csv", frame="devices").read_text(encoding="utf-8-sig")
    assert text.startswith("device_id,site,")
    with pytest.raises(UsageError, match="The frame"):
        write_audit(sample, "fleet", name, tmp_path / "b.csv", frame="device")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_csv_holds_a_frame_of_the_comparison_where_there_is_one(compared: Audit, sample: Audit) -> None:
    assert csv_of(compared, "finding_changes").startswith("change,finding_id,")
    with pytest.raises(UsageError, match="The frame"):
        csv_of(sample, "finding_changes")


def test_a_frame_with_octets_is_written_without_them(sample: Audit) -> None:
    header = csv_of(sample, "certificates").partition("\r\n")[0].split(",")
    assert "certificate" in header
    assert "der" not in header
    assert "ocsp_response" not in csv_of(sample, "peers").partition("\r\n")[0]


def test_names_of_formats_are_known_without_loading_what_writes_them() -> None:
    code = (
        "import sys, mcuaudit.writers.formats; print({'pandas', 'xlsxwriter', 'prometheus_client'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
