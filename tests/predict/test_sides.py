"""Each side of a connection judged alone, with a device and a peer built in a few lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.domain.answer import Answer, answer
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.domain.setting_value import Source
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict
from mcuaudit.predict.administration import administration
from mcuaudit.predict.connection import authenticated, connection_row, further_causes, judge, verdict_of
from mcuaudit.predict.exchanges import Exchange, exchanges
from mcuaudit.predict.login import login
from mcuaudit.predict.mcu_side import mcu_side
from mcuaudit.predict.of_device import judge_device, ocsp_answer
from mcuaudit.predict.peer_side import peer_side
from mcuaudit.predict.ways import WebLogin
from tests.authority import FAR_AHEAD, NOW
from tests.clean_export import ADDRESS, ELSEWHERE, HOST, ISSUING, ROOT, certificate, local_certificate
from tests.devices.build import context, mcu, peer, record

SIP_ALL = "Outgoing and incoming calls"
ROOM = certificate("room", key=5, san=["DNS:10.1.2.200", "URI:sip:10.1.2.200"])
ALICE = certificate("alice", key=6)
STRANGER = certificate("alice", ELSEWHERE, 6)
GOOD = Verdict(Outcome.PASS, "ocsp_good")


def device(**facts: Any) -> Device:
    """A device that verifies everything and presents a good certificate."""
    return mcu(
        **{
            "local": local_certificate(), "chain": (ISSUING,), "sip": (ROOT, ISSUING), "https": (ROOT, ISSUING),
            "ssl_certificates__verification_settings": SIP_ALL, "device__addresses": [ADDRESS],
            "device__host_names": [HOST], "device__software_version": "4.4(3.57)",
            "users": ["alice:administrator", "bob:guest"], **facts,
        }
    )  # fmt: skip


def room(**facts: Any) -> Peer:
    """An endpoint that is called directly."""
    return peer("room", **{
        "certificate": ROOM, "chain": (ISSUING,), "chain_complete": Answer.YES, "trust": (ROOT, ISSUING),
        "identifiers": ("10.1.2.200",), "route": "direct", "standard": Standard.MCU, **facts,
    })  # fmt: skip


def call(peer_: Peer, kind: ConnectionType = ConnectionType.OUTGOING_SIP) -> Exchange:
    return Exchange(CONNECTION_TABLE[kind], peer_)


def named(*common_names: str) -> x509.Name:
    """A subject with several CNs."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in common_names])


def outcomes(side: Any) -> list[str]:
    return [verdict.outcome.value for verdict in side.verdicts]


class TestTheMcu:
    def test_it_judges_trust_name_and_purpose_of_whom_it_calls(self) -> None:
        assert outcomes(mcu_side(device(), call(room()), context(), NOT_APPLICABLE)) == ["pass"] * 3 + ["notApplicable"]

    def test_of_a_caller_it_compares_no_name(self) -> None:
        side = mcu_side(device(), call(room(), ConnectionType.INCOMING_SIP), context(), NOT_APPLICABLE)
        assert outcomes(side) == ["pass", "notApplicable", "pass", "notApplicable"]
        assert side.references == ()

    def test_a_stranger_fails_with_the_ca_to_add(self) -> None:
        stranger = room(certificate=certificate("room", ELSEWHERE, 5, san=["DNS:10.1.2.200"]), chain=())
        side = mcu_side(device(), call(stranger), context(), NOT_APPLICABLE)
        assert side.trust.outcome is Outcome.FAIL
        assert side.trust.remedy is not None
        assert side.trust.remedy.kind is RemedyKind.ADD_AUTHORITY
        assert side.trust.remedy.target is not None
        assert side.trust.remedy.target.owner == "leeds/mcu-1"

    def test_an_empty_store_trusts_nothing_whatever_is_presented(self) -> None:
        side = mcu_side(device(sip=()), call(room(certificate=None, chain=())), context(), NOT_APPLICABLE)
        assert (side.trust.outcome, side.trust.reason_code) == (Outcome.FAIL, "empty_store")

    def test_without_the_setting_only_what_passes_is_certain(self) -> None:
        unset = replace(device(), settings={})
        assert outcomes(mcu_side(unset, call(room()), context(), NOT_APPLICABLE))[0] == "pass"
        stranger = room(certificate=certificate("room", ELSEWHERE, 5), chain=())
        side = mcu_side(unset, call(stranger), context(), NOT_APPLICABLE)
        assert (side.trust.outcome, side.trust.missing_evidence) == (
            Outcome.OPEN, "settings.toml [ssl_certificates] verification_settings",
        )  # fmt: skip

    def test_a_server_whose_name_differs_is_open_by_a16(self) -> None:
        checked = device(ssl_certificates__server_certificate_security="Verify certificate")
        wrong = peer("tms", certificate=certificate("tms", key=7, san=["DNS:other.example.com"]), chain=(ISSUING,),
                     chain_complete=Answer.YES)  # fmt: skip
        exchange = replace(call(wrong, ConnectionType.FEEDBACK_RECEIVER), from_url=("tms.example.com",))
        side = mcu_side(checked, exchange, context(), NOT_APPLICABLE)
        assert (side.identity.outcome, side.identity.readings) == (Outcome.OPEN, ("A16",))

    def test_another_mcu_with_its_tick_box_off_may_present_nothing(self) -> None:
        caller = mcu("oslo/mcu-2", sip__use_local_certificate_for_outgoing=False)
        other = room(peer_device="oslo/mcu-2")
        side = mcu_side(device(), call(other, ConnectionType.INCOMING_SIP), context(caller), NOT_APPLICABLE)
        assert (side.trust.outcome, side.trust.readings) == (Outcome.OPEN, ("A20",))


