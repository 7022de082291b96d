"""What both sides of a connection decide, case by case: the clean device with one thing changed.

Each case names the change, the connection, and the columns that it must have.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

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
    local_certificate,
    with_local,
)

Change = Callable[[CleanExport], Any]
CERTIFICATES = "ssl_certificates"
THEIR_CA = "CN=Somebody Else's CA,O=Example"


def settings(table: str, **values: Any) -> Change:
    return lambda export: export.settings[table].update(values)


def without(table: str, key: str) -> Change:
    return lambda export: export.settings[table].pop(key)


def peer(name: str, **facts: Any) -> Change:
    return lambda export: export.peers[name].update(facts)


def peer_without(name: str, *keys: str) -> Change:
    return lambda export: [export.peers[name].pop(key) for key in keys]


def file(name: str, content: bytes | None) -> Change:
    return lambda export: export.files.update({name: content})


def several(*changes: Change) -> Change:
    return lambda export: [change(export) for change in changes]


OCSP = {"enabled": True, "server_url": "https://ocsp.example.com/", "nonce": True}
REQUIRED = settings(CERTIFICATES, client_certificate_security="Certificate-based authentication required")
ALICE_AS = "peers/alice.pem"

CASES: dict[str, tuple[Change, str, dict[str, str]]] = {
    # Settings decide whether the MCU verifies at all.
    "no verification: accepted, and only the peer looks": (
        settings(CERTIFICATES, verification_settings="No verification"),
        "outgoing_sip",
        {"mcu_verifies_peer": "no", "mcu_trust": "notApplicable", "outcome": "pass", "authenticated": "peer_only"},
    ),
    "outgoing calls only: callers are not verified": (
        settings(CERTIFICATES, verification_settings="Outgoing calls only"),
        "incoming_sip",
        {"mcu_verifies_peer": "no", "outcome": "pass", "authenticated": "peer_only"},
    ),
    "outgoing calls only: called parties are verified": (
        settings(CERTIFICATES, verification_settings="Outgoing calls only"),
        "outgoing_sip",
        {"mcu_verifies_peer": "yes", "outcome": "pass", "authenticated": "both"},
    ),
    "nobody verifies": (
        several(settings(CERTIFICATES, verification_settings="No verification"), peer("room", standard="none")),
        "outgoing_sip",
        {"outcome": "pass", "authenticated": "neither"},
    ),
    "setting not told, certificates good: passes, who looked is not known": (
        without(CERTIFICATES, "verification_settings"),
        "incoming_sip",
        {"mcu_verifies_peer": "open", "mcu_trust": "pass", "outcome": "pass", "authenticated": "open"},
    ),
    "setting not told, certificates bad: undetermined for want of the setting": (
        several(
            without(CERTIFICATES, "verification_settings"),
            file("peers/room.pem", chain(certificate("room", ELSEWHERE, 5))),
        ),
        "incoming_sip",
        {"mcu_trust": "open", "missing_evidence": "settings.toml [ssl_certificates] verification_settings"},
    ),
    "before 4.4 nothing is verified, whatever is declared": (
        several(
            settings("device", software_version="4.3(2.18)"), file("peers/room.pem", chain(certificate("r", ELSEWHERE)))
        ),
        "incoming_sip",
        {"mcu_verifies_peer": "no", "outcome": "pass"},
    ),
    "before 4.4 the caller may present nothing": (
        settings("device", software_version="4.3(2.18)"),
        "outgoing_sip",
        {"mcu_verifies_peer": "no", "peer_trust": "open", "outcome": "open", "readings": "A26"},
    ),
    "before 4.4 and unticked, both readings are named": (
        several(
            settings("device", software_version="4.3(2.18)"), settings("sip", use_local_certificate_for_outgoing=False)
        ),
        "outgoing_sip",
        {"outcome": "open", "readings": "A20 A26"},
    ),
    "before 4.4, a peer that verifies nothing wants no certificate": (
        several(settings("device", software_version="4.3(2.18)"), peer("room", standard="none")),
        "outgoing_sip",
        {"outcome": "pass", "readings": ""},
    ),
    "a called peer without a certificate, verified": (
        peer("room", certificate=False),
        "outgoing_sip",
        {"mcu_trust": "fail", "reason_code": "no_certificate", "outcome": "fail"},
    ),
    "a called peer without a certificate, not verified": (
        several(settings(CERTIFICATES, verification_settings="No verification"), peer("room", certificate=False)),
        "outgoing_sip",
        {"mcu_trust": "fail", "reason_code": "no_certificate", "outcome": "fail"},
    ),
    "a called peer without a certificate, setting not told": (
        several(without(CERTIFICATES, "verification_settings"), peer("room", certificate=False)),
        "outgoing_sip",
        {"mcu_trust": "fail", "outcome": "fail"},
    ),
    "a receiver without a certificate, not verified": (
        several(settings(CERTIFICATES, server_certificate_security="No verification"), peer("tms", certificate=False)),
        "feedback_receiver",
        {"mcu_trust": "fail", "outcome": "fail"},
    ),
    "a caller without a certificate, not verified": (
        several(settings(CERTIFICATES, verification_settings="No verification"), peer("room", certificate=False)),
        "incoming_sip",
        {"mcu_trust": "notApplicable", "outcome": "pass"},
    ),
    "a service that is not recorded": (
        without("services", "sips_tcp"),
        "outgoing_sip",
        {"outcome": "open", "mcu_trust": "notApplicable", "missing_evidence": "settings.toml [services] sips_tcp"},
    ),
    "a service that is not recorded, and a feature key that is missing": (
        several(without("services", "sips_tcp"), settings("device", features=["Downspeeding"])),
        "outgoing_sip",
        {"outcome": "notApplicable", "reason_code": "feature_missing"},
    ),
    "no identifiers, Outbound names that the certificate has": (
        several(
            settings(
                "sip",
                outbound_call_configuration="Use trunk",
                outbound_address="10.1.2.200",
                outbound_domain="10.1.2.200",
            ),
            peer("room", route="proxied"),
            peer_without("room", "identifiers"),
        ),
        "outgoing_sip",
        {"mcu_identity": "open", "missing_evidence": 'peers.toml [[peer]] "room" identifiers'},
    ),
    "no identifiers, Outbound names that the certificate lacks": (
        several(
            settings(
                "sip", outbound_call_configuration="Use trunk", outbound_address="10.9.9.9", outbound_domain="10.9.9.9"
            ),
            peer("room", route="proxied"),
            peer_without("room", "identifiers"),
        ),
        "outgoing_sip",
        {"mcu_identity": "open", "missing_evidence": 'peers.toml [[peer]] "room" identifiers'},
    ),
    "A24: the name is in the CN only": (
        several(
            peer("room", product="Expressway", route="proxied", expects=["mcu.example.com"]),
            file(
                f"{DEVICE}/local-certificate.pem", chain(certificate("mcu.example.com", san=[f"DNS:{HOST}"]), ISSUING)
            ),
        ),
        "incoming_sip",
        {"peer_identity": "open", "readings": "A24"},
    ),
    "A24: the name is in the CN only, version X14": (
        several(
            peer("room", product="Expressway", version="X14.3", route="proxied", expects=["mcu.example.com"]),
            file(
                f"{DEVICE}/local-certificate.pem", chain(certificate("mcu.example.com", san=[f"DNS:{HOST}"]), ISSUING)
            ),
        ),
        "incoming_sip",
        {"peer_identity": "open", "readings": "A24"},
    ),
    "A24: the name is in the CN only, version X15": (
        several(
            peer("room", product="Expressway", version="X15.0", route="proxied", expects=["mcu.example.com"]),
            file(
                f"{DEVICE}/local-certificate.pem", chain(certificate("mcu.example.com", san=[f"DNS:{HOST}"]), ISSUING)
            ),
        ),
        "incoming_sip",
        {"peer_identity": "fail", "outcome": "fail"},
    ),
    "a version that is not one": (
        several(
            peer("room", product="Expressway", version="newest", route="proxied", expects=["mcu.example.com"]),
            file(
                f"{DEVICE}/local-certificate.pem", chain(certificate("mcu.example.com", san=[f"DNS:{HOST}"]), ISSUING)
            ),
        ),
        "incoming_sip",
        {"peer_identity": "open", "readings": "A24"},
    ),
    "a trailing dot in a URL": (
        lambda export: export.settings.update(feedback_receivers=[{"uri": "https://tms.example.com./RPC2"}]),
        "feedback_receiver",
        {"peer": "tms", "reference": "tms.example.com.", "mcu_identity": "open", "readings": "A10"},
    ),
    # Connections that cannot exist.
    "SIP TLS is off": (
        settings("services", sips_tcp=False),
        "incoming_sip",
        {"outcome": "notApplicable", "peer": "(any)"},
    ),
    "HTTPS is off": (settings("services", https=False), "web_user", {"outcome": "notApplicable"}),
    "no feature key for TLS": (
        settings("device", features=["Downspeeding"]),
        "web_user",
        {"outcome": "notApplicable", "reason_code": "feature_missing"},
    ),
    "receiver over http": (
        lambda export: export.settings.update(feedback_receivers=[{"uri": "http://tms.example.com/RPC2"}]),
        "feedback_receiver",
        {"outcome": "notApplicable", "reason_code": "http_url"},
    ),
    "no receiver": (
        lambda export: export.settings.update(feedback_receivers=[]),
        "feedback_receiver",
        {"outcome": "notApplicable", "reason_code": "no_receiver"},
    ),
    "receivers not told, none declared": (
        several(lambda export: export.settings.pop("feedback_receivers"), peer("tms", connections=["api_user"])),
        "feedback_receiver",
        {"outcome": "open", "missing_evidence": "settings.toml [[feedback_receivers]]", "peer": "(any)"},
    ),
    "no web user declared": (
        lambda export: export.peers.pop("alice"),
        "web_user",
        {"outcome": "open", "peer": "(any)", "missing_evidence": "peers.toml [[peer]] connections web_user"},
    ),
    # Trust of the MCU.
    "the peer's certificate is from a stranger": (
        file("peers/room.pem", chain(certificate("room", ELSEWHERE, 5, san=["DNS:10.1.2.200"]))),
        "incoming_sip",
        {"mcu_trust": "fail", "outcome": "fail", "cause": f"{THEIR_CA} is not in the SIP trust store of leeds/mcu-1"},
    ),
    "the store is not in the export": (
        file(f"{DEVICE}/sip-trust-store.pem", None),
        "incoming_sip",
        {"mcu_trust": "open", "missing_evidence": "sip-trust-store.pem"},
    ),
    "the store is empty": (
        file(f"{DEVICE}/sip-trust-store.pem", b"# empty\n"),
        "incoming_sip",
        {"mcu_trust": "fail", "reason_code": "empty_store"},
    ),
    "a missing CA may be in the part of the store that was lost": (
        file(f"{DEVICE}/sip-trust-store.pem", ROOT.pem[: len(ROOT.pem) // 2]),
        "incoming_sip",
        {"mcu_trust": "open", "reason_code": "store_damaged"},
    ),
    "the store is empty, and the peer's certificate is not told": (
        several(file(f"{DEVICE}/sip-trust-store.pem", b"# empty\n"), peer_without("room", "certificate")),
        "incoming_sip",
        {"mcu_trust": "fail", "outcome": "fail"},
    ),
    "a peer's store is not told, and the purpose is wrong in any case": (
        several(
            file(f"{DEVICE}/local-certificate.pem", with_local(purposes=["clientAuth"])),
            peer_without("alice", "trust_store"),
        ),
        "web_user",
        {"peer_trust": "open", "peer_purpose": "fail", "outcome": "fail"},
    ),
    "the peer presents none": (
        peer("room", certificate=False),
        "incoming_sip",
        {"mcu_trust": "fail", "reason_code": "no_certificate"},
    ),
    "the peer's certificate is not told": (
        peer_without("room", "certificate"),
        "incoming_sip",
        {"mcu_trust": "open", "missing_evidence": 'peers.toml [[peer]] "room" certificate'},
    ),
    "A12: only the intermediate is in the store": (
        file(f"{DEVICE}/sip-trust-store.pem", ISSUING.pem),
        "incoming_sip",
        {"mcu_trust": "open", "readings": "A12"},
    ),
    "A13: the caller has no clientAuth": (
        file(
            "peers/room.pem",
            chain(certificate("room", key=5, san=["DNS:10.1.2.200"], purposes=["serverAuth"]), ISSUING),
        ),
        "incoming_sip",
        {"mcu_trust": "pass", "mcu_purpose": "open", "readings": "A13"},
    ),
    "A18: SHA-1 is not documented as supported": (
        file("peers/room.pem", chain(certificate("room", key=5, san=["DNS:10.1.2.200"], digest="sha1"), ISSUING)),
        "incoming_sip",
        {"mcu_trust": "open", "readings": "A18"},
    ),
    # Names that the MCU compares.
    "no name is compared on incoming calls": (
        peer("room", identifiers=["10.9.9.9"]),
        "incoming_sip",
        {"mcu_identity": "notApplicable", "outcome": "pass"},
    ),
    "another name on outgoing calls": (
        peer("room", identifiers=["10.9.9.9"]),
        "outgoing_sip",
        {"mcu_identity": "fail", "outcome": "fail", "cause": "certificate of room"},
    ),
    "A7: one of two names": (
        peer("room", identifiers=["10.1.2.200", "room.example.com"]),
        "outgoing_sip",
        {"mcu_identity": "open", "readings": "A7"},
    ),
    "a proxied call is compared with the Outbound address and domain too": (
        several(
            peer("room", route="proxied", expects=[HOST]),
            settings(
                "sip", outbound_call_configuration="Use trunk", outbound_address="10.1.2.200", outbound_domain="e.org"
            ),
        ),
        "outgoing_sip",
        {"mcu_identity": "open", "readings": "A7", "reference": "10.1.2.200 e.org"},
    ),
    "the Outbound address is not told": (
        several(
            peer("room", route="proxied", expects=[HOST]),
            settings("sip", outbound_call_configuration="Use trunk"),
            without("sip", "outbound_address"),
        ),
        "outgoing_sip",
        {"mcu_identity": "open", "missing_evidence": "settings.toml [sip] outbound_address"},
    ),
    "Call direct ignores address and domain": (
        several(
            peer("room", route="proxied", expects=[HOST]),
            settings("sip", outbound_address="x.example", outbound_domain="y.example"),
        ),
        "outgoing_sip",
        {"mcu_identity": "pass", "reference": "10.1.2.200"},
    ),
    "A16: the name of an HTTPS server": (
        file("peers/tms.pem", chain(certificate("tms-service", key=7, san=["DNS:other.example.com"]), ISSUING)),
        "feedback_receiver",
        {"mcu_trust": "pass", "mcu_identity": "open", "readings": "A16"},
    ),
    # What the peer decides.
    "A17: the address only in the CN beside a subjectAltName": (
        file(f"{DEVICE}/local-certificate.pem", chain(certificate(ADDRESS, san=[f"DNS:{HOST}"]), ISSUING)),
        "incoming_sip",
        {"peer_identity": "fail", "outcome": "fail", "cause": "local certificate of leeds/mcu-1"},
    ),
    "A1: the address only in an iPAddress entry": (
        file(f"{DEVICE}/local-certificate.pem", with_local(san=[f"DNS:{HOST}", f"IP:{ADDRESS}"])),
        "incoming_sip",
        {"peer_identity": "open", "readings": "A1"},
    ),
    "by default a direct peer expects every address": (
        several(peer_without("room", "expects"), settings("device", addresses=[ADDRESS, "10.1.2.4"])),
        "outgoing_sip",
        {"peer_identity": "open", "readings": "A7"},
    ),
    "by default a browser expects the host names": (
        several(peer_without("alice", "expects"), settings("device", host_names=["bridge.example.com"])),
        "web_user",
        {"peer_identity": "fail"},
    ),
    "that a server compares the name of its client is only assumed": (
        several(peer_without("tms", "expects"), settings("device", host_names=["bridge.example.com"])),
        "feedback_receiver",
        {"peer_identity": "open", "missing_evidence": 'peers.toml [[peer]] "tms" expects'},
    ),
    "the peer's store is not in the export": (
        peer_without("room", "trust_store"),
        "incoming_sip",
        {"peer_trust": "open", "missing_evidence": 'peers.toml [[peer]] "room" trust_store'},
    ),
    "public CAs do not know a private one": (
        peer("room", trust_store="public"),
        "incoming_sip",
        {"peer_trust": "fail", "cause": "CN=Example Root CA,O=Example is not in the trust store of room"},
    ),
    "A11: the intermediate is elsewhere in the export, nobody says that the MCU presents it": (
        several(file(f"{DEVICE}/local-certificate.pem", local_certificate().pem), file("peers/trusted.pem", ROOT.pem)),
        "incoming_sip",
        {"peer_trust": "open", "readings": "A11"},
    ),
    "an Expressway needs every intermediate in its own list": (
        several(file("peers/trusted.pem", ROOT.pem), peer("room", standard="vcs")),
        "incoming_sip",
        {"peer_trust": "fail", "reason_code": "intermediate_not_in_store"},
    ),
    "a peer refuses the wrong purpose": (
        several(
            file(f"{DEVICE}/local-certificate.pem", with_local(purposes=["serverAuth"])), peer("room", standard="cucm")
        ),
        "outgoing_sip",
        {"peer_purpose": "fail", "outcome": "fail"},
    ),
    "an endpoint is not an MCU: it looks at the purpose": (
        file(f"{DEVICE}/local-certificate.pem", with_local(purposes=["serverAuth"])),
        "outgoing_sip",
        {"peer_purpose": "fail", "readings": ""},
    ),
    "A20: the MCU may present nothing": (
        settings("sip", use_local_certificate_for_outgoing=False),
        "outgoing_sip",
        {"peer_trust": "open", "readings": "A20"},
    ),
    "A20 does not touch incoming calls": (
        settings("sip", use_local_certificate_for_outgoing=False),
        "incoming_sip",
        {"outcome": "pass"},
    ),
    "the standard is not told, and the standards differ": (
        several(
            peer_without("room", "product"),
            peer("room", route="direct"),
            file(f"{DEVICE}/local-certificate.pem", with_local(san=[f"DNS:{ADDRESS}"])),
        ),
        "incoming_sip",
        {"peer_identity": "open", "missing_evidence": 'peers.toml [[peer]] "room" standard'},
    ),
    "the standard is not told, and an Expressway would want the intermediate": (
        several(peer_without("room", "product"), peer("room", route="direct"), file("peers/trusted.pem", ROOT.pem)),
        "incoming_sip",
        {"peer_trust": "open", "missing_evidence": 'peers.toml [[peer]] "room" standard'},
    ),
    "the route is not told, and the Outbound address may be compared": (
        several(
            peer_without("room", "product"),
            peer("room", standard="mcu"),
            settings(
                "sip", outbound_call_configuration="Use trunk", outbound_address="t.example", outbound_domain="e.org"
            ),
        ),
        "outgoing_sip",
        {"mcu_identity": "open", "missing_evidence": 'peers.toml [[peer]] "room" route'},
    ),
    "the route is not told, and calls are direct in any case": (
        several(peer_without("room", "product"), peer("room", standard="mcu")),
        "outgoing_sip",
        {"mcu_identity": "pass", "outcome": "pass"},
    ),
    "the standard is not told, and does not matter": (
        several(peer_without("room", "product"), peer("room", route="direct")),
        "incoming_sip",
        {"outcome": "pass"},
    ),
    "no local certificate": (
        file(f"{DEVICE}/local-certificate.pem", None),
        "web_user",
        {"peer_trust": "open", "missing_evidence": "local-certificate.pem"},
    ),
    # Logins.
    "not required: a password does": (
        settings(CERTIFICATES, client_certificate_security="Not required"),
        "web_user",
        {"mcu_trust": "notApplicable", "login": "pass", "authenticated": "peer_only"},
    ),
    "required: the CN is a user": (REQUIRED, "web_user", {"login": "pass", "outcome": "pass"}),
    "required: the CN is no user": (
        several(REQUIRED, file(ALICE_AS, chain(certificate("bob", key=6), ISSUING))),
        "web_user",
        {"mcu_trust": "pass", "login": "fail", "reason_code": "common_name_is_no_user"},
    ),
    "A9: the CN differs in case only": (
        several(REQUIRED, file(ALICE_AS, chain(certificate("Alice", key=6), ISSUING))),
        "web_user",
        {"login": "open", "readings": "A9"},
    ),
    "required: the users are not told": (
        several(REQUIRED, lambda export: export.settings.pop("users")),
        "web_user",
        {"login": "open", "missing_evidence": "settings.toml [[users]]"},
    ),
    "allowed: a CN that is no user falls back to the password": (
        file(ALICE_AS, chain(certificate("bob", key=6), ISSUING)),
        "web_user",
        {"login": "pass"},
    ),
    "verify: the certificate must be trusted all the same": (
        several(
            settings(CERTIFICATES, client_certificate_security="Verify certificate"),
            file(ALICE_AS, chain(certificate("alice", ELSEWHERE, 6))),
        ),
        "web_user",
        {"mcu_trust": "fail", "outcome": "fail"},
    ),
    "the user is not stored": (
        peer("alice", user="carol"),
        "web_user",
        {"login": "pass", "outcome": "pass"},
    ),
    "verify: the user is not stored": (
        several(settings(CERTIFICATES, client_certificate_security="Verify certificate"), peer("alice", user="carol")),
        "web_user",
        {"login": "fail", "reason_code": "unknown_user"},
    ),
    "OCSP: the answer is not in the export": (
        settings(CERTIFICATES, ocsp=OCSP),
        "web_user",
        {"login": "open", "missing_evidence": "peers.toml ocsp_response"},
    ),
    "OCSP: its server is refused, so every client is": (
        several(
            settings(CERTIFICATES, ocsp=OCSP),
            file("peers/ocsp.pem", chain(certificate("ocsp", ELSEWHERE, 8, san=["DNS:ocsp.example.com"]))),
        ),
        "api_user",
        {"login": "fail", "reason_code": "ocsp_server_refused"},
    ),
    "OCSP server by https": (settings(CERTIFICATES, ocsp=OCSP), "ocsp_server", {"outcome": "pass", "peer": "ocsp"}),
    "OCSP server by http": (
        settings(CERTIFICATES, ocsp={**OCSP, "server_url": "http://ocsp.example.com/"}),
        "ocsp_server",
        {"outcome": "notApplicable"},
    ),
    "OCSP not told": (
        without(CERTIFICATES, "ocsp"),
        "ocsp_server",
        {"outcome": "open", "missing_evidence": "settings.toml [ssl_certificates.ocsp] enabled"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_case(case: str, tmp_path: Path) -> None:
    change, connection_type, expected = CASES[case]
    export = CleanExport()
    change(export)
    connections = export.predicted(tmp_path).connections
    (row,) = connections[connections["connection_type"] == connection_type].to_dict("records")
    found = {column: row[column] for column in expected}
    assert found == expected, row["reason"]
    if row["outcome"] == "open":
        assert row["readings"] or row["missing_evidence"], "an open outcome names what it rests on"


def test_another_mcu_is_a_peer_with_its_own_certificate_store_and_settings(tmp_path: Path) -> None:
    export = CleanExport()
    export.peers["other"] = {"device": "leeds/mcu-2"}
    other = "10.1.2.4"
    names = [f"DNS:{other}", f"URI:sip:{other}"]
    export.files["leeds/mcu-2/local-certificate.pem"] = chain(certificate("mcu-2", key=11, san=names), ISSUING)
    export.files["leeds/mcu-2/sip-trust-store.pem"] = ROOT.pem
    export.files["leeds/mcu-2/settings.toml"] = (
        f'[device]\naddresses = ["{other}"]\nsoftware_version = "4.4(3.57)"\n'
        '[ssl_certificates]\nverification_settings = "Outgoing calls only"\n'
        "[services]\nsips_tcp = true\n[sip]\nuse_local_certificate_for_outgoing = true\n"
    ).encode()
    connections = export.predicted(tmp_path).connections
    mine = connections[(connections["device"] == "mcu-1") & (connections["peer"] == "other")].set_index(
        "connection_type"
    )
    assert mine.loc["outgoing_sip", ["mcu_identity", "peer_trust", "outcome"]].tolist() == [
        "pass",
        "notApplicable",
        "pass",
    ]
    assert mine.loc["outgoing_sip", "authenticated"] == "mcu_only"
    assert mine.loc["incoming_sip", ["mcu_trust", "peer_identity", "outcome"]].tolist() == ["pass", "pass", "pass"]
    # It inherits the peers of the fleet, and is not its own peer.
    assert "other" not in connections.loc[connections["device"] == "mcu-2", "peer"].tolist()
