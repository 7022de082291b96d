"""The proof: certificates that OpenSSL issues from the request configurations leave the audit nothing to say.

Every certificate of the sample, of devices and peers, is replaced at once, and every trust store by the test CA. What
csr_config says is in conflict is done as it says. What stays is about settings and missing evidence alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit import Audit
from tests.variants.issued_by_openssl import OPENSSL, STORE, with_new_certificates

pytestmark = pytest.mark.skipif(OPENSSL is None, reason="no openssl command")
SCHEDULER = "scheduler.meetings.example.org"
CHECKS = ["mcu_trust", "mcu_identity", "mcu_purpose", "peer_trust", "peer_identity", "peer_purpose"]


@pytest.fixture(scope="module")
def after(sample_audit: Audit, tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """The audit of the sample with new certificates everywhere."""
    place = tmp_path_factory.mktemp("proof")
    export = place / "export"
    shutil.copytree(mcuaudit.sample_directory(), export)
    chains = with_new_certificates(export, sample_audit, place, "devices/leeds/mcu-court.cnf")
    _present_for_the_first_time(export, chains)
    for slot in ("sip", "https"):
        (export / f"singapore/mcu-orchard/{slot}-trust-store.pem").write_bytes(STORE)
    _do_as_advised(export)
    return mcuaudit.audit(mcuaudit.read_export(export), at="2026-11-23")


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def _present_for_the_first_time(export: Path, chains: Mapping[str, bytes]) -> None:
    """The peers that had no certificate in the export, and the one that was known by its URL alone."""
    for file, name in (
        ("singapore/peers/conductor-login.pem", "conductor-login"),
        ("oslo/peers/cloud-meetings.pem", "cloud-meetings"),
        (f"oslo/mcu-fjord/peers/{SCHEDULER}.pem", SCHEDULER),
    ):
        (export / file).write_bytes(chains[f"peers/{name}.cnf"])
    (export / "oslo/peers/public.pem").write_bytes(STORE)
    whole = "chain_complete = true"
    _edit(export / "singapore/peers.toml", "certificate = false", f'certificate = "peers/conductor-login.pem"\n{whole}')
    own = f'certificate = "peers/cloud-meetings.pem"\n{whole}\ntrust_store = "peers/public.pem"'
    _edit(export / "oslo/peers.toml", 'trust_store = "public"', own)
    _edit(export / "leeds/mcu-atrium/peers.toml", "certificate = false", 'certificate = "../../peers/tms-login.pem"')
    with (export / "oslo/mcu-fjord/peers.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'\n[[peer]]\nname = "{SCHEDULER}"\nconnections = ["feedback_receiver"]\n{whole}\n'
            f'identifiers = ["{SCHEDULER}"]\ncertificate = "peers/{SCHEDULER}.pem"\n'
            'trust_store = "../../peers/tms-trusted-ca.pem"\n'
        )


def _do_as_advised(export: Path) -> None:
    """What the conflicts of csr_config advise about users; and what a page showed of a former certificate is gone."""
    _edit(export / "oslo/settings.toml", '"kari.nordmann"', '"Kari.Nordmann"')
    _edit(export / "oslo/peers.toml", 'user = "kari.nordmann"', 'user = "Kari.Nordmann"')
    with (export / "leeds/mcu-atrium/settings.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[users]]\nname = "james.okafor"\nprivilege = "administrator"\n')
    lobby = export / "leeds/mcu-lobby/settings.toml"
    lobby.write_text(lobby.read_text(encoding="utf-8").partition("[ssl_certificates.shown]")[0], encoding="utf-8")


def test_every_check_of_every_new_certificate_passes(after: Audit) -> None:
    connections = after.connections
    device = connections["readings"].isin(["A20", "A26"]) & connections["reason_code"].eq("may_present_nothing")
    said = connections[~device]
    left = said[(~said[CHECKS].isin(["pass", "notApplicable"])).any(axis=1)]
    assert left.empty, left[["connection_id", "reason"]].to_string()
    print(f"{len(said)} connections, {int((said[CHECKS] == 'pass').sum().sum())} checks pass")


def test_nothing_is_left_but_settings_and_evidence(after: Audit) -> None:
    left = after.connections[~after.connections["outcome"].isin(["pass", "notApplicable"])]
    assert set(left["reason_code"]) == {"may_present_nothing", "ocsp_answer_missing"}


def test_no_rule_about_certificates_and_names_has_anything_left(after: Audit, sample_audit: Audit) -> None:
    """But for what csr_config says is not known: the addresses of two peers that are called by name."""
    findings = after.findings
    about = findings[findings["code"].str.match("MCU[12]")]
    # A restart that is pending is a state of the device.
    about = about[about["rule"] != "restart_pending"]
    assert set(about["rule"]) == {"peer_lacks_uri_or_address"}
    frame = mcuaudit.csr_config(sample_audit)
    unknown = frame[frame["need"].eq("open") & frame["part"].eq("ip")]
    assert set(about["peer"]) == set(unknown["owner"])
    before = sample_audit.findings
    assert len(before[before["code"].str.match("MCU[12]")]) > 40


def test_no_store_lacks_a_certificate_of_a_path(after: Audit) -> None:
    lacking = {
        "path_incomplete",
        "intermediate_missing",
        "root_missing",
        "receiver_issuer_missing",
        "no_authority_in_store",
    }
    assert lacking.isdisjoint(after.findings["rule"])
