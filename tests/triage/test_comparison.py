"""Two audits side by side: only what differs is told, and what differs is told exactly."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import Audit, Comparison
from mcuaudit.frames.schema import COMPARISON_FRAMES
from mcuaudit.triage.comparison import with_baseline
from tests.authority import NOW, Authority, rsa_key
from tests.clean_export import (
    ADDRESS,
    DEVICE,
    HOST,
    ISSUING,
    LOCAL_NAMES,
    ROOT,
    CleanExport,
    certificate,
    chain,
    local_certificate,
)
from tests.rules.breakages import FAILS

SAMPLE = Path(__file__).parents[2] / "data" / "sample-fleet"
AT = "2026-11-23"
LOCAL = f"{DEVICE}/local-certificate.pem"


@pytest.fixture(scope="module")
def sample() -> Audit:
    return mcuaudit.audit(mcuaudit.read_export(SAMPLE), at=AT)


def changed(comparison: Comparison, name: str) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(comparison, name)
    return frame[frame["change"] != "unchanged"]


def between(before: CleanExport, after: CleanExport, directory: Path) -> Comparison:
    return mcuaudit.compare(before.audit(directory / "before"), after.audit(directory / "after"))


def two() -> tuple[CleanExport, CleanExport]:
    """The clean export twice, with the same certificates."""
    before, after = CleanExport(), CleanExport()
    after.files = dict(before.files)
    return before, after


def test_the_sample_compared_with_itself_has_only_unchanged(sample: Audit) -> None:
    comparison = mcuaudit.compare(sample, sample)
    for name in COMPARISON_FRAMES:
        frame = getattr(comparison, name)
        assert len(frame), name
        assert set(frame["change"].astype(str)) == {"unchanged"}, name
    assert comparison.same
    assert comparison.remarks == ()
    for column in ("fingerprint", "finding_id"):
        assert sample.findings[column].is_unique


def test_an_audit_on_another_day_of_the_same_export_differs_in_what_has_expired_alone(sample: Audit) -> None:
    later = mcuaudit.audit(sample.fleet, at="2026-12-05")
    comparison = mcuaudit.compare(sample, later)
    for name in ("certificate_changes", "setting_changes", "device_changes"):
        assert changed(comparison, name).empty
    found = changed(comparison, "finding_changes")
    assert {"leeds/mcu-boardroom"} <= set(found["device_id"])
    boardroom = found[found["device_id"] == "leeds/mcu-boardroom"].set_index("code")["change"].astype(str)
    assert (boardroom["MCU103"], boardroom["MCU105"]) == ("new", "gone")


def test_one_renewed_certificate_gives_exactly_the_rows_that_differ(tmp_path: Path) -> None:
    before, after = two()
    before.files[LOCAL] = chain(local_certificate(not_after=NOW - timedelta(days=1)), ISSUING)
    comparison = between(before, after, tmp_path)
    certificates = changed(comparison, "certificate_changes")
    assert certificates[["change", "device_id", "slot"]].astype(str).to_numpy().tolist() == [
        ["renewed", DEVICE, "local_certificate"]
    ]
    assert certificates["same_key"].tolist() == ["yes"]
    assert (certificates["not_after"] > certificates["previous_not_after"]).all()
    findings = changed(comparison, "finding_changes")
    assert set(findings["change"].astype(str)) == {"gone"}
    assert {"MCU103", "MCU501", "MCU502"} <= set(findings["code"])
    connections = changed(comparison, "connection_changes")
    assert set(connections["change"].astype(str)) == {"changed"}
    assert set(connections["previous_outcome"].astype(str)) == {"fail"}
    assert set(connections["outcome"].astype(str)) == {"pass"}
    assert changed(comparison, "setting_changes").empty
    assert changed(comparison, "device_changes").empty


def test_a_certificate_of_the_sample_replaced_changes_its_own_rows_only(sample: Audit, tmp_path: Path) -> None:
    copy = tmp_path / "sample"
    shutil.copytree(SAMPLE, copy)
    stranger = Authority.root("Somebody").leaf(
        "mcu-court.leeds.example.com", key=rsa_key(31), san=["DNS:x.example.com"]
    )
    (copy / "leeds" / "mcu-court" / "local-certificate.pem").write_bytes(stranger.pem)
    comparison = mcuaudit.compare(sample, mcuaudit.audit(mcuaudit.read_export(copy), at=AT))
    # The other device calls this one, and judges its new certificate as well.
    for name in ("finding_changes", "connection_changes"):
        assert set(changed(comparison, name)["device_id"]) == {"leeds/mcu-court", "singapore/mcu-marina"}, name
    assert changed(comparison, "certificate_changes")[["change", "device_id"]].astype(str).to_numpy().tolist() == [
        ["renewed", "leeds/mcu-court"]
    ]
    connections = changed(comparison, "connection_changes")
    assert set(connections["outcome"].astype(str)) <= {"fail", "open"}
    of_marina = connections[connections["device"] == "mcu-marina"]
    assert set(of_marina["peer"]) == {"cascade-leeds"}


def test_a_finding_keeps_its_fingerprint_when_message_row_and_path_differ(tmp_path: Path) -> None:
    before, after = two()
    before.files[LOCAL] = chain(local_certificate(not_after=NOW + timedelta(days=30)), ISSUING)
    after.files[LOCAL] = None
    moved = chain(local_certificate(not_after=NOW + timedelta(days=20)), ISSUING)
    after.files[f"{DEVICE}/local-certificate.crt"] = moved
    FAILS["MCU402"](after)
    found = changed(between(before, after, tmp_path), "finding_changes").set_index("code")
    assert found.loc["MCU105", "change"] == "updated"
    assert "15 July 2026" in found.loc["MCU105", "previous_evidence"]
    assert "5 July 2026" in found.loc["MCU105", "evidence"]
    assert found.loc["MCU402", "change"] == "new"


def test_what_a_rule_finds_that_was_not_judged_before_is_new_rule(tmp_path: Path) -> None:
    before, after = two()
    for export in (before, after):
        FAILS["MCU402"](export)
    before.files["mcuaudit.toml"] = b'[rules]\nMCU402 = "off"\n'
    comparison = between(before, after, tmp_path)
    assert changed(comparison, "finding_changes")["change"].astype(str).tolist() == ["newRule"]
    assert comparison.remarks == (
        "policy rules.MCU402: off then, not set now.",
        "rules that only this audit checks: MCU402.",
    )


def test_another_severity_or_a_waiver_is_an_update(tmp_path: Path) -> None:
    before, after = two()
    for export in (before, after):
        FAILS["MCU402"](export)
    after.files["mcuaudit.toml"] = (
        f'[[waiver]]\nrule = "MCU402"\ndevice = "{DEVICE}"\nreason = "r"\nowner = "o"\nexpires = 2030-01-01\n'.encode()
    )
    (row,) = changed(between(before, after, tmp_path), "finding_changes").to_dict("records")
    assert (row["change"], row["previous_status"], row["status"]) == ("updated", "active", "waived")


def test_settings_are_compared_value_by_value(tmp_path: Path) -> None:
    before, after = two()
    after.settings["services"]["ftp"] = True
    del after.settings["device"]["serial"]
    after.settings["device"]["model"] = "MCU 4520"
    found = changed(between(before, after, tmp_path), "setting_changes").set_index("setting")
    assert found["change"].astype(str).to_dict() == {
        "services.ftp": "changed", "device.serial": "removed", "device.model": "changed",
    }  # fmt: skip
    assert found.loc["services.ftp", ["previous_value", "value"]].tolist() == ["false", "true"]
    assert pd.isna(found.loc["device.serial", "value"])


def test_members_of_a_store_are_renewed_by_name_added_and_removed(tmp_path: Path) -> None:
    before, after = two()
    store = f"{DEVICE}/sip-trust-store.pem"
    other, third = Authority.root("Other CA"), Authority.root("Third CA")
    again = ROOT.intermediate("Example Issuing CA", key=rsa_key(2), not_before=NOW - timedelta(days=3))
    before.files[store], after.files[store] = chain(ROOT, ISSUING, other), chain(ROOT, again, third)
    found = changed(between(before, after, tmp_path), "certificate_changes").set_index("subject")
    assert found["change"].astype(str).to_dict() == {
        "CN=Example Issuing CA,O=Example": "renewed", "CN=Third CA,O=Example": "added",
        "CN=Other CA,O=Example": "removed",
    }  # fmt: skip
    assert found.loc["CN=Example Issuing CA,O=Example", "same_key"] == "yes"
    assert set(found["slot"].astype(str)) == {"sip_trust_store"}


def test_a_device_that_came_brings_its_rows(tmp_path: Path) -> None:
    before, after = two()
    after.files["oslo/mcu-2/local-certificate.pem"] = chain(certificate(HOST, key=14, san=LOCAL_NAMES), ISSUING)
    comparison = between(before, after, tmp_path)
    assert changed(comparison, "device_changes")[["change", "device_id"]].astype(str).to_numpy().tolist() == [
        ["added", "oslo/mcu-2"]
    ]
    for name in ("certificate_changes", "connection_changes"):
        found = changed(comparison, name)
        assert set(found["change"].astype(str)) == {"added"}
        assert set(found["device_id"]) == {"oslo/mcu-2"}
    back = mcuaudit.compare(after.audit(tmp_path / "b"), before.audit(tmp_path / "c"))
    gone = changed(back, "connection_changes")
    assert set(gone["change"].astype(str)) == {"removed"}
    assert gone["outcome"].isna().all()
    assert gone["previous_outcome"].notna().all()


def test_a_baseline_marks_the_findings_and_is_kept_with_the_audit(tmp_path: Path) -> None:
    before, after = two()
    FAILS["MCU402"](after)
    after.peers["room"]["identifiers"] = [ADDRESS]
    audit = with_baseline(after.audit(tmp_path / "after"), before.audit(tmp_path / "before"))
    assert set(audit.findings["change"].astype(str)) == {"new"}
    loaded = mcuaudit.load(audit.save(tmp_path / "kept"))
    assert loaded.comparison is not None
    assert audit.comparison is not None
    for name in COMPARISON_FRAMES:
        pd.testing.assert_frame_equal(getattr(loaded.comparison, name), getattr(audit.comparison, name))
    pd.testing.assert_frame_equal(loaded.findings, audit.findings)
    selected = audit.select("leeds").comparison
    assert selected is not None
    assert len(selected.device_changes) == 1


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:100])


Damage = Callable[[Path], object]


@pytest.fixture(scope="module")
def kept_comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved audit with a comparison."""
    directory = tmp_path_factory.mktemp("comparison")
    audit = CleanExport().audit(directory / "export")
    return with_baseline(audit, replace(audit)).save(directory / "kept")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (
            lambda kept: (kept / "findings.parquet").write_bytes((kept / "findings.parquet").read_bytes()[:100]),
            "incomplete",
        ),
        (lambda kept: (kept / "findings.parquet").unlink(), "incomplete"),
        (lambda kept: (kept / "audit.json").write_text('{"schema": 1}'), "schema 1"),
        (lambda kept: (kept / "audit.json").write_text("[]"), "schema None"),
        (lambda kept: (kept / "audit.json").write_text('{"schema": 3}'), "damaged"),
        (lambda kept: (kept / "audit.json").unlink(), "no device and no saved audit"),
        (lambda kept: (kept / "comparison" / "finding_changes.parquet").unlink(), "comparison"),
        (lambda kept: (kept / "comparison" / "comparison.json").write_text("{}"), "comparison"),
    ],
)
def test_a_kept_audit_that_is_damaged_is_refused(
    damage: Damage, words: str, kept_comparison: Path, tmp_path: Path
) -> None:
    kept = shutil.copytree(kept_comparison, tmp_path / "kept")
    damage(kept)
    with pytest.raises(mcuaudit.UsageError, match=words):
        mcuaudit.load(kept)
