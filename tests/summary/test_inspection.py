"""What an export has for one device: each value with its file, and the values that it overrides."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import Audit, UsageError
from mcuaudit.frames.declared_frames import conform
from mcuaudit.frames.schema import SCHEMAS
from tests.command.conftest import Run, run  # noqa: F401 - a fixture
from tests.hints import hint_of

COURT, TRAINING, CHANGI = "leeds/mcu-court", "leeds/mcu-training", "singapore/mcu-changi"
SAMPLE = mcuaudit.sample_directory()


def of(rows: pd.DataFrame, part: str, name: str) -> list[tuple[object, ...]]:
    """Value, place and file of each row with that name, in order."""
    mine = rows[(rows["part"] == part) & (rows["name"] == name)].sort_values("rank")
    return [tuple(row) for row in mine[["value", "place", "file"]].to_numpy().tolist()]


def test_each_value_has_its_file_and_those_below_it(sample_audit: Audit) -> None:
    rows = mcuaudit.inspect(sample_audit, TRAINING)
    pd.testing.assert_frame_equal(rows, conform("inspection", rows))
    assert of(rows, "setting", "ssl_certificates.ocsp.enabled") == [
        ("true", "device", f"{TRAINING}/settings.toml"),
        ("false", "fleet", "settings.toml"),
    ]
    stores = rows[rows["name"] == "https_trust_store"]
    assert stores[["rank", "place", "certificates"]].to_numpy().tolist() == [[1, "device", 2], [2, "site", 3]]
    assert of(rows, "user", "sarah.whitfield") == [("administrator", "site", "leeds/settings.toml")]
    assert of(rows, "peer", "recorder")[0][1:] == ("device", f"{TRAINING}/peers.toml")
    assert of(rows, "peer", "expressway-leeds")[0][1:] == ("site", "leeds/peers.toml")


def test_every_device_has_the_values_of_its_settings_and_each_row_once(sample_audit: Audit) -> None:
    fleet = sample_audit.fleet
    overridden = 0
    for device_id in fleet.devices["device_id"]:
        rows = mcuaudit.inspect(fleet, device_id)
        assert not rows.duplicated(list(SCHEMAS["inspection"].key)).any()
        settings = fleet.settings[(fleet.settings["device_id"] == device_id) & (fleet.settings["setting"] != "users")]
        mine = rows[(rows["part"] == "setting") & (rows["rank"] == 1)]
        for column in ("value", "file", "key"):
            assert mine[column].fillna("").tolist() == settings[column].fillna("").tolist()
        overridden += int((rows["rank"] > 1).sum())
    assert overridden > 20


def test_without_a_value_the_one_below_it_is_in_force(tmp_path: Path) -> None:
    """Also of a table that the site has; and a response of the device comes before what was typed."""
    export = tmp_path / "export"
    shutil.copytree(SAMPLE, export)
    file = export / COURT / "settings.toml"
    below = of(mcuaudit.inspect(mcuaudit.read_export(export), COURT), "setting", "services.http")[1:]
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("http = false\n", "", 1), encoding="utf-8")
    assert of(mcuaudit.inspect(mcuaudit.read_export(export), COURT), "setting", "services.http") == below
    elbe = of(mcuaudit.inspect(mcuaudit.read_export(export), "hamburg/mcu-elbe"), "setting", "services.ftp")
    assert [place for _, place, _ in elbe] == ["site", "fleet"]


def test_what_cannot_be_read_is_shown_and_hides_what_is_farther(tmp_path: Path) -> None:
    export = tmp_path / "export"
    shutil.copytree(SAMPLE, export)
    (export / COURT / "settings.toml").write_text("[services\n", encoding="utf-8")
    rows = mcuaudit.inspect(mcuaudit.read_export(export), COURT)
    found = rows[(rows["part"] == "setting") & (rows["name"] == "services.http")]
    assert found["source"].tolist() == ["damaged", "inherited"]
    assert "nothing farther away is used" in found["remark"].iloc[0]
    store = mcuaudit.inspect(mcuaudit.read_export(export), CHANGI)
    store = store[store["name"] == "https_trust_store"]
    assert store[["source", "certificates", "remark"]].iloc[0].tolist() == [
        "damaged", 2, "a part of the file cannot be read",
    ]  # fmt: skip


def test_an_export_that_has_changed_or_is_gone_has_no_values_below(tmp_path: Path) -> None:
    export = tmp_path / "export"
    shutil.copytree(SAMPLE, export)
    fleet = mcuaudit.read_export(export)
    whole = mcuaudit.inspect(fleet, COURT)
    assert (whole[whole["part"] == "setting"]["rank"] > 1).any()
    (export / COURT / "settings.toml").write_text("[services]\nhttp = true\n", encoding="utf-8")
    for changed in (fleet, replace(fleet, source=str(tmp_path / "gone"))):
        rows = mcuaudit.inspect(changed, COURT)
        assert not (rows[rows["part"] == "setting"]["rank"] > 1).any()
        assert of(rows, "setting", "services.http") == [("false", "device", f"{COURT}/settings.toml")]


def test_the_policy_names_what_is_not_the_default(tmp_path: Path) -> None:
    export = tmp_path / "export"
    shutil.copytree(SAMPLE, export)
    (export / "mcuaudit.toml").write_text("[thresholds]\nexpiry_days = 45\n[rules]\nMCU105 = 'off'\n", encoding="utf-8")
    rows = mcuaudit.inspect(mcuaudit.read_export(export), COURT)
    policy = rows[(rows["part"] == "policy") & (rows["source"] == "policy")]
    assert policy[["name", "value"]].to_numpy().tolist() == [
        ["thresholds.expiry_days", "45"],
        ["rules.MCU105", '"off"'],
    ]
    assert policy["file"].str.endswith("mcuaudit.toml").all()


def test_a_redacted_audit_shows_pseudonyms_alone(sample_audit: Audit, tmp_path: Path) -> None:
    redacted = sample_audit.redact(tmp_path / "key")
    text = mcuaudit.inspect(redacted, redacted.devices["device_id"].iloc[0]).to_csv()
    for planted in ("hamburg", "alster", "192.168.40", "Example Corp", str(SAMPLE)):
        assert planted not in text


def test_a_hint_for_a_device_leads_on(sample_audit: Audit) -> None:
    with pytest.raises(UsageError) as refused:
        mcuaudit.inspect(sample_audit, "leeds/mcu-cort")
    assert "the export has hamburg/mcu-alster" in str(refused.value)
    assert len(mcuaudit.inspect(sample_audit, hint_of(str(refused.value))))


def test_the_command_prints_lines_csv_and_json(run: Run, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    ran = run("inspect", SAMPLE, TRAINING)
    assert ran.code == 0
    assert ran.out.startswith(f"{TRAINING}: 29 settings in force, 7 not in the export; 4 values are overridden.\n")
    assert "  services.http: true (fleet: settings.toml [services] http)\n" in ran.out
    assert "    overrides false (fleet: settings.toml [ssl_certificates.ocsp] enabled)\n" in ran.out
    assert "Secure management (HTTPS), Encryption" in ran.out
    assert run("inspect", SAMPLE, TRAINING, "--format", "csv").out.startswith("device_id,part,name,rank,value,")
    assert len(json.loads(run("inspect", SAMPLE, TRAINING, "--format", "json").out)["inspection"]) > 40
    kept = mcuaudit.load(SAMPLE, at="2026-11-23").save(tmp_path / "kept")
    assert run("inspect", kept, TRAINING).out == ran.out
    ran = run("inspect", SAMPLE, "leeds/mcu-cort")
    assert ran.code == 2
    assert 'Did you mean "leeds/mcu-court"?' in ran.err
