"""The MCU's side and the peer's side: what is not known, what is not presented, and calls between MCUs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mcuaudit.decode.revocation_list import decode_revocation_list
from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict, missing
from mcuaudit.pkix import RevocationLists
from mcuaudit.predict import mcu_side as mcus
from mcuaudit.predict import peer_side as peers
from mcuaudit.predict.context import fleet_context
from mcuaudit.predict.exchanges import Exchange
from mcuaudit.predict.mcu_side import McuSide, mcu_side
from mcuaudit.predict.peer_side import PeerSide, peer_side
from tests.authority import NOW
from tests.clean_export import ADDRESS, ELSEWHERE, HOST, ISSUING, ROOT, certificate, local_certificate
from tests.devices.build import DEVICE_ID, context, damaged, mcu, peer, record
from tests.revoking import revocation_list

FAIL, OPEN, PASS, NONE = Outcome.FAIL, Outcome.OPEN, Outcome.PASS, Outcome.NOT_APPLICABLE
IN, OUT, WEB = ConnectionType.INCOMING_SIP, ConnectionType.OUTGOING_SIP, ConnectionType.WEB_USER
OCSP, FEEDBACK = ConnectionType.OCSP_SERVER, ConnectionType.FEEDBACK_RECEIVER
VERIFY = {"ssl_certificates__verification_settings": "Outgoing and incoming calls",
          "ssl_certificates__server_certificate_security": "Verify certificate"}  # fmt: skip
NOTHING = {"ssl_certificates__verification_settings": "No verification",
           "ssl_certificates__server_certificate_security": "No verification"}  # fmt: skip
ROOM = certificate("room", key=5, san=["DNS:10.1.2.200", "URI:sip:10.1.2.200"])


def device(device_id: str = DEVICE_ID, **facts: Any) -> Device:
    return mcu(device_id, **{
        "local": local_certificate(), "chain": (ISSUING,), "sip": (ROOT, ISSUING), "https": (ROOT, ISSUING),
        "device__addresses": [ADDRESS], "device__host_names": [HOST], "device__software_version": "4.4(3.57)",
        "users": ["alice:administrator"], "sip__use_local_certificate_for_outgoing": True, **VERIFY, **facts,
    })  # fmt: skip


def room(**facts: Any) -> Peer:
    return peer("room", **{
        "certificate": ROOM, "chain": (ISSUING,), "chain_complete": Answer.YES, "trust": (ROOT, ISSUING),
        "identifiers": ("10.1.2.200",), "route": "direct", "standard": Standard.MCU, "file": "peers.toml",
        "certificate_file": "peers/room.pem", **facts,
    })  # fmt: skip


def of_mcu(one: Device, other: Peer, kind: ConnectionType = OUT, *fleet: Device, **facts: Any) -> McuSide:
    return mcu_side(one, Exchange(CONNECTION_TABLE[kind], other, **facts), context(one, *fleet), NOT_APPLICABLE)


def of_peer(one: Device, other: Peer, kind: ConnectionType = OUT, *fleet: Device, **facts: Any) -> PeerSide:
    return peer_side(one, Exchange(CONNECTION_TABLE[kind], other, **facts), context(one, *fleet))


def outcomes(side: McuSide | PeerSide) -> list[Outcome]:
    return [verdict.outcome for verdict in side.verdicts]


def test_the_columns_of_both_sides() -> None:
    assert mcus.COLUMNS == ("mcu_trust", "mcu_identity", "mcu_purpose", "login")
    assert peers.COLUMNS == ("peer_trust", "peer_identity", "peer_purpose")


def test_a_connection_that_does_not_exist_has_no_verdict() -> None:
    for exists in (NOT_APPLICABLE, Verdict(OPEN, "x")):
        assert of_mcu(device(), room(), exists=exists) == McuSide(Answer.YES)
        assert of_peer(device(), room(), exists=exists) == PeerSide(Answer.YES, Standard.MCU)


AT_ROOM = Place(Slot.PEER_CERTIFICATE, "room", "peers.toml")


def test_a_peer_without_a_certificate_is_no_server_and_no_client_that_is_verified() -> None:
    none = room(certificate=None, presents_none=True)
    for facts, verifies in ((VERIFY, Answer.YES), (NOTHING, Answer.NO)):
        found = of_mcu(device(**facts), none)
        expected = Verdict(
            FAIL, "no_certificate", found.trust.reason, cause=cause_at(CauseKind.CERTIFICATE, AT_ROOM),
            remedy=Remedy(RemedyKind.PROVIDE_SERVER_CERTIFICATE, target=AT_ROOM),
        )  # fmt: skip
        assert found == McuSide(verifies, trust=expected)
        assert found.trust.reason
    called = of_mcu(device(), none, IN)
    label = SETTING_BY_KEY["ssl_certificates.verification_settings"].label
    assert called == McuSide(Answer.YES, trust=Verdict(
        FAIL, "no_certificate", called.trust.reason, cause=cause_at(CauseKind.CERTIFICATE, AT_ROOM),
        remedy=Remedy(RemedyKind.PROVIDE_CERTIFICATE, (label,), AT_ROOM),
    ))  # fmt: skip
    assert of_mcu(device(**NOTHING), none, IN) == McuSide(Answer.NO)


def test_what_an_mcu_that_verifies_nothing_does_not_know_matters_only_to_a_server() -> None:
    unread = room(certificate=None, damage={"certificate": "c"})
    assert of_mcu(device(**NOTHING), unread).trust.missing_evidence == "c"
    assert of_mcu(device(**NOTHING), unread, IN).trust is NOT_APPLICABLE
    assert of_mcu(device(**NOTHING), room()).trust is NOT_APPLICABLE


def test_a_certificate_or_store_that_is_missing_leaves_open_what_rests_on_it() -> None:
    unknown = room(certificate=None)
    key = 'peers.toml [[peer]] "room" certificate'
    called, calling = of_mcu(device(), unknown), of_mcu(device(), unknown, IN)
    assert [one.missing_evidence for one in called.verdicts] == [key, key, "", ""]
    assert [one.missing_evidence for one in calling.verdicts] == [key, "", "", ""]
    without = replace(device(), trust_stores={})
    found = of_mcu(without, room())
    assert outcomes(found) == [OPEN, PASS, NONE, NONE]
    assert found.trust.missing_evidence == "sip-trust-store.pem"
    assert found.revoked is None
    assert outcomes(of_mcu(without, room(), IN)) == [OPEN, NONE, NONE, NONE]
    server_only = certificate("room", key=5, purposes=["serverAuth"])
    lacking = of_mcu(without, room(certificate=server_only), IN).purpose
    assert (lacking.outcome, lacking.readings) == (OPEN, ("A13",))
    empty = of_mcu(device(sip=()), unknown)
    assert (outcomes(empty), empty.trust.reason_code) == ([FAIL, NONE, NONE, NONE], "empty_store")


def test_if_it_is_not_known_whether_the_mcu_verifies_only_a_pass_is_certain() -> None:
    unset = replace(device(), settings={k: v for k, v in device().settings.items() if "verification" not in k})
    assert of_mcu(unset, room()).trust.outcome is PASS
    stranger = room(certificate=certificate("room", ELSEWHERE, 5, san=["DNS:10.1.2.200"]), chain=())
    for other, word in ((stranger, "the MCU"), (replace(stranger, peer_device="oslo/b"), DEVICE_ID)):
        found = of_mcu(unset, other)
        assert found.trust == missing("settings.toml [ssl_certificates] verification_settings", found.trust.reason)
        assert word in found.trust.reason
        assert found.identity.outcome is PASS


@pytest.mark.parametrize(
    ("facts", "settings", "evidence"),
    [
        ({"damage": {"identifiers": "i"}}, {}, "i"),
        ({"identifiers": ()}, {}, 'peers.toml [[peer]] "room" identifiers'),
        ({"route": None}, {}, 'peers.toml [[peer]] "room" route'),
        ({"route": "proxied"}, {}, "settings.toml [sip] outbound_address"),
        ({"route": "proxied"}, {"sip__outbound_address": "10.1.2.200"}, "settings.toml [sip] outbound_domain"),
        ({"route": "proxied", "identifiers": ()}, {"sip__outbound_address": "x", "sip__outbound_domain": "y"},
         'peers.toml [[peer]] "room" identifiers'),
        ({"route": "direct"}, {}, ""),
        ({"route": "proxied"}, {"sip__outbound_call_configuration": "Call direct"}, ""),
    ],
)  # fmt: skip
def test_which_name_of_a_called_peer_is_not_known(
    facts: dict[str, Any], settings: dict[str, Any], evidence: str
) -> None:
    found = of_mcu(device(**settings), room(**facts)).identity
    assert (found.outcome, found.missing_evidence) == (OPEN if evidence else PASS, evidence)


def test_a_configuration_that_cannot_be_read_leaves_the_names_of_a_proxied_call_open() -> None:
    known = device(sip__outbound_address="10.1.2.200", sip__outbound_domain="10.1.2.200")
    unread = damaged(known, "sip.outbound_call_configuration")
    key = f"{DEVICE_ID}/settings.toml sip.outbound_call_configuration"
    assert of_mcu(known, room(route="proxied")).identity.outcome is PASS
    for route in ("proxied", None):
        assert of_mcu(unread, room(route=route)).identity.missing_evidence == key
    assert of_mcu(unread, room()).identity.outcome is PASS


def test_the_name_of_a_server_is_open_by_a16_if_it_differs() -> None:
    tms = certificate("tms", key=5, san=["DNS:tms.example.com"])
    for name, outcome, readings in (("tms.example.com", PASS, ()), ("x.example.com", OPEN, ("A16",))):
        for kind in (OCSP, FEEDBACK):
            found = of_mcu(device(), room(certificate=tms), kind, from_url=(name,)).identity
            assert (found.outcome, found.readings, found.valid_until) == (outcome, readings, None)
    # A16 does not replace what is open already.
    odd = of_mcu(device(), room(certificate=tms), OCSP, from_url=("a b",)).identity
    assert (odd.outcome, odd.readings) == (OPEN, ())


MISMATCH, UNCLEAR = ({"ssl_certificates__private_key": words} for words in ("Key does not match", "???"))
OTHER = "oslo/b"


def test_another_mcu_without_its_key_completes_no_handshake() -> None:
    known = room(peer_device=OTHER)
    for facts, verifies in ((VERIFY, Answer.YES), (NOTHING, Answer.NO)):
        found = of_mcu(device(**facts), known, OUT, device(OTHER, **MISMATCH))
        assert found == McuSide(verifies, trust=found.trust)
        assert (found.trust.outcome, found.trust.reason_code) == (FAIL, "key_does_not_match")
        unclear = of_mcu(device(**facts), known, OUT, device(OTHER, **UNCLEAR))
        assert unclear.trust.missing_evidence.startswith(f"{OTHER}/settings.toml [ssl_certificates] private_key")
        assert unclear.identity.outcome is (PASS if facts is VERIFY else NONE)
    stranger = replace(room(certificate=certificate("room", ELSEWHERE, 5), chain=()), peer_device=OTHER)
    assert of_mcu(device(), stranger, OUT, device(OTHER, **UNCLEAR)).trust.outcome is FAIL


def test_another_mcu_that_calls_may_present_nothing() -> None:
    unticked = device(OTHER, sip__use_local_certificate_for_outgoing=False)
    known = room(peer_device=OTHER)
    assert of_mcu(device(), known, IN, unticked).trust.readings == ("A20",)
    assert of_mcu(device(), known, OUT, unticked).trust.outcome is PASS
    assert of_mcu(device(), known, IN, device(OTHER)).trust.outcome is PASS


# The peer


def test_without_a_recorded_standard_a_user_or_server_compares_as_rfc_9525() -> None:
    for kind, standard in ((IN, None), (OUT, None), (WEB, Standard.RFC9525), (FEEDBACK, Standard.RFC9525)):
        assert of_peer(device(), room(standard=None), kind).standard is standard
        assert of_peer(device(), room(standard=Standard.VCS), kind).standard is Standard.VCS


@pytest.mark.parametrize("standard", [Standard.MCU, Standard.NONE])
def test_without_the_private_key_no_handshake_succeeds(standard: Standard) -> None:
    found = of_peer(device(**MISMATCH), room(standard=standard))
    assert (outcomes(found), found.trust.reason_code) == ([FAIL, NONE, NONE], "key_does_not_match")
    unclear = of_peer(device(**UNCLEAR), room(standard=standard))
    assert unclear.trust.missing_evidence.startswith("settings.toml [ssl_certificates] private_key")
    assert unclear.identity.outcome is (NONE if standard is Standard.NONE else PASS)
    stranger = of_peer(device(**UNCLEAR), room(trust=(ELSEWHERE,)))
    assert stranger.trust.outcome is FAIL


def test_a_peer_that_verifies_nothing() -> None:
    found = of_peer(device(), room(standard=Standard.NONE))
    none = Verdict(NONE, "peer_verifies_nothing", found.trust.reason)
    assert found == PeerSide(Answer.YES, Standard.NONE, none)


def test_what_is_not_known_leaves_the_decision_of_a_peer_open() -> None:
    def evidence(side: PeerSide) -> list[str]:
        return [verdict.missing_evidence for verdict in side.verdicts]

    assert evidence(of_peer(device(), room(standard=None, damage={"standard": "s"}))) == ["s", "s", ""]
    without = replace(device(), local_certificate=None)
    assert evidence(of_peer(without, room())) == ["local-certificate.pem", "local-certificate.pem", ""]
    found = of_peer(device(), room(trust=None))
    assert (outcomes(found), found.trust.missing_evidence) == (
        [OPEN, PASS, NONE], 'peers.toml [[peer]] "room" trust_store',
    )  # fmt: skip
    server_only = device(local=local_certificate(purposes=["serverAuth"]))
    expressway = {"product": "Expressway", "trust": None}
    assert of_peer(server_only, room(**expressway)).purpose.outcome is FAIL
    assert of_peer(server_only, room(**expressway), IN).purpose.outcome is NONE


def test_the_mcu_may_present_nothing_on_the_connections_that_it_opens() -> None:
    unticked = device(sip__use_local_certificate_for_outgoing=False)
    found = of_peer(unticked, room())
    assert [one.readings for one in found.verdicts] == [("A20",)] * 3
    assert outcomes(of_peer(unticked, room(), IN)) == [PASS] * 3
    unknown = of_peer(unticked, room(trust=None))
    assert (unknown.trust.readings, unknown.identity.readings, unknown.purpose.outcome) == ((), ("A20",), NONE)


def test_each_role_of_the_mcu_needs_its_purpose() -> None:
    for purposes, out, in_ in ((["clientAuth"], PASS, FAIL), (["serverAuth"], FAIL, PASS)):
        one = device(local=local_certificate(purposes=purposes))
        vcs = room(product="endpoint")
        assert (of_peer(one, vcs).purpose.outcome, of_peer(one, vcs, IN).purpose.outcome) == (out, in_)


@pytest.mark.parametrize(
    ("facts", "settings", "outcome", "evidence"),
    [
        ({}, {"device__addresses": []}, OPEN, "settings.toml [device] addresses"),
        ({"damage": {"expects": "e"}}, {}, OPEN, "e"),
        ({"expects": ("x.example.com",)}, {}, FAIL, ""),
        ({"expects": (HOST,)}, {}, PASS, ""),
        ({}, {"device__addresses": ["10.9.9.9"]}, FAIL, ""),
    ],
)
def test_the_names_that_a_peer_expects_are_compared(
    facts: dict[str, Any], settings: dict[str, Any], outcome: Outcome, evidence: str
) -> None:
    found = of_peer(device(**settings), room(**facts)).identity
    assert (found.outcome, found.missing_evidence) == (outcome, evidence)


def test_a_server_may_not_compare_the_name_of_a_client() -> None:
    other = device(device__host_names=["x.example.com"])
    expects = 'peers.toml [[peer]] "room" expects'
    for kind, outcome, evidence in ((FEEDBACK, OPEN, expects), (OCSP, OPEN, expects), (WEB, FAIL, "")):
        found = of_peer(other, room(standard=Standard.RFC9525), kind).identity
        assert (found.outcome, found.missing_evidence) == (outcome, evidence)
    assert of_peer(device(), room(standard=Standard.RFC9525), FEEDBACK).identity.outcome is PASS
    recorded = room(standard=Standard.RFC9525, expects=("x.example.com",))
    assert of_peer(other, recorded, FEEDBACK).identity.outcome is FAIL


def test_without_a_standard_what_differs_under_both_is_open() -> None:
    local = local_certificate(san=[f"DNS:{ADDRESS}", "URI:sip:other.example.com"])
    found = of_peer(device(local=local), room(standard=None))
    standard = 'peers.toml [[peer]] "room" standard'
    assert (found.identity.outcome, found.identity.missing_evidence) == (OPEN, standard)
    assert of_peer(device(), room(standard=None)).identity.outcome is PASS
    assert of_peer(device(device__addresses=["10.9.9.9"]), room(standard=None)).identity.outcome is FAIL
    # An Expressway takes intermediate CAs from its own store alone.
    store = of_peer(device(), room(standard=None, trust=(ROOT,)))
    assert (store.trust.outcome, store.trust.missing_evidence) == (OPEN, standard)
    assert of_peer(device(), room(trust=(ROOT,))).trust.outcome is PASS
    assert of_peer(device(), room(standard=None, trust=(ELSEWHERE,))).trust.outcome is FAIL


def test_whether_it_checks_crls_matters_only_where_it_decides() -> None:
    unread = {"damage": {"checks_crls": "c"}}
    found = of_peer(device(), room(**unread))
    assert (found.trust.missing_evidence, found.purpose.reason_code) == ("c", "purpose_served")
    assert of_peer(device(), room(checks_crls=Answer.YES)).trust.outcome is OPEN
    assert of_peer(device(), room(trust=(ELSEWHERE,), **unread)).trust.outcome is FAIL
    assert of_peer(device(), room(product="Expressway", **unread)).trust.outcome is PASS


@pytest.mark.parametrize(
    ("kind", "value", "trust", "identity"),
    [
        (OUT, "Outgoing and incoming calls", PASS, "no_name_compared"),
        (OUT, "Outgoing calls only", NONE, ""),
        (IN, "Outgoing calls only", PASS, "identified"),
        (IN, "No verification", NONE, ""),
    ],
)
def test_another_mcu_decides_as_in_its_own_row(kind: ConnectionType, value: str, trust: Outcome, identity: str) -> None:
    other = device(OTHER, ssl_certificates__verification_settings=value)
    found = of_peer(device(), room(peer_device=OTHER), kind, other)
    assert (found.trust.outcome, found.identity.reason_code, found.standard) == (trust, identity, Standard.MCU)
    assert found.verifies is (Answer.NO if trust is NONE else Answer.YES)
    assert (found.trust.reason_code == "peer_verifies_nothing") is (trust is NONE)
    # The same if the fleet around it is that of the other alone.
    alone = peer_side(device(), Exchange(CONNECTION_TABLE[kind], room(peer_device=OTHER)), context(other))
    assert alone == found
    missing_ = of_peer(device(), room(peer_device=OTHER), kind, replace(other, trust_stores={}))
    assert missing_.trust.missing_evidence == ("" if trust is NONE else f"{OTHER}/sip-trust-store.pem")
    off = of_peer(device(), room(peer_device=OTHER), kind, other, exists=NOT_APPLICABLE)
    assert off == PeerSide(found.verifies, Standard.MCU)


LEVEL = "ssl_certificates__client_certificate_security"
ALLOWED = "Certificate-based authentication allowed"
STRANGER = certificate("alice", ELSEWHERE, 6)


def web_user(level: str | None, user: str, *unread: str, **facts: Any) -> McuSide:
    one = device(services__https=True, **({} if level is None else {LEVEL: level}))
    for key in unread:
        one = damaged(one, key)
    chain = () if facts.get("certificate") in (None, STRANGER) else (ISSUING,)
    alice = peer("alice", **{"chain": chain, "chain_complete": Answer.YES, "user": user, **facts})
    return of_mcu(one, alice, WEB)


def test_who_is_refused_at_each_level_that_is_possible_is_refused() -> None:
    version = "device.software_version"
    for found in (
        web_user(None, "carol", certificate=STRANGER),
        web_user(ALLOWED, "carol", version, certificate=STRANGER),
    ):
        assert (found.trust.outcome, found.login.reason_code) == (OPEN, "unknown_user")
    for found in (
        web_user(None, "alice", certificate=STRANGER),
        web_user(ALLOWED, "alice", version, certificate=STRANGER),
    ):
        assert (found.trust.outcome, found.login.outcome) == (OPEN, OPEN if found.login.outcome is OPEN else PASS)
        assert found.decision.outcome is OPEN
    by_name = web_user(None, "carol", certificate=certificate("alice", key=6))
    assert by_name.login.missing_evidence == "settings.toml [ssl_certificates] client_certificate_security"
    known = web_user(ALLOWED, "carol", certificate=None)
    assert outcomes(known) == [OPEN, NONE, NONE, OPEN]
    assert known.login.missing_evidence == 'peers.toml [[peer]] "alice" certificate'


def test_a_user_logs_in_with_what_is_presented() -> None:
    good = certificate("alice", key=6)
    assert outcomes(web_user(ALLOWED, "carol", certificate=good)) == [PASS, NONE, PASS, PASS]
    none = web_user(ALLOWED, "alice", presents_none=True)
    assert (none.trust, none.login) == (none.login, none.trust)
    assert none.login.reason_code == "no_certificate"
    assert web_user("Not required", "alice", presents_none=True).decision.reason_code == "password"
    assert of_mcu(device(), room()).login is NOT_APPLICABLE


def test_what_is_revoked_on_the_path_of_a_certificate_that_may_be_trusted_is_noted() -> None:
    lists = RevocationLists((decode_revocation_list(revocation_list(ISSUING, [ROOM])),))
    exchange = Exchange(CONNECTION_TABLE[OUT], room())

    def revoked(one: Device) -> str | None:
        found = mcu_side(one, exchange, fleet_context((one,), (), NOW, lists), NOT_APPLICABLE).revoked
        return found and found.sha256

    assert revoked(device()) == record(ROOM).sha256
    unset = replace(device(), settings={k: v for k, v in device().settings.items() if "verification" not in k})
    assert revoked(unset) == record(ROOM).sha256
    assert revoked(device(**NOTHING)) is revoked(device(sip=(ELSEWHERE,))) is None
    assert revoked(replace(device(), trust_stores={})) is None


def test_a_comparison_that_is_open_itself_says_why() -> None:
    by_address = room(certificate=certificate("room", key=5, san=["IP:10.1.2.200"]), route=None)
    found = of_mcu(device(), by_address).identity
    assert (found.outcome, found.readings, found.missing_evidence) == (OPEN, ("A1",), "")


def test_what_the_other_mcu_decides_of_a_caller_rests_on_the_caller() -> None:
    unticked = device(sip__use_local_certificate_for_outgoing=False)
    exchange = Exchange(CONNECTION_TABLE[OUT], room(peer_device=OTHER))
    assert peer_side(unticked, exchange, context(device(OTHER))).trust.readings == ("A20",)
    # What is not a call is judged as that of any peer.
    web = of_peer(device(), room(peer_device=OTHER, standard=Standard.RFC9525), WEB, device(OTHER))
    assert (web.standard, outcomes(web)) == (Standard.RFC9525, [PASS] * 3)


def test_with_or_without_a_store_the_purpose_is_that_of_the_standard() -> None:
    server_only = device(local=local_certificate(purposes=["serverAuth"]))
    for standard, code in (
        (Standard.RFC5922, "sip_purpose"),
        (Standard.MCU, "purpose_lacking"),
        (None, "purpose_lacking"),
    ):
        for kept in ({"trust": None}, {}):
            found = of_peer(server_only, room(standard=standard, product="Expressway", **kept)).purpose
            assert (found.outcome, found.reason_code) == (FAIL, code)


def test_a_path_of_a_peer_whose_standard_is_not_recorded_is_that_of_the_guideline() -> None:
    one = device()
    fleet = context(one)
    peer_side(one, Exchange(CONNECTION_TABLE[OUT], room(standard=None)), fleet)
    assert {row["standard"] for row in fleet.checks.rows.paths.values()} == {Standard.MCU, Standard.VCS}
