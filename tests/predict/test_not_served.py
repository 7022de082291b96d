"""Devices that no certificate decides about: another model than an MCU, or one whose key does not match."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from mcuaudit import Audit
from tests.clean_export import DEVICE, CleanExport
from tests.predict.test_mesh import three_devices

TLS = ["incoming_sip", "outgoing_sip", "web_user", "api_user", "feedback_receiver"]


def changed(tmp_path: Path, table: str, **values: str) -> Audit:
    export = CleanExport()
    export.settings[table].update(values)
    return export.audit(tmp_path)


def outcomes(audit: Audit) -> dict[str, str]:
    found = audit.connections
    return dict(zip(found["connection_type"].astype(str), found["outcome"].astype(str), strict=True))


@pytest.mark.parametrize("model", ["TS 8710", "MSE 8050", "ISDN GW 3241", "IP VCR 2210"])
def test_a_device_of_another_model_is_not_judged(model: str, tmp_path: Path) -> None:
    audit = changed(tmp_path, "device", model=model, software_version="4.1(1.79)")
    assert set(outcomes(audit).values()) == {"open"}
    assert audit.connections["reason"].str.contains(f"is a {model}, not an MCU", regex=False).all()
    assert audit.connections["missing_evidence"].notna().all()
    assert audit.administration["outcome"].tolist() == ["open"]
    said = audit.findings
    assert set(said["outcome"]) == {"open"}
    assert said["evidence"].str.contains("not an MCU").all()
    assert not said["code"].isin(["MCU401", "MCU402"]).any()


@pytest.mark.parametrize("model", ["Codian MCU 4510", "MSE 8510"])
def test_an_mcu_is_judged(model: str, tmp_path: Path) -> None:
    assert {outcomes(changed(tmp_path, "device", model=model))[one] for one in TLS} == {"pass"}


def test_a_call_to_a_device_of_another_model_is_open(tmp_path: Path) -> None:
    export = three_devices("site")
    export.files["leeds/mcu-2/settings.toml"] = (export.files["leeds/mcu-2/settings.toml"] or b"").replace(
        b'software_version = "4.4(3.57)"', b'model = "TS 8710"\nsoftware_version = "4.1(1.79)"'
    )
    found = export.predicted(tmp_path).connections
    there = found[(found["device_id"] == DEVICE) & (found["peer"] == "leeds/mcu-2")]
    assert there["outcome"].tolist() == ["open", "open"]
    assert there["reason"].str.contains("leeds/mcu-2 is a TS 8710").all()
    assert "verifies nothing" not in " ".join(there["reason"])


def test_codian_and_plain_names_of_a_model_do_not_contradict(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[f"{DEVICE}/api/system.xml"] = b"<system><model>Codian MCU 4510</model></system>"
    settings = export.predicted(tmp_path).fleet.settings
    model = settings[settings["setting"] == "device.model"]
    assert (model["value"].tolist(), model["other_value"].isna().tolist()) == (["Codian MCU 4510"], [True])


@pytest.mark.parametrize("standard", ["mcu", "none"])
def test_without_the_key_of_its_certificate_every_connection_fails(standard: str, tmp_path: Path) -> None:
    export = CleanExport()
    export.settings["ssl_certificates"]["private_key"] = "Key does not match certificate"
    export.peers["room"]["standard"] = standard
    export.peers.pop("alice")
    audit = export.audit(tmp_path)
    assert {outcomes(audit)[one] for one in TLS} == {"fail"}
    assert set(audit.connections.loc[audit.connections["outcome"] == "fail", "reason_code"]) == {"key_does_not_match"}
    assert audit.connections["authenticated"].isin(["neither", "mcu_only", "open"]).all()
    assert audit.administration["outcome"].tolist() == ["fail"]
    assert "MCU118" in audit.findings["code"].tolist()


def test_words_about_the_key_that_are_not_known_leave_every_connection_open(tmp_path: Path) -> None:
    audit = changed(tmp_path, "ssl_certificates", private_key="Key OK?")
    assert {outcomes(audit)[one] for one in TLS} == {"open"}
    assert audit.administration["outcome"].tolist() == ["open"]


def test_both_ends_of_a_call_see_that_the_key_of_one_does_not_match(tmp_path: Path) -> None:
    export = three_devices("site")
    export.settings["ssl_certificates"]["private_key"] = "Key mismatch"
    found = export.predicted(tmp_path).connections
    calls: pd.DataFrame = found[found["peer"].str.contains("/")]
    assert set(calls["device_id"]) == {DEVICE, "leeds/mcu-2"}
    assert set(calls["outcome"]) == {"fail"}
    assert set(calls["reason_code"]) == {"key_does_not_match"}
