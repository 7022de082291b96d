"""What OCSP responses about logins, as far as the export says: whole verdicts, but for their sentences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mcuaudit import read_export
from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict, missing
from mcuaudit.predict.connection import judge, verdict_of
from mcuaudit.predict.context import FleetContext, fleet_context
from mcuaudit.predict.exchanges import Exchange
from mcuaudit.predict.mcu_side import mcu_side
from mcuaudit.predict.ocsp import OCSP_ANSWER_MISSING, OCSP_PERHAPS_ASKED, OCSP_SERVER_UNDETERMINED
from mcuaudit.predict.of_device import administration_of, judge_device, ocsp_answer, ocsp_of_logins
from mcuaudit.predict.prediction import predict_fleet
from tests.authority import NOW
from tests.clean_export import (
    ADDRESS,
    ELSEWHERE,
    HOST,
    ISSUING,
    ROOT,
    CleanExport,
    certificate,
    local_certificate,
)
from tests.devices.build import DEVICE_ID, context, damaged, mcu, peer, records
from tests.predict.ocsp_responses import REVOKED, ocsp_response

LEVEL = "ssl_certificates__client_certificate_security"
FAIL, OPEN, PASS = Outcome.FAIL, Outcome.OPEN, Outcome.PASS
ALICE = certificate("alice", key=6)
URL = "https://ocsp.example.com/x"


def server(**facts: Any) -> Peer:
    return peer("ocsp", **{
        "certificate": certificate("ocsp", key=8, san=["DNS:ocsp.example.com"]), "chain": (ISSUING,),
        "chain_complete": Answer.YES, "identifiers": ("ocsp.example.com",), "connections": ("ocsp_server",),
        "standard": Standard.NONE, **facts,
    })  # fmt: skip


def device(*peers: Peer, **facts: Any) -> Device:
    good: dict[str, Any] = {
        "local": local_certificate(), "chain": (ISSUING,), "https": (ROOT, ISSUING), "services__https": True,
        "device__host_names": [HOST], "device__software_version": "4.4(3.57)", "device__features": ["Encryption"],
        "users": ["alice:administrator"], LEVEL: "Verify certificate", "ssl_certificates__ocsp__enabled": True,
        "ssl_certificates__ocsp__server_url": URL,
        "ssl_certificates__server_certificate_security": "Verify certificate", **facts,
    }  # fmt: skip
    return mcu(peers=peers, **{key: value for key, value in good.items() if value is not None})


def bare(verdict: Verdict) -> Verdict:
    return replace(verdict, reason="")


def asked(one: Device) -> Verdict:
    return ocsp_of_logins(one, context(one))


MISSING = replace(bare(missing("peers.toml ocsp_response", "")), reason_code="ocsp_answer_missing")
STRANGER = server(certificate=certificate("ocsp", ELSEWHERE, 8), chain=())
UNKNOWN = server(certificate=None)


def test_the_codes_of_what_is_not_known() -> None:
    assert (OCSP_ANSWER_MISSING, OCSP_PERHAPS_ASKED, OCSP_SERVER_UNDETERMINED) == (
        "ocsp_answer_missing", "ocsp_perhaps_asked", "ocsp_server_undetermined",
    )  # fmt: skip


def test_of_a_server_that_is_accepted_the_answer_alone_is_missing() -> None:
    found = asked(device(server()))
    assert bare(found) == MISSING
    assert URL in found.reason
    assert bare(ocsp_answer(device(), None)) == MISSING
    assert "its server" in ocsp_answer(device(), None).reason


def test_a_server_that_is_refused_refuses_every_client() -> None:
    one = device(STRANGER)
    (judged,) = [item for item in judge_device(one, context(one)) if item.exchange.type is ConnectionType.OCSP_SERVER]
    refused = verdict_of(judged)
    found = asked(one)
    assert bare(found) == Verdict(
        FAIL, "ocsp_server_refused", readings=refused.readings, cause=refused.cause, remedy=refused.remedy
    )
    assert "the MCU does not accept the OCSP server's certificate" in found.reason
    # The server refuses the MCU.
    by_peer = asked(device(server(standard=Standard.RFC9525, trust=(ELSEWHERE,), expects=(HOST,))))
    assert (by_peer.outcome, by_peer.reason_code) == (FAIL, "ocsp_server_refused")
    assert "the connection to the OCSP server is refused" in by_peer.reason


def test_of_several_that_may_be_the_server_the_worst_counts() -> None:
    assert asked(device(server(), STRANGER)).reason_code == "ocsp_server_refused"
    assert asked(device(STRANGER, server())).reason_code == "ocsp_server_refused"
    assert asked(device(server(), UNKNOWN)).reason_code == "ocsp_server_undetermined"


def test_a_server_that_is_not_known_leaves_the_answer_open() -> None:
    found = asked(device(UNKNOWN))
    assert (found.outcome, found.reason_code) == (OPEN, "ocsp_server_undetermined")
    assert found.missing_evidence == 'peers.toml [[peer]] "ocsp" certificate'
    assert found.reason.startswith("Whether the OCSP server is accepted")


def test_whether_it_is_asked_at_all() -> None:
    assert asked(device(server(), ssl_certificates__ocsp__enabled=False)) is NOT_APPLICABLE
    assert asked(device(ssl_certificates__ocsp__server_url="")).reason_code == "ocsp_without_server"
    unread = damaged(device(server()), "device.software_version")
    # The version is not known either: what holds for software that has OCSP.
    assert bare(asked(unread)) == MISSING
    # The level is not known: what holds where it is verified.
    assert bare(asked(device(server(), **{LEVEL: None}))) == MISSING
    assert asked(device(server(), **{LEVEL: "Not required"})) is NOT_APPLICABLE


def test_if_it_is_not_known_whether_ocsp_is_on_only_the_answer_may_be_missing() -> None:
    unset = {"ssl_certificates__ocsp__enabled": None}
    found = asked(device(server(), **unset))
    expected = missing("settings.toml [ssl_certificates.ocsp] enabled", found.reason)
    assert found == replace(expected, reason_code="ocsp_perhaps_asked")
    for other in (STRANGER, UNKNOWN):
        assert asked(device(other, **unset)).reason_code == "missing_evidence"
    off = device(server(), **{**unset, LEVEL: "Not required"})
    assert asked(off) is NOT_APPLICABLE


GOOD = ocsp_response(ALICE, ISSUING)
BAD = ocsp_response(ALICE, ISSUING, REVOKED)
ODD = b"0"


@pytest.mark.parametrize(
    ("server_", "enabled", "response", "outcome", "code"),
    [
        (server(), True, GOOD, PASS, "password"),
        (server(), True, BAD, FAIL, "ocsp_not_good"),
        (server(), True, ODD, OPEN, "ocsp_open"),
        (server(), True, None, OPEN, "ocsp_answer_missing"),
        (UNKNOWN, True, GOOD, OPEN, "ocsp_server_undetermined"),
        (UNKNOWN, True, BAD, FAIL, "ocsp_not_good"),
        (UNKNOWN, True, None, OPEN, "ocsp_server_undetermined"),
        (server(), None, GOOD, PASS, "password"),
        (server(), None, BAD, OPEN, "ocsp_perhaps_asked"),
        (server(), None, None, OPEN, "ocsp_perhaps_asked"),
        (STRANGER, True, GOOD, FAIL, "ocsp_server_refused"),
    ],
)
def test_a_saved_answer_counts_where_it_is_certain(
    server_: Peer, enabled: bool | None, response: bytes | None, outcome: Outcome, code: str
) -> None:
    alice = peer("alice", certificate=ALICE, chain=(ISSUING,), chain_complete=Answer.YES, user="alice",
                 connections=("web_user",), ocsp_response=response)  # fmt: skip
    one = device(server_, alice, ssl_certificates__ocsp__enabled=enabled)
    web = Exchange(CONNECTION_TABLE[ConnectionType.WEB_USER], alice)
    found = mcu_side(one, web, context(one), asked(one)).login
    assert (found.outcome, found.reason_code) == (outcome, code)


def test_the_issuer_of_an_answer_may_lie_elsewhere_and_an_unread_answer_is_named() -> None:
    alone = peer("alice", certificate=ALICE, user="alice", connections=("web_user",), ocsp_response=GOOD)
    one = device(server(), alone)
    web = Exchange(CONNECTION_TABLE[ConnectionType.WEB_USER], alone)
    assert mcu_side(one, web, context(one), asked(one)).login.reason_code == "ocsp_open"
    assert mcu_side(one, web, context(one, known=(ISSUING,)), asked(one)).login.reason_code == "password"
    unread = replace(alone, ocsp_response=None, damage={"ocsp_response": "o"})
    for server_, evidence in ((server(), "o"), (UNKNOWN, 'peers.toml [[peer]] "ocsp" certificate')):
        one = device(server_, unread)
        found = mcu_side(one, replace(web, peer=unread), context(one), asked(one)).login
        assert found.missing_evidence == evidence


def test_only_a_declared_web_user_is_a_way_in_and_each_level_is_judged() -> None:
    alice = peer("alice", certificate=ALICE, chain=(ISSUING,), chain_complete=Answer.YES, user="alice",
                 connections=("web_user", "api_user"), standard=Standard.NONE)  # fmt: skip
    for level in ("Verify certificate", None):
        one = device(alice, ssl_certificates__ocsp__enabled=False, services__http=False, **{LEVEL: level})
        fleet = context(one)
        found = administration_of(one, judge_device(one, fleet), fleet)
        assert found.outcome is PASS
        assert found.way.endswith("HTTPS with the certificate of alice")
        assert found.fails_on is not None
        assert found.way.count("alice") == 1
    for_the_api = replace(one, peers=(replace(alice, connections=("api_user",)),))
    assert administration_of(for_the_api, judge_device(for_the_api, context()), context()).outcome is OPEN
    undeclared = replace(one, peers=())
    assert administration_of(undeclared, judge_device(undeclared, context()), context()).outcome is OPEN


def test_a_fleet_knows_its_devices_and_the_cas_of_the_export_by_their_names() -> None:
    one, two = mcu("a/b"), mcu("a/c")
    other = ROOT.intermediate("Example Issuing CA", key=ISSUING.key)
    fleet: FleetContext = fleet_context([one, two], records(ROOT, ISSUING, ALICE, other), NOW)
    assert fleet.devices == {"a/b": one, "a/c": two}
    root, issuing, again = records(ROOT, ISSUING, other)
    both = tuple(sorted((issuing, again), key=lambda one: one.sha256))
    assert fleet.authorities == {root.subject: (root,), issuing.subject: both}
    assert fleet.at == NOW
    assert fleet.other_end(peer("p", peer_device="a/c")) is two
    assert fleet.other_end(peer("p")) is fleet.other_end(peer("p", peer_device="x")) is None
    assert (
        judge(one, Exchange(CONNECTION_TABLE[ConnectionType.WEB_USER], peer("p")), fleet, NOT_APPLICABLE).device is one
    )


def test_a_fleet_is_predicted_device_by_device(tmp_path: Path) -> None:
    fleet = read_export(CleanExport().write(tmp_path))
    found = predict_fleet(fleet, NOW)
    (one,) = found.devices
    assert (one.device_id, list(found.ways)) == (DEVICE_ID, [DEVICE_ID])
    assert (len(found.connections), len(found.administration)) == (6, 1)
    assert len(found.paths) > 0
    assert one.local_certificate is not None
    own = found.identities[found.identities["certificate"].eq(one.local_certificate.sha256)]
    assert ADDRESS in set(own["reference"])
    (way,) = {way.name for way in found.ways[DEVICE_ID] if way.verdict.outcome is PASS}
    row = found.administration.iloc[0]
    assert (row["device_id"], row["outcome"], row["way"], row["reason_code"]) == (
        DEVICE_ID,
        "pass",
        way,
        "administered",
    )
    calls: list[tuple[object, ...]] = []
    many = pd.concat([fleet.devices.assign(device_id=f"leeds/{number}") for number in range(201)])
    predict_fleet(replace(fleet, devices=many), NOW, progress=lambda *said: calls.append(said))
    assert calls == [("predicting", number, 201) for number in (100, 200, 201)]
