"""What new certificates must say: each statement of the law on a clean export with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import Audit, UsageError
from mcuaudit.frames.declared_frames import conform
from mcuaudit.frames.schema import SCHEMAS
from tests.authority import FAR_AHEAD, LONG_AGO, rsa_key
from tests.clean_export import (
    ADDRESS,
    DEVICE,
    ELSEWHERE,
    HOST,
    ISSUING,
    ROOT,
    CleanExport,
    certificate,
    chain,
    with_local,
)

Required = Callable[[CleanExport], pd.DataFrame]


@pytest.fixture
def required(tmp_path: Path) -> Required:
    """The frame csr_config of an export."""
    return lambda export: mcuaudit.csr_config(export.predicted(tmp_path))


def rows(frame: pd.DataFrame, owner: str, part: str, need: str | None = None) -> pd.DataFrame:
    chosen = frame[(frame["owner"] == owner) & (frame["part"] == part)]
    return chosen if need is None else chosen[chosen["need"] == need]


def values(frame: pd.DataFrame, owner: str, part: str, *needs: str) -> set[str]:
    chosen = rows(frame, owner, part)
    return set(chosen.loc[chosen["need"].isin(needs or ("required", "advised")), "value"].dropna())


def with_peer(name: str, **facts: object) -> CleanExport:
    """The clean export with another peer, or other facts about one."""
    export = CleanExport()
    export.peers[name] = {**export.peers.get(name, {}), **facts}
    return export


CALLS = {
    "connections": ["incoming_sip", "outgoing_sip"],
    "identifiers": ["sip.example.com"],
    "trust_store": "peers/trusted.pem",
}


def test_the_clean_export_needs_what_it_has(required: Required) -> None:
    frame = required(CleanExport())
    assert frame[frame["need"].isin(["open", "conflict"])].empty
    assert values(frame, DEVICE, "dns") == {HOST}
    assert values(frame, DEVICE, "uri") == {f"sip:{ADDRESS}", f"sip:{HOST}"}
    assert values(frame, DEVICE, "ip") == {ADDRESS}
    assert values(frame, DEVICE, "purpose") == {"serverAuth", "clientAuth"}
    assert values(frame, DEVICE, "key_usage") == {"digitalSignature", "keyEncipherment"}
    assert values(frame, DEVICE, "issuer", "required") == {ISSUING.record.subject_text}
    lacking = frame[(frame["owner"] == DEVICE) & frame["present"].eq(False) & frame["need"].ne("choice")]
    assert set(lacking["value"]) == {f"sip:{HOST}"}, "the URI of the host name is advised only"
    assert set(lacking["need"]) == {"advised"}


def test_a_user_that_is_a_server_too_has_its_user_name_as_cn_and_its_names_in_the_san(required: Required) -> None:
    frame = required(CleanExport())
    subject = rows(frame, "tms", "subject").iloc[0]
    assert (subject["value"], subject["need"]) == ("CN=tms-service", "required")
    assert "the CN is free for the user name" in subject["reason"]
    assert values(frame, "tms", "dns") == {"tms.example.com"}
    assert values(frame, "tms", "purpose") == {"serverAuth", "clientAuth"}


@pytest.mark.parametrize(
    ("standard", "part", "value"),
    [
        ("mcu", "uri", "sip:192.0.2.7"),
        ("rfc5922", "uri", "sip:192.0.2.7"),
        ("rfc9525", "ip", "192.0.2.7"),
        ("vcs", "ip", "192.0.2.7"),
        ("cucm", "dns", "192.0.2.7"),
    ],
)
def test_an_address_has_the_form_that_the_rule_accepts_under_every_reading(
    standard: str, part: str, value: str, required: Required
) -> None:
    frame = required(with_peer("other", **CALLS, standard=standard, expects=["192.0.2.7"], route="direct"))
    entry = rows(frame, DEVICE, part, "required")
    assert value in set(entry["value"])
    assert f"other (rule {standard})" in entry.loc[entry["value"] == value, "reason"].iloc[0]
    assert rows(frame, DEVICE, "dns", "open").empty, "the check of the planned certificate passes"


def test_a_name_for_a_peer_that_follows_rfc_5922_is_a_uri_because_uris_hide_dns_entries(required: Required) -> None:
    frame = required(with_peer("other", **CALLS, standard="rfc5922", expects=["video.example.com"], route="direct"))
    uri = rows(frame, DEVICE, "uri", "required").set_index("value").loc["sip:video.example.com"]
    assert "RFC 5922 ignores its DNS entries" in uri["reason"]
    assert uri["readings"] == "A6"
    assert not uri["present"]
    assert rows(frame, DEVICE, "dns", "conflict").empty


def test_a_peer_that_follows_rfc_5924_wants_the_purpose_sip_domain(required: Required) -> None:
    frame = required(with_peer("other", **CALLS, standard="rfc5924", expects=[HOST], route="direct"))
    assert "sipDomain" in values(frame, DEVICE, "purpose")
    assert rows(frame, DEVICE, "purpose", "open").empty


def test_the_host_of_a_url_with_a_trailing_dot_stays_open(required: Required) -> None:
    export = CleanExport()
    export.settings["feedback_receivers"] = [{"uri": "https://tms.example.com./RPC2"}]
    found = rows(required(export), "tms", "dns", "open").iloc[0]
    assert found["readings"].split()[0] == "A10"
    assert pd.isna(found["value"])


def test_without_addresses_the_entry_is_open_with_the_key_that_would_settle_it(required: Required) -> None:
    export = CleanExport()
    del export.settings["device"]["addresses"]
    found = rows(required(export), DEVICE, "ip", "open")
    assert set(found["missing_evidence"]) == {"settings.toml [device] addresses"}
    assert found["value"].isna().all()


def test_one_cn_for_two_spellings_of_a_user_follows_the_device_that_refuses_passwords(required: Required) -> None:
    export = CleanExport()
    other = f"{DEVICE[:-1]}2"
    export.files |= {name.replace(DEVICE, other): content for name, content in export.files.items() if DEVICE in name}
    from tests.clean_export import toml

    settings = CleanExport().settings
    settings["users"][0]["name"] = "Alice"
    settings["ssl_certificates"]["client_certificate_security"] = "Certificate-based authentication required"
    export.files[f"{other}/settings.toml"] = toml(settings).encode()
    subject = rows(required(export), "alice", "subject").set_index("need")
    assert subject.loc["required", "value"] == "CN=Alice"
    assert subject.loc["conflict", "value"] == "CN=alice"
    assert "rename that user to “Alice”; until then a password is asked for there" in subject.loc["conflict", "reason"]


def test_a_user_name_that_no_cn_can_have_is_a_conflict(required: Required) -> None:
    export = with_peer("alice", user="a" * 65)
    export.settings["users"][0]["name"] = "a" * 65
    frame = required(export)
    assert "has 65 characters, and a CN at most 64" in rows(frame, "alice", "subject", "conflict").iloc[0]["reason"]
    assert values(frame, "alice", "subject") == set()


def test_an_issuer_that_one_verifier_does_not_trust_is_a_conflict_with_its_solution(required: Required) -> None:
    export = with_peer("room", trust_store="peers/elsewhere.pem")
    export.files["peers/elsewhere.pem"] = chain(ELSEWHERE)
    frame = required(export)
    found = rows(frame, DEVICE, "issuer", "conflict").iloc[0]
    assert found["value"] == ISSUING.record.subject_text
    assert f"Add {ROOT.record.subject_text} to the trust store of room" in found["reason"]
    assert found["connections"] == 2


def test_an_expressway_needs_the_intermediate_in_its_own_store(required: Required) -> None:
    export = with_peer("room", product="Expressway", standard="vcs", trust_store="peers/root.pem")
    export.files["peers/root.pem"] = chain(ROOT)
    frame = required(export)
    assert "trusted CA list only: add it there" in rows(frame, DEVICE, "chain", "conflict").iloc[0]["reason"]
    assert values(frame, DEVICE, "issuer", "required") == {ISSUING.record.subject_text}
    # What the root itself issues would be trusted by all; a root that issued nothing so far is a choice only.
    assert values(frame, DEVICE, "issuer", "choice") == {ROOT.record.subject_text}


def test_a_ca_that_may_not_certify_the_names_is_not_chosen(required: Required) -> None:
    limited = ROOT.intermediate(
        "Limited CA", key=rsa_key(9), not_before=LONG_AGO, not_after=FAR_AHEAD, permitted=["DNS:other.example"]
    )
    export = CleanExport()
    for store in (f"{DEVICE}/sip-trust-store.pem", f"{DEVICE}/https-trust-store.pem", "peers/trusted.pem"):
        export.files[store] = chain(ROOT, ISSUING, limited)
    export.files[f"{DEVICE}/local-certificate.pem"] = chain(certificate(HOST, issuer=limited), limited)
    frame = required(export)
    assert values(frame, DEVICE, "issuer", "required") == {ISSUING.record.subject_text}
    assert rows(frame, DEVICE, "issuer", "conflict").empty


def test_a_store_that_is_not_in_the_export_leaves_the_issuer_open(required: Required) -> None:
    export = CleanExport()
    export.files[f"{DEVICE}/sip-trust-store.pem"] = None
    found = rows(required(export), "room", "issuer", "open")
    assert set(found["missing_evidence"]) == {f"{DEVICE}/sip-trust-store.pem"}


def test_a_device_of_another_model_is_not_evaluated(required: Required) -> None:
    export = CleanExport()
    export.settings["device"]["model"] = "TelePresence Server 7010"
    found = rows(required(export), DEVICE, "subject")
    assert set(found["need"]) == {"open"}
    assert "not an MCU" in found.iloc[0]["reason"]


def test_a_key_of_another_size_and_one_that_is_shared_are_not_present(required: Required, sample_audit: Audit) -> None:
    export = CleanExport()
    export.files[f"{DEVICE}/local-certificate.pem"] = with_local(key=rsa_key(1, 1024))
    key = rows(required(export), DEVICE, "key").set_index("value")
    assert not key.loc["RSA 3072", "present"]
    assert key.loc["a key of its own", "present"]
    shared = rows(mcuaudit.csr_config(sample_audit), "hamburg/mcu-alster", "key").set_index("value")
    assert not shared.loc["a key of its own", "present"]


def test_the_size_of_the_key_follows_the_thresholds_of_the_policy(tmp_path: Path) -> None:
    export = CleanExport()
    export.files["mcuaudit.toml"] = b"[thresholds]\nrsa_bits_after_2030 = 4000\n"
    assert "RSA 4096" in values(mcuaudit.csr_config(export.predicted(tmp_path)), DEVICE, "key")


def test_a_public_ca_issues_neither_addresses_nor_client_auth(tmp_path: Path) -> None:
    export = CleanExport()
    export.files["mcuaudit.toml"] = f'[known]\npublic_authorities = ["{ROOT.record.sha256}"]\n'.encode()
    frame = mcuaudit.csr_config(export.predicted(tmp_path))
    found = rows(frame, DEVICE, "issuer", "conflict").iloc[0]
    assert found["value"] == ISSUING.record.subject_text
    assert (
        "no certificate with IP addresses in URI entries, IP addresses and clientAuth, or will stop" in found["reason"]
    )
    assert "a private CA fits" in found["reason"]


def test_an_mcu_that_is_declared_as_a_user_needs_no_login_name(required: Required) -> None:
    export = with_peer("mcu-1", device=DEVICE, connections=["api_user", "incoming_sip"])
    assert values(required(export), DEVICE, "subject") == {f"CN={HOST}"}


def test_verification_that_is_off_makes_a_name_advised_and_still_checks_it(required: Required) -> None:
    export = CleanExport()
    export.settings["ssl_certificates"]["verification_settings"] = "No verification"
    export.files[f"{DEVICE}/sip-trust-store.pem"] = chain(ELSEWHERE)
    frame = required(export)
    assert set(rows(frame, "room", "uri")["need"]) == {"advised"}
    assert "SIP trust store" in rows(frame, "room", "issuer", "conflict").iloc[0]["reason"]


def test_the_frame_is_as_declared_and_its_key_names_one_row(sample_audit: Audit, tmp_path: Path) -> None:
    frame = mcuaudit.csr_config(sample_audit)
    pd.testing.assert_frame_equal(frame, conform("csr_config", frame))
    assert not frame.duplicated(list(SCHEMAS["csr_config"].key)).any()
    assert frame.loc[frame["need"].eq("open"), ["missing_evidence", "readings"]].ne("").any(axis=1).all()
    court = frame[frame["owner"].eq("leeds/mcu-court") & frame["need"].eq("required")]
    assert court["present"].all()
    assert frame["reason"].str.len().gt(10).all()
    saved = mcuaudit.load(sample_audit.save(tmp_path / "saved"))
    pd.testing.assert_frame_equal(mcuaudit.csr_config(saved), frame)


def test_a_redacted_audit_is_refused(tmp_path: Path) -> None:
    audit = mcuaudit.load(CleanExport().write(tmp_path / "export"), at="2026-06-15").redact(tmp_path / "names.key")
    with pytest.raises(UsageError, match="A redacted audit has no certificates"):
        mcuaudit.csr_config(audit)
