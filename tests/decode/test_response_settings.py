"""The settings that each saved response gives, with the member that a person looks for, and the paths of each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mcuaudit.decode.response_members import Found
from mcuaudit.decode.response_settings import (
    SETTINGS_OF_RESPONSE,
    found_in,
    other_response,
    response_with,
    settings_of_two,
)
from mcuaudit.decode.xml_rpc import Nil, Unread

SYSTEM = {"model": "MCU 4510", "softwareVersion": "4.4(3.57)"}
OF_SYSTEM = [
    Found("device.model", "MCU 4510", "model", ("model",)),
    Found("device.software_version", "4.4(3.57)", "softwareVersion", ("softwareVersion",)),
]


def found(key: str, value: Any, member: str, *paths: str) -> Found:
    return Found(key, value, member, paths)


def meant(word: str) -> Unread:
    return Unread(f'unknown member. Did you mean "{word}"?')


def absent(word: str) -> Unread:
    return Unread(f"the response has no member {word}; save it again")


def test_the_settings_of_each_response() -> None:
    services = ("http", "https", "ftp", "sip_tcp", "sip_udp", "sips_tcp", "h225", "snmp")
    device = ("model", "serial", "software_version", "current_time", "restart_required", "features")
    assert dict(SETTINGS_OF_RESPONSE) == {
        "device.query": tuple(f"device.{word}" for word in device),
        "device.network.query": ("device.addresses",),
        "services.query": tuple(f"services.{word}" for word in services),
        "feedbackReceiver.query": ("feedback_receivers",),
        "system": ("device.model", "device.serial", "device.software_version", "api.system.hostName"),
    }


def test_a_response_of_another_call_gives_no_setting() -> None:
    assert found_in("device.health.query", SYSTEM) == []
    assert len(found_in("services.query", {})) == 8


# device.query and system.xml


NO_VALUE = Unread("expected a value, found none")


@pytest.mark.parametrize("name", ["device.query", "system"])
@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (SYSTEM, OF_SYSTEM),
        ({**SYSTEM, "serial": "SM1"}, [OF_SYSTEM[0], found("device.serial", "SM1", "serial", "serial"), OF_SYSTEM[1]]),
        (
            {"softwareVersion": "", "serial": ""},
            [
                found("device.model", absent("model"), "model"),
                found("device.serial", NO_VALUE, "serial", "serial"),
                found("device.software_version", NO_VALUE, "softwareVersion", "softwareVersion"),
            ],
        ),
        (
            {"Model": "x", "softwareversion": "y", "Serial": "z"},
            [
                found("device.model", meant("model"), "Model", "Model"),
                found("device.serial", meant("serial"), "Serial", "Serial"),
                found("device.software_version", meant("softwareVersion"), "softwareversion", "softwareversion"),
            ],
        ),
        (
            {"model": Nil(), "softwareVersion": Unread("x")},
            [
                found("device.model", Nil(), "model", "model"),
                found("device.software_version", Unread("x"), "softwareVersion", "softwareVersion"),
            ],
        ),
        (
            {},
            [
                found("device.model", absent("model"), "model"),
                found("device.software_version", absent("softwareVersion"), "softwareVersion"),
            ],
        ),
    ],
)
def test_model_and_version_are_required_and_the_serial_number_is_not(
    name: str, members: dict[str, Any], expected: list[Found]
) -> None:
    assert found_in(name, members) == expected


CURRENT, RESTART, FEATURES = "device.current_time", "device.restart_required", "device.features"


@pytest.mark.parametrize(
    ("member", "value", "expected"),
    [
        ("currentTime", datetime(2026, 11, 9, tzinfo=UTC), (CURRENT, datetime(2026, 11, 9, tzinfo=UTC))),
        ("currentTime", " 20261109T00:00:00 ", (CURRENT, datetime(2026, 11, 9, tzinfo=UTC))),
        ("currentTime", "today", (CURRENT, "today")),
        ("currentTime", " ", (CURRENT, " ")),
        ("currentTime", "", (CURRENT, NO_VALUE)),
        ("rebootRequired", False, (RESTART, False)),
        ("activatedFeatures", "", None),
        ("activatedFeatures", None, None),
        ("activatedFeatures", "x", (FEATURES, Unread('expected an array, found "x"'))),
        ("activatedFeatures", Nil(), (FEATURES, Unread("expected an array, found <nil/>"))),
        ("activatedFeature", [], (FEATURES, meant("activatedFeatures"))),
        ("reboot_required", True, (RESTART, meant("rebootRequired"))),
    ],
)
def test_further_members_of_device_query(member: str, value: Any, expected: tuple[str, Any] | None) -> None:
    more = [found(*expected, member, member)] if expected else []
    assert found_in("device.query", {**SYSTEM, member: value}) == OF_SYSTEM + more


@pytest.mark.parametrize(
    ("entry", "value", "path"),
    [
        ({"feature": "Encryption", "name": "x", "description": "y"}, "Encryption", ".feature"),
        ({"name": "Encryption", "description": "y"}, "Encryption", ".name"),
        ({"description": "Encryption"}, "Encryption", ".description"),
        ({"feature": True}, "true", ".feature"),
        ({"feature": Nil()}, Nil(), ".feature"),
        ({"feature": Unread("x")}, Unread("x"), ".feature"),
        ({"other": "x"}, Unread("expected a member feature"), ""),
        ({}, Unread("expected a member feature"), ""),
        ("Encryption", "Encryption", ""),
        (5, "5", ""),
        (Nil(), Nil(), ""),
    ],
)
def test_a_feature_has_a_name(entry: Any, value: Any, path: str) -> None:
    members = {**SYSTEM, "activatedFeatures": ["a", entry]}
    paths = ("activatedFeatures[0]", f"activatedFeatures[1]{path}")
    assert found_in("device.query", members)[2:] == [found(FEATURES, ["a", value], "activatedFeatures", *paths)]


def test_the_name_of_the_host_in_system_xml_is_a_setting_only_where_it_cannot_be_read() -> None:
    assert found_in("system", {**SYSTEM, "hostName": "mcu"}) == OF_SYSTEM
    host = found("api.system.hostName", meant("hostName"), "HostName", "HostName")
    assert found_in("system", {**SYSTEM, "HostName": "mcu"}) == [*OF_SYSTEM, host]


# device.network.query


NO_ADDRESS = Unread("the response has no address of an enabled port")
A, B = "10.1.2.3", "2001:db8::3"


@pytest.mark.parametrize(
    ("members", "addresses", "member", "paths"),
    [
        ({"portA": {"ipv4Address": A, "ipv6Address": B}}, [A, B], "portA", ("portA.ipv4Address", "portA.ipv6Address")),
        ({"portB": {"enabled": 1, "ipAddress": A}}, [A], "portB", ("portB.ipAddress",)),
        ({"portA": {"ipAddressV6": B}}, [B], "portA", ("portA.ipAddressV6",)),
        (
            {"portA": {"ipv4Address": A, "ipAddress": A, "ipv6Address": B, "ipAddressV6": B}},
            [A, A, B, B],
            "portA",
            ("portA.ipv4Address", "portA.ipAddress", "portA.ipv6Address", "portA.ipAddressV6"),
        ),
        (
            {"portA": {"enabled": 0, "ipv4Address": A}, "portB": {"ipv4Address": B}},
            [B],
            "portA",
            ("portB.ipv4Address",),
        ),
        ({"portA": {"enabled": 0, "ipv4Address": A}}, [NO_ADDRESS], "portA", ()),
        *(({"portA": {"ipv4Address": none}}, [NO_ADDRESS], "portA", ()) for none in ("", "0.0.0.0", "::", "::/0")),
        ({}, [NO_ADDRESS], "portA", ()),
        ({"portC": {"ipv4Address": A}}, [meant("portA"), meant("portB")], "portC", ()),
        ({"other": {"ipv4Address": A}}, [NO_ADDRESS], "portA", ()),
        ({"portA": {"hostName": "x"}}, [Unread("expected a member ipv4Address")], "portA", ()),
        (
            {"portA": {"hostName": "x"}, "portB": {"ipv4Address": A}},
            [Unread("expected a member ipv4Address"), A],
            "portA",
            ("portB.ipv4Address",),
        ),
        (
            {"portA": {"IPv4Address": A}},
            [meant("ipv4Address"), meant("ipv6Address")],
            "portA",
            ("portA.IPv4Address",) * 2,
        ),
        (
            {"portA": "x", "portB": {"ipv4Address": A}},
            [Unread('expected a struct, found "x"'), A],
            "portA",
            ("portB.ipv4Address",),
        ),
        ({"portA": {"enabled": "x", "ipv4Address": A}}, [Unread('expected 0 or 1, found "x"')], "portA", ()),
        ({"portA": {"enable": 0, "ipv4Address": A}}, [meant("enabled")], "portA", ()),
        ({"PortA": {"ipv4Address": A}}, [meant("portA"), meant("portB")], "PortA", ()),
    ],
)
def test_the_addresses_of_enabled_ports(
    members: dict[str, Any], addresses: list[Any], member: str, paths: tuple[str, ...]
) -> None:
    assert found_in("device.network.query", members) == [Found("device.addresses", addresses, member, paths)]


# feedbackReceiver.query


URI = "http://a/RPC2"


@pytest.mark.parametrize(
    ("receivers", "values", "unread", "below"),
    [
        ([], [], None, ()),
        ([{"receiverURI": URI, "index": 1}], [URI], None, (".receiverURI",)),
        ([URI], [URI], None, ("",)),
        ([5, Nil()], ["5", Nil()], None, ("", "")),
        ([{"receiverURI": 5}, {"receiverURI": Nil()}], ["5", Nil()], None, (".receiverURI", ".receiverURI")),
        ([{"index": 1}, {"sourceIdentifier": "x"}, {}], [], None, (".receiverURI",) * 3),
        ([{"index": 1, "sourceIdentifier": "x"}], [], None, (".receiverURI",)),
        ([{"receiverURI": ""}, ""], [], None, (".receiverURI", "")),
        (
            [{"receiverURI": URI}, {"other": "x"}],
            [URI, Unread("expected a member receiverURI")],
            1,
            (".receiverURI", ".receiverURI"),
        ),
        ([{"receiverURL": URI}, Unread("x")], [meant("receiverURI"), Unread("x")], 0, (".receiverURL", "")),
        ([URI, Unread("x"), Unread("y")], [URI, Unread("x"), Unread("y")], 1, ("", "", "")),
    ],
)
def test_the_receivers_in_use(
    receivers: list[Any], values: list[Any], unread: int | None, below: tuple[str, ...]
) -> None:
    paths = tuple(f"receivers[{number}]{path}" for number, path in enumerate(below))
    where = "receivers" if unread is None else paths[unread]
    told = found_in("feedbackReceiver.query", {"receivers": receivers})
    assert told == [Found("feedback_receivers", values, where, paths)]


@pytest.mark.parametrize(
    ("members", "value", "member"),
    [
        ({}, absent("receivers"), "receivers"),
        ({"receivers": {}}, Unread("expected an array, found a struct"), "receivers"),
        ({"receivers": Unread("x")}, Unread("x"), "receivers"),
        ({"Receivers": []}, meant("receivers"), "Receivers"),
    ],
)
def test_a_response_without_receivers(members: dict[str, Any], value: Unread, member: str) -> None:
    assert found_in("feedbackReceiver.query", members) == [found("feedback_receivers", value, member, member)]


# Responses of another call


@pytest.mark.parametrize(
    ("name", "members", "other"),
    [
        ("device.query", SYSTEM, ""),
        ("device.query", {"receivers": []}, "feedbackReceiver.query"),
        ("device.query", {"model": "x", "receivers": []}, ""),
        ("device.query", {"softwareVersion": "x", "ports": []}, ""),
        ("services.query", {"portA": {}}, "device.network.query"),
        ("services.query", {"portA": {}, "ports": []}, ""),
        ("device.health.query", SYSTEM, "device.query"),
        ("device.health.query", {"model": "x"}, ""),
        ("system", SYSTEM, "device.query"),
        ("", {"ports": [], "receivers": []}, "services.query"),
        ("", {}, ""),
    ],
)
def test_a_response_is_known_by_its_members(name: str, members: dict[str, Any], other: str) -> None:
    assert other_response(name, members) == other


@pytest.mark.parametrize(
    ("members", "name"),
    [
        (SYSTEM, "device.query"),
        ({"model": "x"}, ""),
        ({"portA": {}}, "device.network.query"),
        ({"receivers": [], "portA": {}}, "feedbackReceiver.query"),
        ({"receivers": [], "ports": []}, "services.query"),
    ],
)
def test_the_first_response_that_has_such_members_is_meant(members: dict[str, Any], name: str) -> None:
    assert response_with(members) == name


def test_the_settings_of_both_responses_are_unread() -> None:
    reason = "expected the response of system, found that of device.query; name the file device.query.xml"
    keys = ("model", "serial", "software_version")
    more = ("api.system.hostName", "device.current_time", "device.restart_required", "device.features")
    expected = [Found(key, Unread(reason), "") for key in (*(f"device.{key}" for key in keys), *more)]
    assert settings_of_two("system", "device.query") == expected
    assert [one.key for one in settings_of_two("x", "device.network.query")] == ["device.addresses"]
