"""The register of formats: each writes a file or a directory, whole or not at all."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import mcuaudit
from mcuaudit import Audit
from mcuaudit.errors import StorageError, UsageError
from mcuaudit.frames import save
from mcuaudit.writers import formats
from mcuaudit.writers.csv_table import csv_of
from mcuaudit.writers.formats import FORMATS, content_of, write_audit
from mcuaudit.writers.interface import Format


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_written_and_replaces_what_it_wrote(name: str, sample: Audit, tmp_path: Path) -> None:
    target = tmp_path / f"audit{FORMATS[name].ending}"
    for _ in range(2):
        assert write_audit(sample, "fleet", name, target) == target
        assert [path.name for path in tmp_path.iterdir()] == [target.name]
    if not FORMATS[name].save:
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
    with pytest.raises(UsageError, match="contains no saved audit"):
        write_audit(sample, "fleet", "parquet", tmp_path / "other")
    assert (tmp_path / "file").read_text() == (tmp_path / "other" / "mine").read_text() == "mine"


def test_a_kept_audit_that_cannot_be_replaced_stays(
    sample: Audit, evil: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = write_audit(sample, "fleet", "parquet", tmp_path / "kept")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(save, "_write", full)
    with pytest.raises(StorageError, match="kept cannot be written: No space left"):
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
    with pytest.raises(UsageError, match="--frame: unknown frame"):
        write_audit(sample, "fleet", name, tmp_path / "b.csv", frame="device")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_csv_holds_a_frame_of_the_comparison_where_there_is_one(compared: Audit, sample: Audit) -> None:
    assert csv_of(compared, "finding_changes").startswith("change,finding_id,")
    with pytest.raises(UsageError, match="--frame: unknown frame"):
        csv_of(sample, "finding_changes")


def test_a_frame_with_octets_is_written_without_them(sample: Audit) -> None:
    header = csv_of(sample, "certificates").partition("\r\n")[0].split(",")
    assert "certificate" in header
    assert "der" not in header
    assert "ocsp_response" not in csv_of(sample, "peers").partition("\r\n")[0]


def loaded_by(code: str) -> set[str]:
    """Which of the libraries that writers use are loaded after that code ran."""
    heavy = "{'pandas', 'xlsxwriter', 'pyarrow', 'prometheus_client'}"
    code = f"import sys; {code}; print(*({heavy} & set(sys.modules)))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_names_and_endings_are_known_without_loading_what_writes_them() -> None:
    assert loaded_by("from mcuaudit.writers.formats import FORMATS; [one.ending for one in FORMATS.values()]") == set()


def test_one_format_does_not_load_the_library_of_another(sample: Audit, tmp_path: Path) -> None:
    kept = sample.save(tmp_path / "kept")
    loaded = loaded_by(
        f"import mcuaudit; from mcuaudit.writers.formats import write_audit; "
        f"write_audit(mcuaudit.load({str(kept)!r}), 'x', 'csv', {str(tmp_path / 'a.csv')!r})"
    )
    assert "pandas" in loaded
    assert not loaded & {"xlsxwriter", "prometheus_client"}


def test_each_module_of_the_package_declares_one_format() -> None:
    modules = [module.name for module in pkgutil.iter_modules(formats.__path__)]
    assert len(modules) == len(FORMATS.own) == len({one.name for one in FORMATS.own.values()})


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if one.one_frame])
def test_only_formats_of_one_frame_take_a_frame(name: str, sample: Audit) -> None:
    assert content_of(sample, "fleet", name, frame="devices")
    with pytest.raises(UsageError, match=f"--frame applies only to .*{name}"):
        content_of(sample, "fleet", "json", frame="devices")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "Table of pages"}, "lower-case letters"),
        ({"name": "table"}, 'but not "table"'),
        ({"ending": ""}, 'write for example ".csv"'),
        ({"make": None}, "needs either make"),
        ({"save": lambda audit, target: target}, "needs either make"),
        ({"make": None, "save": lambda audit, target: target}, "is a directory, but has the extension"),
    ],
)
def test_a_format_that_is_declared_wrongly_is_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Format(**{"name": "x", "meaning": "x", "ending": ".x", "make": lambda request: "", **values})
