"""Devices and peers as they come out of the frames of an export that was read."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit import read_export
from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.records import devices_of
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.slots import Slot
from mcuaudit.domain.standards import Standard
from tests.clean_export import DEVICE, ISSUING, ROOT, CleanExport, certificate, chain
from tests.devices.build import mcu, record


def device_of(export: CleanExport, directory: Path) -> Device:
    (device,) = devices_of(read_export(export.write(directory)))
    return device


def peer_of(export: CleanExport, directory: Path, name: str) -> Peer:
    return {peer.name: peer for peer in device_of(export, directory).peers}[name]


def test_a_device_is_named_by_its_site_and_its_own_name() -> None:
    device = mcu("leeds/mcu/1")
    assert (device.site, device.name) == ("leeds", "mcu/1")
    assert Device("leeds/mcu-1").settings == {}


def test_a_device_has_what_its_files_hold(tmp_path: Path) -> None:
    device = device_of(CleanExport(), tmp_path)
    assert device.device_id == DEVICE
    assert [one.sha256 for one in device.local_chain] == [record(ISSUING).sha256]
    store = device.trust_stores[Slot.HTTPS_TRUST_STORE]
    assert {one.sha256 for one in store.members} == {record(ROOT).sha256, record(ISSUING).sha256}
    assert store.complete
    assert store.place.file == f"{DEVICE}/https-trust-store.pem"
    setting = device.setting("ssl_certificates.verification_settings")
    assert (setting.value, setting.file) == ("Outgoing and incoming calls", f"{DEVICE}/settings.toml")
    assert (setting.key, setting.other) == ("[ssl_certificates] verification_settings", None)


def test_a_peer_has_what_its_table_says(tmp_path: Path) -> None:
    export = CleanExport()
    room = certificate("room", key=5, san=["DNS:10.1.2.200"])
    export.files["peers/room.pem"] = chain(room, ISSUING)
    export.peers["room"] = {
        "connections": ["outgoing_sip", "incoming_sip"],
        "route": "direct",
        "identifiers": ["10.1.2.200", "room.example.com"],
        "certificate": "peers/room.pem",
        "trust_store": "peers/trusted.pem",
        "standard": "rfc5922",
        "expects": ["10.1.2.3"],
        "chain_complete": True,
    }
    peer = peer_of(export, tmp_path, "room")
    assert peer.connections == ("outgoing_sip", "incoming_sip")
    assert peer.identifiers == ("10.1.2.200", "room.example.com")
    assert peer.route == "direct"
    assert peer.standard is Standard.RFC5922
    assert peer.expects == ("10.1.2.3",)
    assert peer.certificate is not None
    assert peer.certificate.sha256 == record(room).sha256
    assert [one.sha256 for one in peer.presented_chain] == [record(ISSUING).sha256]
    assert peer.chain_complete is Answer.YES
    assert not peer.presents_none
    assert peer.trust_store is not None
    assert peer.trust_store.complete


@pytest.mark.parametrize(("declared", "expected"), [(True, Answer.YES), (False, Answer.NO), (None, Answer.OPEN)])
def test_whether_a_chain_is_complete_is_yes_no_or_not_known(
    declared: bool | None, expected: Answer, tmp_path: Path
) -> None:
    export = CleanExport()
    export.peers["room"].pop("chain_complete", None)
    if declared is not None:
        export.peers["room"]["chain_complete"] = declared
    assert peer_of(export, tmp_path, "room").chain_complete is expected


def test_what_a_peer_does_not_say_is_absent(tmp_path: Path) -> None:
    export = CleanExport()
    export.peers = {"room": {"connections": []}}
    peer = peer_of(export, tmp_path, "room")
    assert (peer.connections, peer.identifiers) == ((), ())
    assert (peer.certificate, peer.trust_store, peer.expects, peer.user) == (None, None, None, None)


def test_a_setting_has_what_another_source_says_and_whether_entries_are_lost(tmp_path: Path) -> None:
    export = CleanExport()
    member = "<member><name>model</name><value><string>MCU 4520</string></value></member>"
    export.files[f"{DEVICE}/api/device.query.xml"] = (
        f"<methodResponse><params><param><value><struct>{member}</struct></value></param></params></methodResponse>"
    ).encode()
    export.settings["users"].append({"name": "bob", "privilege": 7})
    device = device_of(export, tmp_path)
    model = device.setting("device.model")
    assert (model.value, model.other) == ("MCU 4520", ("MCU 4510", f"{DEVICE}/settings.toml", "[device] model"))
    assert device.setting("users").incomplete
    assert not device.setting("device.addresses").incomplete
    assert device.setting("device.addresses").other is None


def test_a_slot_is_damaged_only_if_its_file_is(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[f"{DEVICE}/sip-trust-store.pem"] = None
    export.files[f"{DEVICE}/https-trust-store.pem"] = b"-----BEGIN CERTIFICATE-----\n"
    device = device_of(export, tmp_path)
    assert device.damage == {Slot.HTTPS_TRUST_STORE: f"{DEVICE}/https-trust-store.pem"}


def test_a_setting_that_no_file_contains_has_no_place() -> None:
    """As in an audit whose frames were made by hand."""
    fleet = mcuaudit.read_export(Path("data/sample-fleet"))
    settings = fleet.settings.copy()
    settings.loc[settings["setting"].eq("device.model"), ["file", "key"]] = None
    for device in devices_of(replace(fleet, settings=settings)):
        assert (device.setting("device.model").file, device.setting("device.model").key) == ("", "")
        assert device.setting("device.model").place == ""


def test_a_peer_without_a_list_of_connections_has_none(tmp_path: Path) -> None:
    fleet = read_export(CleanExport().write(tmp_path))
    (device,) = devices_of(replace(fleet, peers=fleet.peers.assign(connections=None, file=None)))
    assert {(peer.connections, peer.file) for peer in device.peers} == {((), "")}


def test_a_peer_knows_the_file_of_its_certificate_and_the_one_that_declares_it(tmp_path: Path) -> None:
    export = CleanExport()
    room = peer_of(export, tmp_path / "with", "room")
    assert (room.file, room.certificate_file, room.place.file) == ("peers.toml", "peers/room.pem", "peers/room.pem")
    assert room.trust_store is not None
    assert room.trust_store.place.file == 'peers.toml [[peer]] "room" trust_store'
    del export.peers["room"]["certificate"]
    room = peer_of(export, tmp_path / "without", "room")
    assert (room.file, room.certificate_file, room.place.file) == ("peers.toml", "", "")


BROKEN = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def told(record: Device | Peer) -> set[str]:
    """The fields that have another value than that of a record that was given its name alone."""
    bare = type(record)("bare")
    return {one.name for one in fields(record) if getattr(record, one.name) != getattr(bare, one.name)}


def test_each_field_of_a_device_comes_from_its_frames(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[f"{DEVICE}/local-certificate.pem"] = chain(certificate("mcu"), ISSUING) + BROKEN
    export.files[f"{DEVICE}/sip-trust-store.pem"] = BROKEN
    device = device_of(export, tmp_path)
    assert told(device) == {one.name for one in fields(Device)}
    assert device.local_file == f"{DEVICE}/local-certificate.pem"
    assert device.local_chain_damaged


def test_each_field_of_a_peer_comes_from_its_frames(tmp_path: Path) -> None:
    export = CleanExport()
    (tmp_path / "peers").mkdir()
    export.files["peers/all.pem"] = chain(certificate("all"), ISSUING) + BROKEN
    export.files["peers/all.ocsp"] = b"0\x03\x0a\x01\x01"
    export.peers = {
        "all": {
            "connections": ["incoming_sip"],
            "product": "tms",
            "route": "direct",
            "identifiers": ["10.1.2.200"],
            "version": "X15.0",
            "certificate": "peers/all.pem",
            "client_certificate": "peers/all.pem",
            "chain_complete": True,
            "trust_store": "peers/trusted.pem",
            "standard": "rfc5922",
            "expects": ["10.1.2.3"],
            "user": "alice",
            "ocsp_response": "peers/all.ocsp",
            "checks_crls": True,
            "device": 5,
        },
        "none": {"connections": ["incoming_sip"], "certificate": False},
    }
    everything, none = (peer_of(export, tmp_path, name) for name in ("all", "none"))
    others = {one.name for one in fields(Peer)} - told(everything)
    assert others == {"presents_none", "declared", "peer_device", "server"}
    assert everything.ocsp_response == b"0\x03\x0a\x01\x01"
    assert none.presents_none
