"""Readiness: every value, applied to one device at a time, has the effects that the audit of the changed fleet has."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit.domain.name_lists import split_names
from mcuaudit.predict.prediction import predict_fleet
from mcuaudit.report.sections.readiness import readiness_picture
from mcuaudit.variants.effects import Effect, effect_of
from mcuaudit.variants.readiness import SETTINGS_OF_READINESS, readiness
from mcuaudit.variants.what_if import changed_fleet
from tests.authority import NOW
from tests.clean_export import DEVICE, ELSEWHERE, CleanExport, certificate, chain, predicted, write_files
from tests.proofs import calls_between_mcus


def test_a_clean_device_is_ready_for_every_value(tmp_path: Path) -> None:
    frame = readiness(CleanExport().predicted(tmp_path))
    assert frame["outcome"].unique().tolist() == ["pass"]
    assert len(frame) == 9
    assert frame["is_today"].sum() == 3
    assert mcuaudit.describe("readiness.outcome")


def test_a_peer_that_is_not_trusted_breaks_with_verification(tmp_path: Path) -> None:
    export = CleanExport()
    export.settings["ssl_certificates"]["verification_settings"] = "No verification"
    export.files[f"{DEVICE}/sip-trust-store.pem"] = chain(ELSEWHERE)
    frame = readiness(export.predicted(tmp_path)).set_index("value")
    row = frame.loc["Outgoing and incoming calls"]
    assert (row["outcome"], row["breaks"]) == ("fail", 2)
    assert [name.split()[1] for name in split_names(row["breaking_connections"])] == ["incoming_sip", "outgoing_sip"]
    assert "SIP trust store" in row["blockers"]
    assert mcuaudit.parse_remedy(split_names(row["remedy_ids"])[0]).target
    assert frame.loc["Outgoing calls only", "breaks"] == 1


def test_a_value_that_locks_administrators_out_is_not_ready(tmp_path: Path) -> None:
    export = CleanExport()
    export.settings["ssl_certificates"]["client_certificate_security"] = "Not required"
    export.files["peers/alice.pem"] = chain(certificate("somebody", ELSEWHERE, 6))
    row = readiness(export.predicted(tmp_path)).set_index("value").loc["Certificate-based authentication required"]
    assert (row["outcome"], row["login"]) == ("fail", "fail")


def test_the_picture_has_a_text_alternative_for_light_and_dark(tmp_path: Path) -> None:
    text = str(readiness_picture(readiness(CleanExport().predicted(tmp_path))))
    assert "9 of 9 pairs are ready" in text
    assert "prefers-color-scheme: dark" in text


@pytest.mark.parametrize("seed", [1, 2])
def test_all_at_once_is_each_device_by_itself(seed: int, tmp_path: Path) -> None:
    audit = predicted(write_files(tmp_path, calls_between_mcus.export(random.Random(seed))))
    frame = readiness(audit).set_index(["device_id", "setting", "value"])
    for (device, setting, value), row in frame.iterrows():
        if row["outcome"] == "notApplicable" or setting != SETTINGS_OF_READINESS[0]:
            continue
        try:
            fleet, _, _ = changed_fleet(audit.fleet, [mcuaudit.SetSetting(setting, value, device)], audit.at)
        except mcuaudit.UsageError:
            continue
        then, now = (
            frame.set_index("connection_id")["outcome"].astype(str).to_dict()
            for frame in (audit.connections, predict_fleet(fleet, NOW).connections)
        )
        worse = {
            name for name in {**then, **now}
            if name.startswith(f"{device} ") and effect_of(
                then.get(name, "notApplicable"), now.get(name, "notApplicable")
            ) in (Effect.FAILS, Effect.ENDS)
        }  # fmt: skip
        assert set(split_names(row["breaking_connections"])) == worse, (device, value)