class TestThePeer:
    def test_it_judges_the_local_certificate(self) -> None:
        assert outcomes(peer_side(device(), call(room()), context())) == ["pass"] * 3

    def test_an_address_that_the_certificate_lacks_fails(self) -> None:
        side = peer_side(device(device__addresses=["10.9.9.9"]), call(room()), context())
        assert side.identity.outcome is Outcome.FAIL
        assert side.identity.remedy is not None
        assert side.identity.remedy.subject == ("10.9.9.9",)

    def test_one_that_verifies_nothing_is_not_asked(self) -> None:
        side = peer_side(device(), call(room(standard=Standard.NONE)), context())
        assert outcomes(side) == ["notApplicable"] * 3
        assert side.trust.reason_code == "peer_verifies_nothing"

    def test_another_mcu_verifies_by_its_own_setting(self) -> None:
        calls = call(room(peer_device="oslo/mcu-2"))
        for value, verifies in (("No verification", False), ("Outgoing calls only", False), (SIP_ALL, True)):
            other = mcu("oslo/mcu-2", ssl_certificates__verification_settings=value)
            assert peer_side(device(), calls, context(other)).verifies is answer(verifies)
        caller = mcu("oslo/mcu-2", ssl_certificates__verification_settings="Outgoing calls only")
        incoming = call(room(peer_device="oslo/mcu-2"), ConnectionType.INCOMING_SIP)
        assert peer_side(device(), incoming, context(caller)).verifies is Answer.YES

    def test_without_a_standard_only_what_holds_under_both_is_certain(self) -> None:
        # RFC 5922 reads the URI alone, which has another host; the guideline reads DNS entries as well.
        local = local_certificate(san=[f"DNS:{ADDRESS}", "URI:sip:other.example.com"])
        side = peer_side(device(local=local), call(room(standard=None)), context())
        assert side.identity.outcome is Outcome.OPEN
        assert side.identity.missing_evidence == 'peers.toml [[peer]] "room" standard'

    def test_a_store_that_is_not_in_the_export_leaves_trust_open(self) -> None:
        side = peer_side(device(), call(room(trust=None)), context())
        assert (side.trust.outcome, side.trust.missing_evidence) == (
            Outcome.OPEN, 'peers.toml [[peer]] "room" trust_store',
        )  # fmt: skip


class TestBothTogether:
    def test_accepted_by_both_until_the_second_after_the_first_end(self) -> None:
        ends = NOW + timedelta(days=30)
        ending = room(certificate=certificate("room", key=5, san=["DNS:10.1.2.200"], not_after=ends))
        connection = judge(device(), call(ending), context(), NOT_APPLICABLE)
        row = connection_row(connection)
        assert (row["outcome"], row["authenticated"], row["reason_code"]) == (Outcome.PASS, "both", "accepted")
        assert row["fails_on"] == ends + timedelta(seconds=1)
        assert ends < FAR_AHEAD

    @pytest.mark.parametrize(
        ("setting", "standard", "expected"),
        [
            (SIP_ALL, Standard.MCU, "both"),
            ("No verification", Standard.MCU, "peer_only"),
            (SIP_ALL, Standard.NONE, "mcu_only"),
            ("No verification", Standard.NONE, "neither"),
        ],
    )
    def test_who_is_authenticated(self, setting: str, standard: Standard, expected: str) -> None:
        verifying = device(ssl_certificates__verification_settings=setting)
        connection = judge(verifying, call(room(standard=standard)), context(), NOT_APPLICABLE)
        assert authenticated(connection) == expected
        assert verdict_of(connection).outcome is Outcome.PASS

    def test_causes_are_counted_once_each(self) -> None:
        wrong = room(certificate=certificate("room", ELSEWHERE, 5, san=["DNS:other.example.com"]), chain=())
        connection = judge(device(device__addresses=["10.9.9.9"]), call(wrong), context(), NOT_APPLICABLE)
        final = verdict_of(connection)
        assert final.outcome is Outcome.FAIL
        # The store, the peer's names and the local certificate.
        assert further_causes(connection, final) == 2


