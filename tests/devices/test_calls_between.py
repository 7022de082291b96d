"""A call between two MCUs: whether it exists, with the same answer at both ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.devices.calls_between import at_other_end, call_exists, known_as, seen_from_elsewhere
from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import ClientCertificate, Peer
from mcuaudit.domain.connections import CONNECTIONS_IN_PART, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.setting_value import SettingValue, Source
from mcuaudit.domain.slots import Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import Verdict, missing, not_applicable
from mcuaudit.domain.verdict import damaged as unreadable
from tests.clean_export import ISSUING, certificate
from tests.devices.build import damaged, mcu, peer, record, records

IN, OUT = ConnectionType.INCOMING_SIP, ConnectionType.OUTGOING_SIP
CALLS = ("incoming_sip", "outgoing_sip")
ENCRYPTION = {"device__features": ["Encryption"], "services__sips_tcp": True}


def able(device_id: str, **facts: object) -> Device:
    return mcu(device_id, **{**ENCRYPTION, **facts})  # type: ignore[arg-type]


def both_ends(caller: Device, called: Device) -> Verdict:
    """The verdict about a call, which has to be the same in the caller's row and in that of the called one."""
    outgoing = call_exists(caller, called, peer(called.device_id, connections=CALLS), OUT)
    incoming = call_exists(called, caller, peer(caller.device_id, connections=CALLS), IN)
    assert outgoing == incoming
    return outgoing


OFF, WITHOUT = {"services__sips_tcp": False}, {"device__features": []}
UNREAD = "services.sips_tcp"


def test_an_outgoing_call_is_an_incoming_one_at_the_other_end() -> None:
    assert at_other_end(OUT).connection_type is IN
    assert at_other_end(IN).connection_type is OUT


def test_a_call_exists_if_both_ends_have_the_service() -> None:
    assert both_ends(able("leeds/a"), able("leeds/b")) == Verdict(Outcome.PASS, "exists")


@pytest.mark.parametrize(
    ("caller", "called", "code", "named"),
    [
        (OFF, {}, "service_off", "leeds/a"),
        ({}, OFF, "service_off", "leeds/b"),
        (WITHOUT, {}, "feature_missing", "leeds/a"),
        ({}, WITHOUT, "feature_missing", "leeds/b"),
        (OFF, WITHOUT, "service_off", "leeds/a"),
        (WITHOUT, OFF, "feature_missing", "leeds/a"),
    ],
)
def test_without_the_service_at_one_end_there_is_no_call(
    caller: dict[str, object], called: dict[str, object], code: str, named: str
) -> None:
    found = both_ends(able("leeds/a", **caller), able("leeds/b", **called))
    assert (found.outcome, found.reason_code) == (Outcome.NOT_APPLICABLE, code)
    assert named in found.reason


def test_what_is_not_known_of_one_end_does_not_matter_if_the_other_has_no_service() -> None:
    found = both_ends(damaged(able("leeds/a"), UNREAD), able("leeds/b", **OFF))
    assert (found.outcome, found.reason_code) == (Outcome.NOT_APPLICABLE, "service_off")


@pytest.mark.parametrize("unread", ["leeds/a", "leeds/b"])
def test_a_service_that_cannot_be_read_leaves_the_call_open(unread: str) -> None:
    ends = [damaged(able(name), UNREAD) if name == unread else able(name) for name in ("leeds/a", "leeds/b")]
    found = both_ends(*ends)
    assert found.outcome is Outcome.OPEN
    assert found.missing_evidence == f"{unread}/settings.toml {UNREAD}"


def test_another_product_is_named_before_a_service() -> None:
    found = both_ends(able("leeds/a", **OFF), able("leeds/b", device__model="TelePresence Server 7010"))
    assert found.outcome is not Outcome.PASS
    assert found == both_ends(able("leeds/a"), able("leeds/b", device__model="TelePresence Server 7010"))


def test_a_list_of_connections_that_cannot_be_read_leaves_the_call_open() -> None:
    caller = able("leeds/a")
    unread = peer("leeds/b", connections=(), damage={CONNECTIONS_IN_PART: "peers.toml connections"})
    assert call_exists(caller, able("leeds/b"), unread, OUT).outcome is Outcome.OPEN
    said = replace(unread, connections=("outgoing_sip",))
    assert call_exists(caller, able("leeds/b"), said, OUT).outcome is Outcome.PASS


