"""Rules about the export itself: files that lack, that nobody knows, that are damaged, and what should not be there."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit.summary.evidence_text import evidence_with_device
from tests.authority import NOW
from tests.clean_export import DEVICE, ISSUING, ROOT, CleanExport, chain, local_certificate, with_local
from tests.rules.breakages.base import LOCAL, Break, audit_of, file, intact, setting
from tests.rules.breakages.evidence import LICENCE_KEY, member, response
from tests.rules.judged import evaluations, findings, speaking

KEY = local_certificate().key_pem
REQUEST = b"<methodCall><methodName>device.query</methodName></methodCall>"
CODES = ["MCU904", "MCU905", "MCU906", "MCU907"]


class TestMissingFile:
    @pytest.mark.parametrize(
        ("name", "kind", "words"),
        [
            (f"{DEVICE}/sip-trust-store.pem", "sip_trust_store", "2 connections"),
            (f"{DEVICE}/https-trust-store.pem", "https_trust_store", "3 connections"),
            (f"{DEVICE}/settings.toml", "settings", "connection"),
            ("peers.toml", "peers", "connection"),
        ],
    )
    def test_each_kind_is_told_with_what_rests_on_it(self, name: str, kind: str, words: str, tmp_path: Path) -> None:
        found = speaking("MCU903", tmp_path, file(name, None))
        assert found["reference"].tolist() == [kind]
        assert words in found["message"].iloc[0]

    def test_a_store_that_nothing_is_judged_by_is_not_wanted(self, tmp_path: Path) -> None:
        off = setting("ssl_certificates", verification_settings="No verification")
        found = evaluations("MCU903", tmp_path, off, file(f"{DEVICE}/sip-trust-store.pem", None))
        said = found.set_index("subject")["outcome"]
        assert said[f"{DEVICE} sip_trust_store"] == "notApplicable"
        assert said[f"{DEVICE} https_trust_store"] == "pass"

    def test_the_local_certificate_is_the_subject_of_another_rule(self, tmp_path: Path) -> None:
        assert speaking("MCU903", tmp_path / "a", file(LOCAL, None), setting("device", serial="2")).empty
        assert not speaking("MCU101", tmp_path / "b", file(LOCAL, None)).empty

    def test_what_the_site_has_is_there(self, tmp_path: Path) -> None:
        of_site = file("leeds/sip-trust-store.pem", chain(ROOT, ISSUING))
        assert speaking("MCU903", tmp_path, of_site, file(f"{DEVICE}/sip-trust-store.pem", None)).empty

    def test_an_empty_or_damaged_file_is_not_missing(self, tmp_path: Path) -> None:
        for name, content in (("a", b""), ("b", ROOT.pem[:100])):
            assert speaking("MCU903", tmp_path / name, file(f"{DEVICE}/sip-trust-store.pem", content)).empty


class TestProblems:
    def test_several_in_one_file_are_one_finding(self, tmp_path: Path) -> None:
        wrong = {f"key_{number}": 1 for number in range(5)}
        found = speaking("MCU905", tmp_path, setting("device", **wrong))
        assert found["reference"].tolist() == [f"{DEVICE}/settings.toml"]
        assert found["message"].iloc[0].endswith("; and 2 more.")

    def test_a_file_or_a_part_of_it_cannot_be_used(self, tmp_path: Path) -> None:
        of_a_part = speaking("MCU905", tmp_path / "a", setting("device", key=1))["message"].iloc[0]
        assert of_a_part.startswith(f"{DEVICE}/settings.toml is only partly readable: [device] key: unknown key")
        whole = speaking("MCU905", tmp_path / "b", file(f"{DEVICE}/sip-trust-store.pem", b""))["message"].iloc[0]
        assert whole.startswith(f"{DEVICE}/sip-trust-store.pem cannot be used: the file is empty")

    def test_the_number_of_a_line_is_not_in_the_message(self, tmp_path: Path) -> None:
        """It changes with every edit, and the finding is the same."""
        damaged = chain(ROOT, ISSUING)[:-60]
        found = [
            findings("MCU905", tmp_path / name, file(f"{DEVICE}/sip-trust-store.pem", start + damaged))
            for name, start in (("a", b""), ("b", b"\n\n\n"))
        ]
        assert found[0]["evidence"].tolist() == found[1]["evidence"].tolist()
        assert 'PEM block 2: no "-----END CERTIFICATE-----" line' in found[0]["evidence"].iloc[0]
        assert found[0]["finding_id"].tolist() == found[1]["finding_id"].tolist()

    def test_kinds_are_told_apart_within_one_file(self, tmp_path: Path) -> None:
        mixed = chain(ROOT, ISSUING) + KEY + ROOT.pem[:200]
        audit = audit_of(file(f"{DEVICE}/sip-trust-store.pem", mixed), tmp_path)
        found = audit.findings[audit.findings["code"].isin(CODES)]
        assert sorted(found["code"]) == ["MCU905", "MCU906"]
        assert found["device_id"].unique().tolist() == [DEVICE]

    def test_a_file_of_the_site_has_no_device(self, tmp_path: Path) -> None:
        found = evaluations("MCU904", tmp_path, file("leeds/notes.txt", b"-"))
        speaking = found[found["outcome"] == "fail"]
        assert speaking["site"].tolist() == ["leeds"]
        assert speaking[["device", "device_id", "slot"]].isna().all(axis=None)
        assert speaking["reference"].tolist() == ["leeds/notes.txt"]
        assert found["subject"].is_unique
        assert found["subject"].notna().all()

    def test_a_file_of_the_fleet_has_no_site_either(self, tmp_path: Path) -> None:
        found = evaluations("MCU905", tmp_path, file("mcu-9.csv", b""), file("settings.csv", b"nothing"))
        speaking = found[found["outcome"] == "fail"]
        assert speaking["reference"].tolist() == ["settings.csv"]
        assert speaking[["site", "device", "device_id"]].isna().all(axis=None)

    def test_the_other_devices_pass(self, tmp_path: Path) -> None:
        def second(export: CleanExport) -> None:
            export.files["oslo/mcu-2/local-certificate.pem"] = export.files[LOCAL]

        found = evaluations("MCU904", tmp_path, second, file(f"{DEVICE}/notes.txt", b"-"))
        assert dict(zip(found["device_id"], found["outcome"], strict=True)) == {DEVICE: "fail", "oslo/mcu-2": "pass"}

    @pytest.mark.parametrize("code", CODES)
    def test_an_export_without_problems_passes(self, code: str, tmp_path: Path) -> None:
        assert evaluations(code, tmp_path, intact)["outcome"].tolist() == ["pass"]


class TestSecrets:
    @pytest.mark.parametrize(
        "secret",
        [
            file(f"{DEVICE}/configuration.xml", b"<configuration/>"),
            file(f"{DEVICE}/api/device.query.xml", REQUEST),
            file(f"{DEVICE}/mcu.key", KEY),
            file(LOCAL, local_certificate().pem + KEY),
            response(member("password", "hunter2")),
        ],
        ids=["backup", "request", "key", "key beside the certificate", "password"],
    )
    def test_what_is_secret(self, secret: Break, tmp_path: Path) -> None:
        found = audit_of(secret, tmp_path).findings
        found = found[found["code"].isin(CODES)]
        assert found["code"].tolist() == ["MCU906"]
        assert not found["evidence"].str.contains("hunter2|BEGIN").any()

    @pytest.mark.parametrize("name", ["licenceKey", "license_keys", "licenses"])
    def test_a_licence_key_is_less_than_a_password(self, name: str, tmp_path: Path) -> None:
        found = audit_of(response(member(name, "12345")), tmp_path).findings
        assert found.loc[found["code"].isin(CODES), "code"].tolist() == ["MCU907"]

    @pytest.mark.parametrize("name", ["key", "shared_key", "sslPrivateKey", "communityKeys"])
    def test_another_key_is_to_be_replaced(self, name: str, tmp_path: Path) -> None:
        found = audit_of(response(member(name, "12345")), tmp_path).findings
        assert found.loc[found["code"].isin(CODES), "code"].tolist() == ["MCU906"]

    def test_the_key_itself_is_not_repeated(self, tmp_path: Path) -> None:
        found = speaking("MCU907", tmp_path, response(LICENCE_KEY))
        assert found["message"].str.endswith("contains licence keys: activatedFeatures[0].key.").all()


def test_a_device_is_named_once_in_the_export_of_one_site(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[f"{DEVICE}/notes.txt"] = b""
    export.write(tmp_path / "export")
    site, device = DEVICE.split("/")
    found = mcuaudit.load(tmp_path / "export" / site, at=NOW).findings
    (line,) = evidence_with_device(found[found["code"] == "MCU904"])
    assert line.startswith(f"{DEVICE}: {device}/notes.txt is ignored: ")


def test_a_file_is_named_as_it_is_written(tmp_path: Path) -> None:
    export = CleanExport()
    export.files["readme"] = b""
    found = export.audit(tmp_path / "export").findings
    assert found.loc[found["code"] == "MCU904", "evidence"].tolist()[0].startswith("readme is ignored")


def test_a_time_of_the_day_of_the_audit_has_its_time_of_day(tmp_path: Path) -> None:
    root = mcuaudit.read_export(CleanExport().write(tmp_path / "export"))
    local = root.devices["local_certificate"][0]
    begins = root.certificates.set_index("certificate")["not_before"][local]

    def said(at: datetime) -> str:
        findings = mcuaudit.audit(root, at=at).findings
        return str(findings.loc[findings["code"] == "MCU104", "evidence"].tolist()[0])

    day = f"{begins.day} {begins:%B %Y}"
    assert said(begins - timedelta(seconds=1)).endswith(f"is not valid before {day}, {begins:%H:%M:%S} UTC.")
    assert said(begins - timedelta(days=2)).endswith(f"is not valid before {day}.")


def test_a_place_within_a_file_has_no_line_and_reads_as_a_sentence(tmp_path: Path) -> None:
    lines = with_local().splitlines()
    lines[3] = lines[3][:4] + b"\xe2\x82\xac" + lines[3][5:]
    (found,) = findings("MCU905", tmp_path, file(LOCAL, b"\n".join(lines))).to_dict("records")
    assert "PEM block 1: " in found["evidence"]
    assert not re.search(r"\bline \d|\dcharacter|character \d", found["evidence"])