class TestWhichConnectionsExist:
    def test_each_of_the_six_types_has_at_least_one_row(self) -> None:
        found = [(item.type, item.exists.outcome.value) for item in exchanges(mcu())]
        assert [kind for kind, _ in found] == list(ConnectionType)
        assert {outcome for _, outcome in found} == {"open"}

    def test_what_is_off_cannot_exist(self) -> None:
        nothing = mcu(services__https=False, services__sips_tcp=False, ssl_certificates__ocsp__enabled=False,
                      feedback_receivers=[], peers=(room(connections=("incoming_sip",)),))  # fmt: skip
        assert {item.exists.outcome for item in exchanges(nothing)} == {Outcome.NOT_APPLICABLE}

    def test_without_the_feature_key_there_is_no_tls(self) -> None:
        plain = mcu(services__https=True, services__sips_tcp=True, device__features=["Video firewall"])
        codes = {item.type: item.exists.reason_code for item in exchanges(plain)}
        assert [codes[kind] for kind in list(ConnectionType)[:4]] == ["feature_missing"] * 4

    def test_a_receiver_by_http_exchanges_no_certificate(self) -> None:
        receivers = mcu(feedback_receivers=["http://a.example.com/RPC2", "https://b.example.com/RPC2", "ftp://"])
        found = [item for item in exchanges(receivers) if item.type is ConnectionType.FEEDBACK_RECEIVER]
        assert [item.exists.outcome.value for item in found] == ["notApplicable", "pass", "open"]
        assert found[1].from_url == ("b.example.com",)

    def test_the_declared_peer_behind_a_url_is_found_by_its_host(self) -> None:
        tms = peer("tms", identifiers=("TMS.example.com",), connections=("feedback_receiver",))
        found = [item for item in exchanges(mcu(feedback_receivers=["https://tms.example.com/RPC2"], peers=(tms,)))
                 if item.type is ConnectionType.FEEDBACK_RECEIVER]  # fmt: skip
        assert [item.peer.name for item in found] == ["tms"]


ALLOWED = "Certificate-based authentication allowed"
REQUIRED = "Certificate-based authentication required"


def secured(level: str, **facts: Any) -> Device:
    return device(**{"ssl_certificates__client_certificate_security": level, "services__https": True, **facts})


class TestLogin:
    @pytest.mark.parametrize(
        ("level", "name", "user", "expected"),
        [
            ("Not required", "nobody", "alice", "pass"),
            ("Verify certificate", "nobody", "alice", "pass"),
            ("Verify certificate", "alice", "carol", "fail"),
            (ALLOWED, "alice", None, "pass"),
            (ALLOWED, "nobody", "alice", "pass"),
            (ALLOWED, "nobody", "carol", "fail"),
            (REQUIRED, "alice", None, "pass"),
            (REQUIRED, "nobody", "alice", "fail"),
            (REQUIRED, "Alice", "alice", "open"),
        ],
    )
    def test_the_table_of_client_certificate_security(
        self, level: str, name: str, user: str | None, expected: str
    ) -> None:
        found = login(secured(level), peer("alice", user=user), record(certificate(name, key=6)), GOOD)
        assert found.outcome.value == expected

    def test_several_common_names_must_all_be_users(self) -> None:
        both, one = (
            record(certificate(named("alice", "bob"), key=6)),
            record(certificate(named("alice", "carol"), key=6)),
        )
        assert login(secured(REQUIRED), peer("alice"), both, GOOD).outcome is Outcome.PASS
        found = login(secured(REQUIRED), peer("alice"), one, GOOD)
        assert (found.outcome, found.readings) == (Outcome.OPEN, ("A8",))

    def test_ocsp_that_rejects_everybody_rejects_this_one(self) -> None:
        rejected = Verdict(Outcome.FAIL, "ocsp_server_refused")
        assert login(secured("Verify certificate"), peer("alice"), record(ALICE), rejected).outcome is Outcome.FAIL
        assert login(secured("Not required"), peer("alice"), record(ALICE), rejected).outcome is Outcome.PASS

    def test_without_users_or_level_it_is_open(self) -> None:
        unknown = replace(
            secured(REQUIRED), settings={k: v for k, v in secured(REQUIRED).settings.items() if k != "users"}
        )
        assert login(unknown, peer("alice"), record(ALICE), GOOD).missing_evidence == "settings.toml [[users]]"
        # The user of this CN, and any user with a password, logs in at every level; a password alone does not.
        assert login(device(), peer("alice"), record(ALICE), GOOD).outcome is Outcome.PASS
        assert login(device(), peer("alice"), record(certificate("nobody")), GOOD).outcome is Outcome.OPEN