def test_the_other_mcu_knows_the_device_by_its_own_peers() -> None:
    device = able("leeds/a", device__addresses=["10.0.0.1"], device__host_names=["a.example.com"])
    declared = peer("a", connections=("outgoing_sip",), peer_device="leeds/a")
    other = able("leeds/b", peers=(declared,))
    assert known_as(device, other, IN) == declared
    itself = known_as(device, other, OUT)
    assert (itself.name, itself.connections, itself.peer_device) == ("leeds/a", CALLS, "leeds/a")
    in_part = replace(declared, connections=(), damage={CONNECTIONS_IN_PART: "peers.toml connections"})
    assert known_as(device, able("leeds/b", peers=(in_part,)), OUT) == in_part


def test_a_device_that_no_other_describes_is_known_by_its_addresses_alone() -> None:
    other = able("leeds/b")
    addressed = able("leeds/a", device__addresses=["10.0.0.1"], device__host_names=["a.example.com"])
    assert known_as(addressed, other, OUT).identifiers == ("10.0.0.1",)
    named = able("leeds/a", device__host_names=["a.example.com"])
    # MCUs call each other by address: a host name does not stand for one that is not in the export.
    assert known_as(named, other, OUT).identifiers == ()
    assert known_as(damaged(addressed, "device.host_names"), other, OUT).damage == {}
    assert set(known_as(damaged(named, "device.addresses"), other, OUT).damage) == {"identifiers"}
    assert known_as(damaged(able("leeds/a"), "device.host_names"), other, OUT).damage == {}


def test_a_device_whose_local_certificate_cannot_be_read_is_known_with_that() -> None:
    file = "leeds/a/local-certificate.pem"
    device = replace(able("leeds/a"), damage={Slot.LOCAL_CERTIFICATE: file}, local_file=file, local_chain_damaged=True)
    known = known_as(device, able("leeds/b"), OUT)
    assert (known.damage, known.certificate_file) == ({"certificate": file}, file)
    assert known.presented_chain_damaged


@pytest.mark.parametrize(
    ("evidence", "named"),
    [
        ("settings.toml [sip] outbound_address", "leeds/a/settings.toml [sip] outbound_address"),
        ("local-certificate.pem", "leeds/a/local-certificate.pem"),
        ("peers.toml", "peers.toml"),
    ],
)
def test_a_file_of_the_device_is_named_with_it_in_a_row_of_another(evidence: str, named: str) -> None:
    verdict = replace(missing(evidence, "It is not known."), reason_code="x", readings=("A1",))
    found = seen_from_elsewhere(verdict, mcu("leeds/a"))
    assert (found.missing_evidence, found.reason_code, found.readings) == (named, "x", ("A1",))


def test_a_verdict_without_missing_evidence_is_the_same_elsewhere() -> None:
    verdict = Verdict(Outcome.PASS, "exists")
    assert seen_from_elsewhere(verdict, mcu("leeds/a")) is verdict


def test_what_no_other_mcu_describes_has_what_the_device_itself_has() -> None:
    local = certificate("a")
    device = able("leeds/a", local=local, chain=(ISSUING,), device__addresses=["10.0.0.1"])
    expected = Peer(
        "leeds/a", connections=("incoming_sip", "outgoing_sip"), product="MCU", route="direct",
        identifiers=("10.0.0.1",), certificate=record(local), presented_chain=records(ISSUING), standard=Standard.MCU,
        peer_device="leeds/a",
    )  # fmt: skip
    assert known_as(device, able("leeds/b"), IN) == known_as(device, able("leeds/b"), OUT) == expected
    bare = known_as(mcu("leeds/a"), mcu("leeds/b"), IN)
    assert (bare.identifiers, bare.certificate, bare.presented_chain, bare.damage) == ((), None, (), {})
    damaged_chain = replace(device, local_chain_damaged=True, local_file="leeds/a/x.pem")
    assert known_as(damaged_chain, able("leeds/b"), IN) == replace(
        expected, presented_chain_damaged=True, certificate_file="leeds/a/x.pem"
    )


