"""What cannot be read: the whole verdict, of a setting, of a file of many, and of a key of a peer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.devices.damage import FEATURES, SOFTWARE_VERSION, doubt, lacking, peer_doubt, peer_lacking
from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.setting_value import SettingValue, Source
from mcuaudit.domain.verdict import Verdict, damaged, missing
from tests.devices.build import DEVICE_ID, mcu, peer
from tests.devices.build import damaged as with_damage

ADDRESSES, HOSTS = "device.addresses", "device.host_names"


def test_the_keys_of_what_is_asked_everywhere() -> None:
    assert (SOFTWARE_VERSION, FEATURES) == ("device.software_version", "device.features")


def test_a_setting_that_can_be_read_or_is_missing_is_not_in_doubt() -> None:
    assert doubt(mcu(device__addresses=["10.1.2.3"]), ADDRESSES, HOSTS) is None
    assert doubt(mcu()) is None


def test_the_first_that_cannot_be_read_is_named_with_its_place() -> None:
    device = with_damage(with_damage(mcu(), HOSTS), ADDRESSES)
    place = f"{DEVICE_ID}/settings.toml {HOSTS}"
    found = doubt(device, SOFTWARE_VERSION, HOSTS, ADDRESSES)
    assert found is not None
    assert found == damaged(place, found.reason)
    assert found.remedy == Remedy(RemedyKind.CORRECT_EVIDENCE, (place,))
    assert found.reason.startswith("The setting “")


def test_a_key_that_has_no_title_is_named_by_itself() -> None:
    found = doubt(with_damage(mcu(), "api.x"), "api.x")
    assert found is not None
    assert found.reason == f"The setting “api.x” of {DEVICE_ID} is unreadable: {DEVICE_ID}/settings.toml api.x."


def whole(file: str, key: str = "") -> Verdict:
    """The verdict of a setting of which another one shares the place, as both of a file that cannot be read do."""
    unread = SettingValue(None, Source.DAMAGED, file, key)
    found = doubt(replace(mcu(), settings={ADDRESSES: unread, HOSTS: unread}), HOSTS)
    assert found is not None
    return found


def test_a_whole_file_is_named_once_with_what_to_do_about_it() -> None:
    file = "leeds/mcu-1/setings.toml"
    words = f"Settings of {DEVICE_ID} are unreadable: {file}."
    rename = Remedy(RemedyKind.RENAME_EVIDENCE, (file, "leeds/mcu-1/settings.toml"))
    assert whole(file) == damaged(file, words, rename)
    row = f"{file} line 2"
    words = f"Settings of {DEVICE_ID} are unreadable: {file}, line 2."
    assert whole(file, "line 2") == damaged(row, words, Remedy(RemedyKind.CORRECT_EVIDENCE, (row,)))


def test_a_place_is_shared_by_what_cannot_be_read_there_alone() -> None:
    unread = SettingValue(None, Source.DAMAGED, "leeds/settings.csv", "line 2")
    elsewhere = replace(unread, key="line 3")
    for other in (elsewhere, replace(unread, source=Source.TYPED, value="x")):
        found = doubt(replace(mcu(), settings={ADDRESSES: other, HOSTS: unread}), HOSTS)
        assert found is not None
        assert found.reason.startswith("The setting “")
    entry = replace(unread, source=Source.TYPED, value="a", incomplete=True)
    found = doubt(replace(mcu(), settings={ADDRESSES: unread, HOSTS: unread, "users": entry}), "users")
    assert found is not None
    assert found.reason.startswith("An entry of the setting “")


def test_a_setting_without_a_value_is_unreadable_or_missing() -> None:
    assert lacking(mcu(), ADDRESSES, "Why.") == missing("settings.toml [device] addresses", "Why.")
    unread = with_damage(mcu(), ADDRESSES)
    assert lacking(unread, ADDRESSES, "Why.") == doubt(unread, ADDRESSES)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("certificate", "certificate"),
        ("connections", "list of connections"),
        ("connections_in_part", "connection type"),
        ("expects", "expected name"),
        ("identifiers", "identifier"),
        ("ocsp_response", "OCSP response"),
        ("standard", "standard"),
        ("trust_store", "trust store"),
    ],
)
def test_a_key_of_a_peer_is_named_in_words(key: str, words: str) -> None:
    evidence = f'peers.toml [[peer]] "room" {key}'
    room = peer("room", damage={"route": "peers.toml", key: evidence})
    reason = f"The export has an unreadable {words} of room: {evidence}."
    expected = damaged(evidence, reason, Remedy(RemedyKind.CORRECT_EVIDENCE, (evidence,)))
    assert peer_doubt(room, "user", key, "route") == peer_lacking(room, key, "Why.") == expected
    assert peer_doubt(room, "user") is None
    assert peer_doubt(room) is None


def test_a_file_of_another_mcu_may_have_a_wrong_name_alone() -> None:
    file, right = "oslo/mcu-2/local_certificate.pem", "oslo/mcu-2/local-certificate.pem"
    damage = {"certificate": file}
    of_mcu, of_peer = peer("b", peer_device="oslo/mcu-2", damage=damage), peer("b", damage=damage)
    reason = f"The export has an unreadable certificate of b: {file}."
    assert peer_doubt(of_mcu, "certificate") == damaged(file, reason, Remedy(RemedyKind.RENAME_EVIDENCE, (file, right)))
    assert peer_doubt(of_peer, "certificate") == damaged(file, reason)


@pytest.mark.parametrize(
    ("peer_device", "key", "evidence"),
    [
        (None, "certificate", 'peers.toml [[peer]] "b" certificate'),
        (None, "identifiers", 'peers.toml [[peer]] "b" identifiers'),
        ("oslo/mcu-2", "certificate", "oslo/mcu-2/local-certificate.pem"),
        ("oslo/mcu-2", "identifiers", "oslo/mcu-2/settings.toml [device] addresses"),
        ("oslo/mcu-2", "route", 'peers.toml [[peer]] "b" route'),
    ],
)
def test_what_is_missing_of_another_mcu_is_in_its_own_part_of_the_export(
    peer_device: str | None, key: str, evidence: str
) -> None:
    found = peer_lacking(peer("b", peer_device=peer_device), key, "Why.")
    assert found == missing(evidence, "Why.")
    assert (found.outcome, found.cause) == (Outcome.OPEN, Cause(CauseKind.MISSING_EVIDENCE, (evidence,)))
