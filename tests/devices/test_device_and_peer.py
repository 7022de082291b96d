"""The records of a device and a peer: their names and places, and what a peer presents as a client."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import ClientCertificate, Peer
from mcuaudit.devices.presented import Presented, Store, evidence_of
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.setting_value import SettingValue, Source
from mcuaudit.domain.slots import Place, Slot
from tests.clean_export import ISSUING, ROOT, certificate
from tests.devices.build import damaged, mcu, peer, record, records, store


def test_a_device_of_its_name_alone_has_nothing() -> None:
    device = Device("leeds/mcu/1")
    assert (device.site, device.name) == ("leeds", "mcu/1")
    assert device.place == Place(Slot.LOCAL_CERTIFICATE, "leeds/mcu/1")
    assert device == Device("leeds/mcu/1", {}, None, (), {}, (), {}, False, "")
    assert device.setting("x") == SettingValue(None, Source.MISSING)
    assert (device.value("x"), device.is_on("x"), device.names("x")) == (None, Answer.OPEN, None)


def test_a_setting_is_a_text_a_tick_or_a_list() -> None:
    device = mcu(services__https=True, services__http=False, users=["alice smith", "bob"], device__addresses=[])
    assert (device.value("services.https"), device.is_on("services.https")) == ("true", Answer.YES)
    assert device.is_on("services.http") is Answer.NO
    assert (device.names("users"), device.names("device.addresses")) == (("alice smith", "bob"), ())
    assert damaged(device, "users").names("users") is None


def test_the_peers_that_are_mcus_are_found_by_their_devices() -> None:
    a, b, c = peer("a", peer_device="oslo/1"), peer("b", peer_device="oslo/2"), peer("c", peer_device="oslo/1")
    assert mcu(peers=(a, peer("room"), b, c)).other_mcus == {"oslo/1": (a, c), "oslo/2": (b,)}


def test_a_peer_of_its_name_alone_has_nothing() -> None:
    nothing = Peer("room")
    assert nothing == Peer(
        "room", (), None, None, None, (), None, False, (), False, "", None, Answer.OPEN, None, None, None, None, None,
        None, Answer.OPEN, {}, True, "",
    )  # fmt: skip
    assert ClientCertificate() == ClientCertificate(None, False, (), False, "")


def test_a_peer_is_at_the_place_of_its_file_or_of_the_other_mcu() -> None:
    assert peer("room", certificate_file="peers/room.pem").place == Place(
        Slot.PEER_CERTIFICATE, "room", "peers/room.pem"
    )
    other = peer("b", certificate_file="oslo/mcu-2/local-certificate.pem", peer_device="oslo/mcu-2")
    assert other.place == Place(Slot.LOCAL_CERTIFICATE, "oslo/mcu-2")


def test_a_peer_serves_what_it_is_declared_for() -> None:
    room = peer("room", connections=("incoming_sip", "web_user"))
    assert [kind for kind in ConnectionType if room.serves(kind)] == ["incoming_sip", "web_user"]


CLIENT = ClientCertificate(record(certificate("client")), True, records(ISSUING), True, "peers/client.pem")
SERVER = peer("tms", certificate=certificate("server"), chain=(ISSUING, ROOT), certificate_file="peers/server.pem")


def test_a_peer_without_another_certificate_presents_the_same_to_clients_and_servers() -> None:
    assert SERVER.towards("server") is SERVER
    both = replace(SERVER, as_client=CLIENT)
    assert both.towards("client") is both


@pytest.mark.parametrize(
    ("damage", "seen"),
    [
        ({}, {}),
        ({"certificate": "s", "route": "r"}, {"route": "r"}),
        ({"client_certificate": "c"}, {"client_certificate": "c", "certificate": "c"}),
        ({"certificate": "s", "client_certificate": "c"}, {"client_certificate": "c", "certificate": "c"}),
    ],
)
def test_to_a_server_a_peer_presents_its_client_certificate(damage: dict[str, str], seen: dict[str, str]) -> None:
    found = replace(SERVER, as_client=CLIENT, damage=damage).towards("server")
    assert found == replace(
        SERVER, certificate=CLIENT.certificate, presents_none=True, presented_chain=CLIENT.chain,
        presented_chain_damaged=True, certificate_file="peers/client.pem", damage=seen,
    )  # fmt: skip
    assert found.as_client is None


@pytest.mark.parametrize(
    ("place", "evidence"),
    [
        (Place(Slot.PEER_CERTIFICATE, "room"), 'peers.toml [[peer]] "room" certificate'),
        (Place(Slot.PEER_CERTIFICATE, "room", "peers/room.pem"), "peers/room.pem"),
        (Place(Slot.LOCAL_CERTIFICATE, "leeds/a"), "local-certificate.pem"),
        (Place(Slot.LOCAL_CERTIFICATE, "leeds/a", "leeds/a/local.pem"), "leeds/a/local.pem"),
        (Place(Slot.HTTPS_TRUST_STORE, "leeds/a"), "https-trust-store.pem"),
        (Place(Slot.PEER_TRUST_STORE, "room"), ""),
        (Place(None, "leeds/a"), ""),
        (Place(None, "leeds/a", "x"), "x"),
    ],
)
def test_the_evidence_of_a_place_is_its_file_or_key(place: Place, evidence: str) -> None:
    assert evidence_of(place) == evidence
    presented = Presented(record(ROOT), (), True, place)
    assert (presented.evidence, presented.chain_damaged, presented.file) == (evidence, False, "")
    assert replace(presented, file="y").evidence == "y"
    assert presented.holder.endswith(place.owner)


def test_a_store_is_empty_if_it_was_read_whole() -> None:
    assert store("leeds/a").empty
    assert not store("leeds/a", complete=False).empty
    assert not store("leeds/a", ROOT).empty
    assert Store("", (), True, Place(Slot.SIP_TRUST_STORE, "leeds/a")).title == "SIP trust store of leeds/a"
