"""Fleet and Audit: kept as Parquet and loaded again, whole or not at all; one site of a fleet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import Audit, UsageError
from mcuaudit.frames.declared_frames import SchemaError, build_frame, conform
from mcuaudit.frames.save import SCHEMA_VERSION
from mcuaudit.frames.schema import AUDIT_FRAMES, FLEET_FRAMES, SCHEMAS
from tests.clean_export import DEVICE, CleanExport
from tests.rules.breakages import FAILS


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """Two sites, with findings, problems and missing values of every kind."""
    export = CleanExport()
    for code in ("MCU102", "MCU103", "MCU901"):
        FAILS[code](export)
    export.files[f"{DEVICE}/notes.txt"] = b""
    return export.audit(tmp_path_factory.mktemp("export"))


@pytest.mark.parametrize("name", FLEET_FRAMES + AUDIT_FRAMES)
def test_a_frame_has_the_declared_columns_and_survives_being_kept(name: str, audit: Audit, tmp_path: Path) -> None:
    frame: pd.DataFrame = getattr(audit, name)
    assert list(frame.columns) == SCHEMAS[name].names
    for column in SCHEMAS[name].columns:
        assert frame[column.name].dtype == column.pandas_dtype, column.name
    loaded = mcuaudit.load(audit.save(tmp_path / "kept"))
    pd.testing.assert_frame_equal(getattr(loaded, name), frame)


@pytest.mark.parametrize("name", [name for name in FLEET_FRAMES + AUDIT_FRAMES if name != "problems"])
def test_the_key_of_a_frame_tells_its_rows_apart(name: str, audit: Audit) -> None:
    frame: pd.DataFrame = getattr(audit, name)
    assert not frame.duplicated(list(SCHEMAS[name].key)).any()


def test_a_kept_audit_says_what_it_was_made_of(audit: Audit, tmp_path: Path) -> None:
    loaded = mcuaudit.load(audit.save(tmp_path / "kept"))
    assert (loaded.at, loaded.policy, loaded.versions) == (audit.at, audit.policy, audit.versions)
    assert loaded.fleet.input_sha256 == audit.fleet.input_sha256
    assert loaded.fleet.policy == audit.fleet.policy
    assert loaded.audit_id == audit.audit_id


def test_a_loaded_fleet_is_judged_the_same_without_the_export(audit: Audit, tmp_path: Path) -> None:
    loaded = mcuaudit.load(audit.save(tmp_path / "kept"))
    again = mcuaudit.audit(loaded.fleet, at=loaded.at)
    pd.testing.assert_frame_equal(again.findings, audit.findings)
    pd.testing.assert_frame_equal(again.connections, audit.connections)


def test_one_site_has_its_rows_only(audit: Audit) -> None:
    site = audit.select("oslo")
    assert set(site.devices["site"]) == set(site.connections["site"]) == {"oslo"}
    assert 0 < len(site.findings) < len(audit.findings)
    with pytest.raises(UsageError, match='Did you mean "oslo"'):
        audit.select("olso")


def test_an_audit_cut_short_is_refused(audit: Audit, tmp_path: Path) -> None:
    kept = audit.save(tmp_path / "kept")
    (kept / "findings.parquet").write_bytes((kept / "findings.parquet").read_bytes()[:100])
    with pytest.raises(UsageError, match=r"findings\.parquet cannot be loaded"):
        mcuaudit.load(kept)
    (kept / "findings.parquet").unlink()
    with pytest.raises(UsageError, match="damaged or incomplete"):
        mcuaudit.load(kept)


def test_an_audit_of_another_schema_is_refused(audit: Audit, tmp_path: Path) -> None:
    kept = audit.save(tmp_path / "kept")
    manifest = kept / "audit.json"
    manifest.write_text(manifest.read_text().replace(f'"schema": {SCHEMA_VERSION}', '"schema": 99'))
    with pytest.raises(UsageError, match="schema 99"):
        mcuaudit.load(kept)


def test_saving_never_replaces_what_is_no_audit(audit: Audit, tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("x")
    with pytest.raises(UsageError, match="nothing was written"):
        audit.save(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["precious.txt"]


def test_a_directory_without_an_audit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no device and no saved audit"):
        mcuaudit.load(tmp_path)


def test_what_is_not_declared_is_refused() -> None:
    with pytest.raises(SchemaError, match="declares no column colour"):
        build_frame("administration", [{"colour": "red"}])
    with pytest.raises(SchemaError, match="has no outcome in row 0"):
        build_frame("administration", [{"device_id": "a"}])
    with pytest.raises(SchemaError, match='holds "perhaps"'):
        build_frame("administration", [{"outcome": "perhaps"}])
    with pytest.raises(SchemaError, match="has no column "):
        conform("administration", pd.DataFrame())


def test_outcomes_are_ordered_and_concatenate(audit: Audit) -> None:
    both = pd.concat([audit.connections["outcome"], audit.evaluations["outcome"]])
    assert both.dtype == mcuaudit.OUTCOME
    assert (both >= "open").sum() == both.isin(["open", "fail"]).sum()
