"""Devices and peers as they come out of the frames of an export that was read."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

import mcuaudit
from mcuaudit import Fleet, read_export
from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import ClientCertificate, Peer
from mcuaudit.devices.presented import Store
from mcuaudit.devices.records import devices_of
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.setting_value import MISSING, SettingValue, Source
from mcuaudit.domain.slots import Place, Slot
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
    export.files["leeds/peers.toml"] = b"[[peer]\n"
    device = device_of(export, tmp_path)
    assert told(device) == {one.name for one in fields(Device)} - {"answers"}
    assert device.local_file == f"{DEVICE}/local-certificate.pem"
    assert device.local_chain_damaged
    assert set(device.further_peers_damage.values()) == {"leeds/peers.toml"}


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


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    """The fleet of the clean export, whose frames each test changes for itself."""
    return read_export(CleanExport().write(tmp_path_factory.mktemp("export")))


def changed(fleet: Fleet, **columns: Any) -> Device:
    """The device with these cells in its row."""
    (device,) = devices_of(replace(fleet, devices=fleet.devices.assign(**columns)))
    return device


def changed_peer(fleet: Fleet, **columns: Any) -> Peer:
    """The peer `room` with these cells in its row."""
    rows = fleet.peers[fleet.peers["peer"].eq("room")]
    (device,) = devices_of(replace(fleet, peers=rows.assign(**columns)))
    return device.peers[0]


NOTHING: dict[str, Any] = dict.fromkeys(
    ("file", "connections", "product", "product_version", "route", "identifiers", "certificate", "presented_chain",
     "presented_chain_damaged", "certificate_file", "client_certificate", "client_chain", "client_chain_damaged",
     "client_certificate_file", "trust_store", "standard", "expects", "user", "peer_device", "ocsp_response",
     "damaged_keys", "damaged_evidence")
)  # fmt: skip
STATES = {
    "certificate_state": "missing", "client_certificate_state": "missing", "trust_store_state": "missing",
    "chain_complete": "open", "checks_crls": "open",
}  # fmt: skip


def test_a_row_without_anything_is_a_peer_of_its_name_alone(fleet: Fleet) -> None:
    assert changed_peer(fleet, **NOTHING, **STATES) == Peer("room")
    assert changed_peer(fleet, **{**NOTHING, "expects": "", "identifiers": "a b"}, **STATES) == Peer(
        "room", expects=(), identifiers=("a", "b")
    )


def test_each_cell_of_a_peer_is_read(fleet: Fleet) -> None:
    whole = changed_peer(fleet)
    assert whole.certificate is not None
    one = whole.certificate.sha256
    cells = {
        **NOTHING, "file": "peers.toml", "connections": "web_user api_user", "product": "TMS", "product_version": "15",
        "route": "direct", "identifiers": r"a\x20b c", "certificate": one, "presented_chain": f"{one} {one}",
        "presented_chain_damaged": True, "certificate_file": "peers/x.pem", "standard": "vcs", "expects": "e f",
        "user": "alice", "ocsp_response": b"0", "damaged_keys": "route user", "damaged_evidence": r"r\x20r u",
    }  # fmt: skip
    states = {**STATES, "chain_complete": "yes", "checks_crls": "no"}
    assert changed_peer(fleet, **cells, **states) == Peer(
        "room", connections=("web_user", "api_user"), product="TMS", version="15", route="direct",
        identifiers=("a b", "c"), certificate=whole.certificate, presented_chain=(whole.certificate,) * 2,
        presented_chain_damaged=True, certificate_file="peers/x.pem", chain_complete=Answer.YES, standard=Standard.VCS,
        expects=("e", "f"), user="alice", ocsp_response=b"0", checks_crls=Answer.NO,
        damage={"route": "r r", "user": "u"}, file="peers.toml",
    )  # fmt: skip
    none = changed_peer(fleet, **NOTHING, **{**STATES, "certificate_state": "none"})
    assert none == Peer("room", presents_none=True)


def test_what_a_peer_presents_as_a_client_is_read(fleet: Fleet) -> None:
    whole = changed_peer(fleet)
    assert whole.certificate is not None
    one = whole.certificate.sha256
    cells = {
        **NOTHING, "client_certificate": one, "client_chain": one, "client_chain_damaged": True,
        "client_certificate_file": "peers/c.pem",
    }  # fmt: skip
    client = ClientCertificate(whole.certificate, False, (whole.certificate,), True, "peers/c.pem")
    assert changed_peer(fleet, **cells, **{**STATES, "client_certificate_state": "present"}).as_client == client
    assert changed_peer(fleet, **cells, **STATES).as_client is None
    none = {**STATES, "client_certificate_state": "none"}
    assert changed_peer(fleet, **NOTHING, **none).as_client == ClientCertificate(presents_none=True)
    unread = {**NOTHING, "damaged_keys": "route client_certificate", "damaged_evidence": "r c"}
    assert changed_peer(fleet, **unread, **STATES).as_client == ClientCertificate()


def test_the_store_of_a_peer_is_its_own_or_that_of_another_mcu(fleet: Fleet) -> None:
    whole = changed_peer(fleet)
    assert whole.trust_store is not None
    key, members = whole.trust_store.key, whole.trust_store.members
    cells = {**NOTHING, "file": "peers.toml", "trust_store": key}
    own = Place(Slot.PEER_TRUST_STORE, "room", 'peers.toml [[peer]] "room" trust_store')
    for state, complete in (("present", True), ("damaged", False)):
        found = changed_peer(fleet, **cells, **{**STATES, "trust_store_state": state})
        assert found.trust_store == Store(key, members, complete, own)
    assert changed_peer(fleet, **{**cells, "trust_store": "x"}, **STATES).trust_store == Store("x", (), True, own)
    other = changed_peer(fleet, **{**cells, "peer_device": DEVICE}, **STATES)
    place = Place(Slot.SIP_TRUST_STORE, DEVICE, f"{DEVICE}/sip-trust-store.pem")
    assert other.trust_store == Store(key, members, True, place)
    assert (other.peer_device, other.certificate_file) == (DEVICE, f"{DEVICE}/local-certificate.pem")
    unknown = changed_peer(fleet, **{**cells, "peer_device": "oslo/b", "certificate_file": "x"}, **STATES)
    assert unknown.certificate_file == ""
    assert unknown.trust_store == Store(
        key, members, True, Place(Slot.SIP_TRUST_STORE, "oslo/b", "sip-trust-store.pem")
    )


def test_each_cell_of_a_device_is_read(fleet: Fleet) -> None:
    bare = changed(
        fleet, local_certificate=None, local_chain=None, local_chain_damaged=None, sip_trust_store=None,
        https_trust_store=None, call_home_trust_store=None,
    )  # fmt: skip
    assert (bare.local_certificate, bare.local_chain, bare.local_chain_damaged) == (None, (), False)
    assert (bare.trust_stores, bare.damage, bare.local_file) == ({}, {}, f"{DEVICE}/local-certificate.pem")
    for flag in (False, float("nan")):
        assert not changed(fleet, local_chain_damaged=flag).local_chain_damaged
    whole = changed(fleet, local_chain_damaged=True)
    assert whole.local_chain_damaged
    key = whole.trust_stores[Slot.SIP_TRUST_STORE].key
    stores = changed(fleet, sip_trust_store_state="damaged", https_trust_store="x", call_home_trust_store=None)
    assert stores.trust_stores == {
        Slot.SIP_TRUST_STORE: Store(
            key, whole.trust_stores[Slot.SIP_TRUST_STORE].members, False,
            Place(Slot.SIP_TRUST_STORE, DEVICE, f"{DEVICE}/sip-trust-store.pem"),
        ),
        Slot.HTTPS_TRUST_STORE: Store(
            "x", (), True, Place(Slot.HTTPS_TRUST_STORE, DEVICE, f"{DEVICE}/https-trust-store.pem")
        ),
    }  # fmt: skip
    assert stores.damage == {}


def test_without_the_files_of_the_evidence_a_slot_has_its_own_name(fleet: Fleet) -> None:
    cells = {
        "local_certificate": None, "local_certificate_state": "damaged", "sip_trust_store_state": "damaged",
        "https_trust_store": None, "https_trust_store_state": "missing", "call_home_trust_store": None,
        "call_home_trust_store_state": "damaged",
    }  # fmt: skip
    named = changed(fleet, **cells)
    assert named.damage == {
        Slot.LOCAL_CERTIFICATE: f"{DEVICE}/local-certificate.pem",
        Slot.CALL_HOME_TRUST_STORE: "call-home-trust-store.pem",
    }
    without = changed(replace(fleet, evidence=fleet.evidence.assign(file=None)), **cells)
    assert without.local_file == ""
    assert without.damage == {
        Slot.LOCAL_CERTIFICATE: "local-certificate.pem", Slot.CALL_HOME_TRUST_STORE: "call-home-trust-store.pem",
    }  # fmt: skip
    assert without.trust_stores[Slot.SIP_TRUST_STORE].place.file == "sip-trust-store.pem"


def test_each_cell_of_a_setting_is_read(fleet: Fleet) -> None:
    def read(**cells: Any) -> SettingValue:
        rows = fleet.settings[fleet.settings["setting"].eq("device.model")]
        (device,) = devices_of(replace(fleet, settings=rows.assign(**cells)))
        return device.setting("device.model")

    cells = {"value": "v", "source": "shown", "file": "f", "key": "k", "incomplete": True}
    others = {"other_value": "ov", "other_file": "of", "other_key": "ok"}
    assert read(**cells, **others) == SettingValue("v", Source.SHOWN, "f", "k", ("ov", "of", "ok"), incomplete=True)
    nothing = dict.fromkeys(others)
    assert read(**{**cells, "value": None, "source": "damaged", "incomplete": False}, **nothing) == SettingValue(
        None, Source.DAMAGED, "f", "k"
    )
    assert read(**{**cells, "source": "missing"}, **nothing) is MISSING
