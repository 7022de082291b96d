"""Changes that are supposed: what they do to the sample fleet, and what is refused."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit import (
    AddAuthority,
    AddFile,
    AddUser,
    Audit,
    CertificateDescription,
    Change,
    MoveTime,
    RemoveAuthority,
    RemoveUser,
    ReplaceCertificate,
    ReplaceStore,
    SetSetting,
)
from mcuaudit.summary.what_if import effect_rows, sentence_of
from mcuaudit.variants.effects import Effect, effect_of
from mcuaudit.variants.what_if import changed_audit
from mcuaudit.writers.comparison import comparison_text
from tests.authority import FAR_AHEAD, LONG_AGO, NEXT_YEAR, NOW, Authority

SAMPLE = mcuaudit.sample_directory()
MODE = "Certificate-based authentication required"


@pytest.fixture(scope="module")
def audit(sample_audit: Audit) -> Audit:
    """The sample fleet on the day of its story."""
    return sample_audit


def test_a_mode_that_locks_out_is_said_to(audit: Audit) -> None:
    found = audit.what_if(SetSetting("Client certificate security", MODE, "leeds/mcu-training"))
    rows = effect_rows(found)
    assert rows.iloc[0]["effect"] == Effect.FAILS
    assert (rows.iloc[0]["device_id"], rows.iloc[0]["subject"]) == ("leeds/mcu-training", "administrator login")
    assert sentence_of(found).startswith("If this were changed: 1 device locks its administrators out")


def test_incoming_calls_that_are_verified_gain_verification(audit: Audit) -> None:
    found = audit.what_if(SetSetting("Verification settings", "outgoing and incoming calls", "leeds/mcu-boardroom"))
    assert effect_rows(found)[["effect", "device_id"]].to_numpy().tolist() == [
        [Effect.GAINS_VERIFICATION, "leeds/mcu-boardroom"]
    ]


def test_what_is_as_it_is_changes_nothing(audit: Audit) -> None:
    found = audit.what_if(SetSetting("services.https", True, "leeds/mcu-court"))
    assert sentence_of(found) == "If this were changed, every connection and login would stay as it is."


def test_neither_the_audit_nor_the_export_is_changed(audit: Audit) -> None:
    before = {name: getattr(audit.fleet, name).copy() for name in ("settings", "devices", "peers", "placements")}
    audit.what_if([SetSetting("services.http", True), AddUser("ann", devices="hamburg/*")])
    for name, frame in before.items():
        assert frame.equals(getattr(audit.fleet, name)), name


def test_a_described_certificate_is_judged_as_if_it_existed(audit: Audit) -> None:
    wanted = CertificateDescription(
        "mcu-boardroom.leeds.example.com",
        dns_names=("10.1.2.3", "mcu-boardroom.leeds.example.com"),
        uris=("sip:10.1.2.3", "sip:mcu-boardroom.leeds.example.com"),
        issuer="Example Corp Devices CA 2",
    )
    supposed, remarks = changed_audit(audit, ReplaceCertificate(wanted, "leeds/mcu-boardroom"))
    calls = supposed.connections[supposed.connections["device_id"] == "leeds/mcu-boardroom"]
    wharf = calls[calls["peer"] == "room-wharf"]
    assert remarks == ()
    assert len(wharf) > 0
    assert (wharf["outcome"] == "pass").all(), wharf["reason"].tolist()


def test_a_described_certificate_is_the_same_each_time(audit: Audit) -> None:
    change = ReplaceCertificate(CertificateDescription("a", issuer="Example Corp Devices CA 2"), "leeds/mcu-court")
    first, second = (changed_audit(audit, change)[0].devices["local_certificate"].tolist() for _ in range(2))
    assert first == second


def test_a_site_alone_can_be_asked_about_a_certificate_that_only_another_has(audit: Audit) -> None:
    site = audit.select("leeds")
    own = set(site.placements["certificate"])
    authorities = audit.certificates[audit.certificates["is_ca"].fillna(False).astype(bool)]["certificate"]
    elsewhere = next(one for one in audit.placements["certificate"] if one not in own and one in set(authorities))
    change = AddAuthority("https_trust_store", audit.fleet.certificate_records[elsewhere].der, "leeds/*")
    of_site, of_all = (one.what_if(change).connection_changes for one in (site, audit))
    assert of_site.equals(of_all[of_all["site"] == "leeds"].reset_index(drop=True))


def test_a_removed_authority_opens_what_rests_on_it(audit: Audit) -> None:
    found = audit.what_if(RemoveAuthority("sip", "Example Corp Root CA G2", "leeds/mcu-court"))
    rows = effect_rows(found)
    assert set(rows["effect"]) == {Effect.UNDETERMINED}
    # A call between two MCUs differs at both of its ends.
    assert set(rows["device_id"]) == {"leeds/mcu-court", "singapore/mcu-marina"}


def test_at_another_time_certificates_have_ended(audit: Audit) -> None:
    assert Effect.FAILS in set(effect_rows(audit.what_if(MoveTime("2027-06-01")))["effect"])


def test_a_file_that_is_missing_settles_what_waits_for_it(audit: Audit) -> None:
    file = SAMPLE / "leeds" / "sip-trust-store.pem"
    rows = effect_rows(audit.what_if(AddFile("singapore/mcu-orchard/sip-trust-store.pem", file)))
    assert rows["effect"].tolist() == [Effect.WORKS, Effect.WORKS]


def test_what_a_store_has_that_is_not_in_the_export_stays_unknown(audit: Audit) -> None:
    store = SAMPLE / "leeds" / "sip-trust-store.pem"
    found = audit.what_if(AddAuthority("sip", store, "singapore/*"))
    assert [remark for remark in found.remarks if "singapore/mcu-orchard" in remark and "undetermined" in remark]


def test_what_is_odd_about_an_added_authority_is_said_and_it_is_added_all_the_same(audit: Audit) -> None:
    ended = Authority.root("Ended Root", not_before=LONG_AGO, not_after=NOW)
    coming = Authority.root("Coming Root", not_before=NEXT_YEAR, not_after=FAR_AHEAD)
    leaf = ended.leaf("mcu.example.com", key_usage=None)
    silent = Authority.root("No Signer", key_usage=["digitalSignature"])
    device = "leeds/mcu-court"
    store = audit.devices.set_index("device_id").loc[device, "sip_trust_store"]
    members = audit.trust_stores.loc[audit.trust_stores["trust_store"] == store, "certificate"]
    records = [audit.fleet.certificate_records[one] for one in members]
    there = next(one for one in records if "Example Corp Root CA G2" in one.common_names)
    given = [one.record for one in (ended, coming, leaf, silent)] + [there]
    found = audit.what_if([AddAuthority("sip", given, device)])
    assert list(found.remarks) == [
        f"Added to the SIP trust store, and not valid at 2026-11-23: CN=Ended Root,O=Example (expired on "
        f"{NOW:%Y-%m-%d} at 12:00:00 UTC) and CN=Coming Root,O=Example (is not valid before {NEXT_YEAR:%Y-%m-%d} at "
        "12:00:00 UTC).",
        "Added to the SIP trust store, and not usable as a CA: CN=mcu.example.com,O=Example (does not have cA in its "
        "basicConstraints) and CN=No Signer,O=Example (has a keyUsage without keyCertSign).",
        f"Already in the SIP trust store of {device}, so not added there: {there.subject_text}.",
    ]
    for shown in (comparison_text(found), str(found._repr_html_())):
        assert all(remark in shown for remark in found.remarks)
    assert "Ended Root" not in str(audit.what_if([AddAuthority("sip", given[0], device), MoveTime(NOW)]).remarks)


def test_a_loaded_audit_can_be_asked_too(audit: Audit, tmp_path: Path) -> None:
    loaded = mcuaudit.load(audit.save(tmp_path / "kept"))
    change = SetSetting("Client certificate security", MODE, "leeds/mcu-training")
    fresh = audit.what_if(change)
    assert effect_rows(loaded.what_if(change)).equals(effect_rows(fresh))


def test_a_file_is_not_added_through_a_link_that_leads_out_of_the_export(tmp_path: Path) -> None:
    live = tmp_path / "live" / "mcu-9"
    shutil.copytree(SAMPLE / "leeds" / "mcu-court", live)
    export = tmp_path / "export"
    shutil.copytree(SAMPLE, export)
    (export / "leeds" / "mcu-9").symlink_to(live)
    before = (live / "settings.toml").read_bytes()
    linked = mcuaudit.audit(mcuaudit.read_export(export), at="2026-11-23")
    with pytest.raises(mcuaudit.UsageError, match="is a link"):
        linked.what_if(AddFile("leeds/mcu-9/settings.toml", b"[device]\n"))
    assert (live / "settings.toml").read_bytes() == before
    with pytest.raises(mcuaudit.UsageError, match="is a directory"):
        linked.what_if(AddFile("leeds/mcu-court", b""))


REFUSED: dict[str, tuple[Change | list[Change], list[str]]] = {
    "no device": (
        SetSetting("services.http", True, "leeds/mcu-9"),
        ['"leeds/mcu-9"', "leeds/mcu-court", "Did you mean"],
    ),
    "no setting": (SetSetting("Verification setings", "No verification"), ["Verification setings", "Did you mean"]),
    "a value of the policy": (
        SetSetting("thresholds.expiry_days", "30"),
        ["the policy", "mcuaudit check EXPORT --set thresholds.expiry_days=…", "--policy", "services.…, sip.…"],
    ),
    "no value": (SetSetting("Verification settings", "None"), ["No verification", "Outgoing calls only"]),
    "ambiguous setting": (SetSetting("enabled", True), ["ssl_certificates.ocsp.enabled"]),
    "old software": (
        SetSetting("Verification settings", "Outgoing calls only", "hamburg/mcu-speicher"),
        ["hamburg/mcu-speicher", "4.4"],
    ),
    "no store": (AddAuthority("tls", SAMPLE / "leeds" / "sip-trust-store.pem"), ["sip_trust_store", '"tls"']),
    "no authority": (RemoveAuthority("sip", "Nobody CA", "leeds/mcu-court"), ["Nobody CA", "Example Corp Root CA G2"]),
    "no certificate": (ReplaceCertificate(b"", "leeds/mcu-court"), ["certificate"]),
    "no peer": (ReplaceCertificate(SAMPLE / "peers" / "tms.pem", "leeds/*", "tmss"), ["tmss", 'Did you mean "tms"']),
    "no issuer": (ReplaceCertificate(CertificateDescription("a", issuer="No CA"), "leeds/mcu-court"), ["No CA"]),
    "no such name": (
        ReplaceCertificate(CertificateDescription("a", ip_addresses=("10.1.2",)), "leeds/mcu-court"), ["10.1.2"],
    ),
    "no user": (
        RemoveUser("nobody-here", "leeds/mcu-court"),
        ["nobody-here", "leeds/mcu-court", "the users are james.okafor, sarah.whitfield and tms-service"],
    ),
    "no user of some": (
        RemoveUser("sarah.whitfield"), ["hamburg/mcu-elbe", "leeds/mcu-court", "Name the devices that have it"],
    ),
    "the store of a peer without one": (
        AddAuthority("peer_trust_store", SAMPLE / "leeds" / "sip-trust-store.pem"), ["the name of a peer"],
    ),
    "no privilege": (AddUser("ann", "admin", "leeds/mcu-court"), ['Did you mean "administrator"']),
    "the policy as a file": (AddFile("mcuaudit.toml", b""), ["is the policy", "--policy"]),
    "the whole store of a peer": (ReplaceStore("peer_trust_store", ()), ["peer_trust_store", "sip_trust_store"]),
    "two whole stores": (
        [
            ReplaceStore("sip", (), "leeds/mcu-court"),
            ReplaceStore("sip", SAMPLE / "leeds" / "sip-trust-store.pem", "leeds/*"),
        ],
        ["contradict", "leeds/mcu-court"],
    ),
    "a file above the export": (AddFile("../leeds/x.pem", b""), ["../leeds/x.pem"]),
    "two values": (
        [SetSetting("services.http", True, "leeds/*"), SetSetting("services.http", False, "leeds/mcu-court")],
        ["contradict", "leeds/mcu-court"],
    ),
    "two times": ([MoveTime("2027-01-01"), MoveTime("2028-01-01")], ["contradict", "2027-01-01", "2028-01-01"]),
    "added and removed": (
        [
            AddAuthority("sip", SAMPLE / "leeds" / "sip-trust-store.pem", "leeds/mcu-court"),
            RemoveAuthority("sip", "Example Corp Root CA G2", "leeds/mcu-court"),
        ],
        ["contradict", "Example Corp Root CA G2"],
    ),
    "nothing": ([], ["no change"]),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_change_that_cannot_be_made_is_refused_with_what_is_allowed(audit: Audit, case: str) -> None:
    change, words = REFUSED[case]
    with pytest.raises(mcuaudit.UsageError) as refused:
        audit.what_if(change)
    for word in words:
        assert word in str(refused.value)
    # No device has the store of a peer.
    assert case != "no store" or "peer" not in str(refused.value)


def test_a_redacted_audit_cannot_be_asked(audit: Audit, tmp_path: Path) -> None:
    redacted = audit.redact(tmp_path / "key")
    with pytest.raises(mcuaudit.UsageError, match="redacted"):
        redacted.what_if(SetSetting("services.http", True))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (("pass", "both"), ("fail", "open"), Effect.FAILS),
        (("open", "open"), ("fail", "open"), Effect.FAILS),
        (("pass", "both"), ("notApplicable", ""), Effect.ENDS),
        (("pass", "both"), ("open", "open"), Effect.UNDETERMINED),
        (("pass", "both"), ("pass", "mcu_only"), Effect.LOSES_VERIFICATION),
        (("pass", "neither"), ("pass", "peer_only"), Effect.GAINS_VERIFICATION),
        (("pass", "mcu_only"), ("pass", "peer_only"), Effect.LOSES_VERIFICATION),
        (("open", "open"), ("notApplicable", ""), Effect.ENDS),
        (("fail", "open"), ("pass", "both"), Effect.WORKS),
        (("open", "open"), ("pass", "both"), Effect.WORKS),
        (("fail", "open"), ("open", "open"), Effect.PERHAPS_WORKS),
        (("notApplicable", ""), ("fail", "open"), Effect.APPEARS),
        (("pass", "both"), ("pass", "both"), Effect.UNCHANGED),
    ],
)
def test_each_pair_of_outcomes_has_its_effect(
    before: tuple[str, str], after: tuple[str, str], expected: Effect
) -> None:
    assert effect_of(before[0], after[0], before[1], after[1]) is expected


def test_a_described_certificate_ends_with_its_issuer_at_the_latest(audit: Audit) -> None:
    ends = datetime(2030, 1, 1, tzinfo=UTC)
    wanted = CertificateDescription("a", issuer="Example Corp Devices CA 2", not_after=ends)
    supposed, _ = changed_audit(audit, ReplaceCertificate(wanted, "leeds/mcu-court"))
    own = supposed.devices.set_index("device_id").loc["leeds/mcu-court", "local_certificate"]
    row = supposed.certificates.set_index("certificate").loc[own]
    assert row["not_after"] == ends
    assert row["issuer"] == "CN=Example Corp Devices CA 2,O=Example Corp"