class TestAdministration:
    def test_one_of_several_common_names_is_not_enough(self) -> None:
        names = certificate(named("alice", "bob"), key=6)
        web = WebLogin(peer("alice", certificate=names), GOOD)
        found = administration(secured(REQUIRED, services__http=False), lambda _: [web])
        # bob is a user, and not an administrator.
        assert (found.outcome, found.verdict.readings) == (Outcome.OPEN, ("A8",))

    def test_all_of_them_administrators_is(self) -> None:
        names = certificate(named("alice", "bob"), key=6)
        everybody = secured(REQUIRED, services__http=False, users=["alice:administrator", "bob:administrator"])
        found = administration(everybody, lambda _: [WebLogin(peer("alice", certificate=names), GOOD)])
        assert (found.outcome, found.way) == (Outcome.PASS, "HTTPS with the certificate of alice")

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            ({"services__http": True, "security__redirect_http_to_https": False}, "pass"),
            ({"services__http": True, "security__redirect_http_to_https": True}, "fail"),
            ({"services__http": False}, "fail"),
            ({}, "open"),
        ],
    )
    def test_http_is_a_way_in_while_it_is_on_and_not_redirected(self, facts: dict[str, Any], expected: str) -> None:
        closed = secured("Verify certificate", services__https=False, **facts)
        assert administration(closed, lambda _: []).outcome.value == expected

    def test_required_blocks_http(self) -> None:
        http = {"services__http": True, "security__redirect_http_to_https": False}
        assert administration(secured(REQUIRED, **http), lambda _: []).outcome is not Outcome.PASS

    def test_without_an_administrator_no_password_helps(self) -> None:
        nobody = secured("Not required", services__http=False, users=["bob:guest"])
        assert administration(nobody, lambda _: []).outcome is Outcome.FAIL


def test_the_ocsp_server_that_is_refused_refuses_the_clients() -> None:
    asked = secured(
        ALLOWED, ssl_certificates__ocsp__enabled=True,
        ssl_certificates__server_certificate_security="Verify certificate",
        ssl_certificates__ocsp__server_url="https://ocsp.example.com/",
        peers=(peer("ocsp", certificate=certificate("ocsp", ELSEWHERE, 8), identifiers=("ocsp.example.com",)),
               peer("alice", certificate=ALICE, chain=(ISSUING,), connections=("web_user",), user="alice")),
    )  # fmt: skip
    judged = {item.exchange.type: item for item in judge_device(asked, context())}
    assert verdict_of(judged[ConnectionType.OCSP_SERVER]).outcome is Outcome.FAIL
    assert judged[ConnectionType.WEB_USER].mcu.login.reason_code == "ocsp_server_refused"
    assert (
        ocsp_answer(replace(asked, settings={}), None).missing_evidence
        == "settings.toml [ssl_certificates.ocsp] enabled"
    )


def itself(*host_names: str, **facts: Any) -> Device:
    """A device whose host names come from a response of its own, and not from settings.toml."""
    found = device(device__host_names=[*host_names], **facts)
    own = replace(found.setting("device.host_names"), source=Source.READ)
    return replace(found, settings={**found.settings, "device.host_names": own})


@pytest.mark.parametrize(
    ("host_names", "facts", "expected"),
    [
        (("mcu-9",), {}, Outcome.OPEN),
        (("mcu-9", "mcu-9.example.com"), {}, Outcome.FAIL),
        (("mcu-9.example.com",), {}, Outcome.FAIL),
        (("mcu-9",), {"expects": ("mcu-9",)}, Outcome.FAIL),
    ],
)
def test_a_short_name_of_the_device_itself_need_not_be_used(
    host_names: tuple[str, ...], facts: dict[str, Any], expected: Outcome
) -> None:
    alice = peer("alice", certificate=ALICE, connections=("web_user",), trust=(ROOT, ISSUING), **facts)
    found = peer_side(itself(*host_names), call(alice, ConnectionType.WEB_USER), context()).identity
    assert found.outcome is expected
    assert (found.missing_evidence == "settings.toml [device] host_names") is (expected is Outcome.OPEN)


def test_a_short_name_on_an_unknown_route_is_one_of_two_possible_names() -> None:
    short = itself("mcu-9", device__addresses=["10.9.9.9"])
    for route, expected in ((None, Outcome.OPEN), ("proxied", Outcome.OPEN), ("direct", Outcome.FAIL)):
        assert peer_side(short, call(room(route=route)), context()).identity.outcome is expected