def test_the_first_of_the_addresses_and_names_that_cannot_be_read_is_named() -> None:
    def unread(*keys: str, **facts: object) -> dict[str, str]:
        device = able("leeds/a", **facts)
        for key in keys:
            device = damaged(device, key)
        return dict(known_as(device, able("leeds/b"), OUT).damage)

    addresses, hosts = "device.addresses", "device.host_names"
    assert unread(addresses, hosts) == {"identifiers": f"leeds/a/settings.toml {addresses}"}
    assert unread(hosts) == {}, "MCUs call each other by address"
    assert unread(hosts, device__addresses=["10.0.0.1"]) == {}
    entry = SettingValue("10.0.0.1", Source.TYPED, "leeds/a/settings.toml", addresses, incomplete=True)
    partly = replace(able("leeds/a"), settings={addresses: entry})
    assert known_as(partly, able("leeds/b"), OUT).damage == {"identifiers": f"leeds/a/settings.toml {addresses}"}


def test_what_another_mcu_presents_depends_on_who_calls() -> None:
    client = ClientCertificate(record(certificate("client")), file="oslo/client.pem")
    declared = peer("a", connections=CALLS, peer_device="leeds/a", as_client=client)
    other = able("leeds/b", peers=(peer("c", connections=CALLS, peer_device="leeds/c"), declared))
    # The device calls: it is the client of the other one, which is the server.
    assert known_as(able("leeds/a"), other, OUT).certificate_file == "oslo/client.pem"
    assert known_as(able("leeds/a"), other, IN) is declared


def test_a_call_that_one_end_does_not_declare_for_certain_is_open() -> None:
    caller, called = able("leeds/a"), able("leeds/b")
    for key in ("connections", "device"):
        unread = peer("leeds/b", connections=CALLS, damage={key: f"peers.toml {key}"})
        found = call_exists(caller, called, unread, OUT)
        assert (found.outcome, found.missing_evidence) == (Outcome.OPEN, f"peers.toml {key}")
    other = peer("leeds/b", connections=CALLS, damage={"route": "peers.toml route"})
    assert call_exists(caller, called, other, OUT) == Verdict(Outcome.PASS, "exists")
    # As the other end knows the device.
    declared = peer("a", connections=(), peer_device="leeds/a", damage={CONNECTIONS_IN_PART: "peers.toml in part"})
    found = call_exists(caller, able("leeds/b", peers=(declared,)), peer("leeds/b", connections=CALLS), OUT)
    assert (found.outcome, found.missing_evidence) == (Outcome.OPEN, "peers.toml in part")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (OFF, not_applicable("service_off", "The service sips_tcp of leeds/b is off.")),
        (
            WITHOUT,
            not_applicable(
                "feature_missing",
                'Neither feature key "Secure management (HTTPS)" nor "Encryption" is activated on leeds/b.',
            ),
        ),
    ],
)
def test_the_end_without_the_service_is_named(facts: dict[str, object], expected: Verdict) -> None:
    assert both_ends(able("leeds/a"), able("leeds/b", **facts)) == expected


def test_a_missing_service_is_named_with_its_device_in_the_row_of_the_other() -> None:
    unset = mcu("leeds/b")
    for found in (
        call_exists(able("leeds/a"), unset, peer("leeds/b", connections=CALLS), OUT),
        call_exists(able("leeds/a"), unset, peer("leeds/b", connections=CALLS), IN),
    ):
        assert (found.reason_code, found.missing_evidence) == (
            "missing_evidence", "leeds/b/settings.toml [services] sips_tcp",
        )  # fmt: skip
    own = call_exists(unset, able("leeds/a"), peer("leeds/a", connections=CALLS), OUT)
    assert own.missing_evidence == "settings.toml [services] sips_tcp"


def test_what_is_damaged_is_named_the_same_everywhere() -> None:
    for evidence in ("settings.toml [sip] outbound_address", "local-certificate.pem"):
        verdict = unreadable(evidence, "It is unreadable.")
        assert seen_from_elsewhere(verdict, mcu("leeds/a")) is verdict
    for evidence in ("settings.toml", "sip-trust-store.pem x"):
        verdict = missing(evidence, "It is not known.")
        assert seen_from_elsewhere(verdict, mcu("leeds/a")) is verdict
    assert seen_from_elsewhere(missing("call-home-trust-store.pem", "Why."), mcu("leeds/a")) == missing(
        "leeds/a/call-home-trust-store.pem", "Why."
    )
