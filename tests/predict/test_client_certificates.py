"""A peer with another certificate as TLS client than as server: each role is judged by its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mcuaudit
from tests.authority import NOW
from tests.clean_export import DEVICE, ELSEWHERE, ISSUING, CleanExport, certificate, chain

SERVER = certificate("room", key=5, san=["DNS:10.1.2.200"], purposes=["serverAuth"])
CLIENT = certificate("room-client", key=9, purposes=["clientAuth"])
STRANGER = certificate("stranger", ELSEWHERE, 9)


def rows(directory: Path, change: Callable[[CleanExport], Any]) -> dict[str, dict[str, Any]]:
    export = CleanExport()
    export.files["peers/room.pem"] = chain(SERVER, ISSUING)
    export.files["peers/client.pem"] = chain(CLIENT, ISSUING)
    export.peers["room"]["client_certificate"] = "peers/client.pem"
    change(export)
    found = export.audit(directory).connections
    found = found[found["peer"].isin(["room", "alice", "tms"])]
    return {f"{row['connection_type']}": row for row in found.to_dict("records")}


def test_each_role_has_its_own(tmp_path: Path) -> None:
    found = rows(tmp_path, lambda export: None)
    incoming, outgoing = found["incoming_sip"], found["outgoing_sip"]
    assert (incoming["outcome"], outgoing["outcome"]) == ("pass", "pass")
    assert incoming["peer_certificate"] == CLIENT.record.sha256
    assert outgoing["peer_certificate"] == SERVER.record.sha256


def test_without_one_the_certificate_counts_in_both_roles(tmp_path: Path) -> None:
    found = rows(tmp_path, lambda export: export.peers["room"].pop("client_certificate"))
    assert (found["incoming_sip"]["mcu_purpose"], found["incoming_sip"]["readings"]) == ("open", "A13")
    assert found["outgoing_sip"]["outcome"] == "pass"


@pytest.mark.parametrize(
    ("value", "content", "outcome", "code"),
    [
        (False, None, "fail", "no_certificate"),
        ("peers/client.pem", b"junk", "open", "damaged_evidence"),
        ("peers/none.pem", None, "open", "damaged_evidence"),
        (7, None, "open", "damaged_evidence"),
        ("peers/client.pem", chain(STRANGER), "fail", "no_issuer"),
        ("peers/client.pem", chain(CLIENT), "pass", "accepted"),
    ],
)
def test_only_incoming_calls_rest_on_it(
    value: Any, content: bytes | None, outcome: str, code: str, tmp_path: Path
) -> None:
    def change(export: CleanExport) -> None:
        export.peers["room"]["client_certificate"] = value
        export.files["peers/client.pem"] = content

    found = rows(tmp_path, change)
    assert (found["incoming_sip"]["outcome"], found["incoming_sip"]["reason_code"]) == (outcome, code)
    assert found["outgoing_sip"]["outcome"] == "pass"


def test_the_called_peer_without_a_certificate_may_have_one_as_client(tmp_path: Path) -> None:
    found = rows(tmp_path, lambda export: export.peers["room"].update(certificate=False))
    assert (found["incoming_sip"]["outcome"], found["outgoing_sip"]["outcome"]) == ("pass", "fail")
    assert found["outgoing_sip"]["reason_code"] == "no_certificate"


def test_logins_are_by_the_client_certificate(tmp_path: Path) -> None:
    def change(export: CleanExport) -> None:
        export.settings["ssl_certificates"]["client_certificate_security"] = "Certificate-based authentication required"
        export.peers["alice"] |= {"certificate": "peers/room.pem", "client_certificate": "peers/alice.pem"}

    assert rows(tmp_path, change)["web_user"]["outcome"] == "pass"


def test_a_site_that_has_another_overrides_it_alone(tmp_path: Path) -> None:
    export = CleanExport()
    export.files["leeds/peers.toml"] = b'[[peer]]\nname = "room"\nclient_certificate = "peers/client.pem"\n'
    export.files["leeds/peers/client.pem"] = chain(CLIENT)
    peers = mcuaudit.read_export(export.write(tmp_path)).peers.set_index("peer")
    assert peers.loc["room", "client_certificate"] == CLIENT.record.sha256
    assert peers.loc["room", "client_certificate_file"] == "leeds/peers/client.pem"
    assert peers.loc["room", "certificate_file"] == "peers/room.pem"
    assert peers.loc["alice", "client_certificate_state"] == "missing"


def test_the_findings_and_the_steps_name_the_certificate_of_the_role(tmp_path: Path) -> None:
    export = CleanExport()
    export.files["peers/ann.pem"] = chain(certificate("Alice", key=9), ISSUING)
    export.peers["alice"]["client_certificate"] = "peers/ann.pem"
    audit = export.audit(tmp_path)
    (found,) = audit.findings[audit.findings["code"] == "MCU211"].to_dict("records")
    assert "peers/ann.pem" in found["cause_id"]
    steps = audit.why(DEVICE, "web_user")
    assert any("Alice" in str(step) for step in steps["checked"])
    later = mcuaudit.compare(audit, CleanExport().audit(tmp_path / "before"))
    assert later is not None
    assert audit.at == NOW
