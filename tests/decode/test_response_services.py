"""services.query: each service is on, off, or unread with the reason and the member that a person looks for."""

from __future__ import annotations

from typing import Any

import pytest

from mcuaudit.decode.response_members import Found
from mcuaudit.decode.response_services import SERVICES, services_query
from mcuaudit.decode.xml_rpc import Unread

NAMES = "http, https, ftp, sip_tcp, sip_udp, sips_tcp, h225, snmp"
JUDGED = ("http", "https", "sip_tcp", "sips_tcp")


def service(name: Any, enabled: Any = True) -> dict[str, Any]:
    return {"name": name, "enabled": enabled}


def read(*services: Any) -> list[Found]:
    return list(services_query({"ports": [{"services": list(services)}]}))


def at(place: int, *more: str) -> str:
    return ".".join((f"ports[0].services[{place}]", *more))


def found(name: str, value: Any, *places: int, member: str = "") -> Found:
    paths = tuple(at(place, "enabled") for place in places)
    return Found(f"services.{name}", value, member or f"ports.{name}.enabled", paths)


def doubt(reason: str, where: str, *listed: str) -> list[Found]:
    """Every service but those that are listed, none of which is known."""
    return [Found(key, Unread(reason), where) for key in SERVICES if key.removeprefix("services.") not in listed]


def test_the_services_with_a_setting_of_their_own() -> None:
    assert ", ".join(key.removeprefix("services.") for key in SERVICES) == NAMES


@pytest.mark.parametrize(
    ("states", "value"),
    [
        ((True,), True),
        ((False,), False),
        ((False, True), True),
        ((True, False), True),
        ((0, "0"), False),
        ((0, "1"), True),
    ],
)
def test_a_service_is_on_if_it_is_on_anywhere(states: tuple[Any, ...], value: bool) -> None:
    places = range(len(states))
    assert read(*(service(" HTTPS ", state) for state in states)) == [found("https", value, *places)]


def test_services_are_sorted_and_each_has_its_places() -> None:
    ports = [
        {"services": [service("https"), service("bfcp", 0)]},
        {"services": [service("ftp", 0), service("https", 0)]},
    ]
    assert list(services_query({"ports": ports})) == [
        found("bfcp", False, 1),
        Found("services.ftp", False, "ports.ftp.enabled", ("ports[1].services[0].enabled",)),
        Found("services.https", True, "ports.https.enabled", (at(0, "enabled"), "ports[1].services[1].enabled")),
    ]


MAYBE = Unread('expected 0 or 1, found "maybe"')


@pytest.mark.parametrize(
    ("states", "value", "member"),
    [
        (("maybe",), MAYBE, at(0, "enabled")),
        ((False, "maybe", "other"), MAYBE, at(1, "enabled")),
        (("maybe", True), True, ""),
    ],
)
def test_a_state_that_cannot_be_read_leaves_what_is_on(states: tuple[Any, ...], value: Any, member: str) -> None:
    places = range(len(states))
    assert read(*(service("https", state) for state in states)) == [found("https", value, *places, member=member)]


NO_STATE = Unread("the service has no member enabled, which says whether it is on; save the response again")


@pytest.mark.parametrize(
    ("entry", "value", "member"),
    [
        ({"name": "https", "setting": False}, False, ""),
        ({"name": "https", "setting": "off"}, False, ""),
        ({"name": "https", "setting": True}, NO_STATE, at(0)),
        ({"name": "https", "setting": "maybe"}, NO_STATE, at(0)),
        ({"name": "https"}, NO_STATE, at(0)),
        (
            {"name": "https", "Enabled": True, "setting": 0},
            Unread('unknown member. Did you mean "enabled"?'),
            at(0, "Enabled"),
        ),
        ({"name": "https", "Setting": 0}, NO_STATE, at(0)),
    ],
)
def test_without_a_state_only_a_service_that_is_not_wanted_is_off(
    entry: dict[str, Any], value: Any, member: str
) -> None:
    assert read(entry) == [found("https", value, member=member)]


# Names of services


@pytest.mark.parametrize(
    ("name", "services", "hint"),
    [
        ("httpx", ("http", "https"), 'Did you mean "http" or "https"?'),
        ("sip-tcp", ("sip_tcp",), 'Did you mean "sip_tcp"?'),
        ("Secure web", ("https",), 'Did you mean "https"?'),
        ("web", ("http", "https"), 'Did you mean "http" or "https"?'),
        ("Encrypted SIP (TLS)", ("sips_tcp",), 'Did you mean "sips_tcp"?'),
    ],
)
def test_a_name_that_may_mean_services_makes_them_unread(name: str, services: tuple[str, ...], hint: str) -> None:
    reason = Unread(f"unknown service. {hint}")
    assert read(service(name)) == [found(one, reason, member=at(0, "name")) for one in services]


def test_a_name_that_may_mean_a_service_leaves_what_is_on() -> None:
    assert read(service("https"), service("httpx", 0)) == [
        found("http", Unread('unknown service. Did you mean "http" or "https"?'), member=at(1, "name")),
        found("https", True, 0),
    ]


def test_an_unknown_service_may_be_one_that_is_missing() -> None:
    reason = f'unknown service "telnet". The services are {NAMES}; save the response again'
    expected = [found("http", True, 0), found("https", False, 1), found("other", False, 3), found("telnet", True, 2)]
    services = (service("http"), service("https", 0), service("Telnet"), service("other", 0))
    assert read(*services) == expected + doubt(reason, at(2, "name"), "http", "https")


def test_an_unknown_service_beside_all_that_are_judged_is_none_of_them() -> None:
    assert read(*map(service, JUDGED), service("telnet")) == [
        *(found(name, True, place) for place, name in enumerate(JUDGED)),
        found("telnet", True, 4),
    ]
    for missing in JUDGED:
        listed = [name for name in JUDGED if name != missing]
        assert len(read(*map(service, listed), service("telnet"))) == 4 + 5


@pytest.mark.parametrize("name", ["ftp", "bfcp", "gatekeeper"])
def test_a_response_without_any_service_that_is_judged_is_doubted(name: str) -> None:
    reason = f"the response lists no service that is known. The services are {NAMES}; save the response again"
    assert read() == doubt(reason, "ports")
    unread = found(name, Unread(reason), 0)
    assert read(service(name, 0)) == [unread, *doubt(reason, "ports", name)]
    assert read(service(name)) == [found(name, True, 0), *doubt(reason, "ports", name)]


@pytest.mark.parametrize("name", JUDGED)
def test_a_response_with_one_service_that_is_judged_is_whole(name: str) -> None:
    assert read(service(name, 0)) == [found(name, False, 0)]


# Entries that cannot be read


@pytest.mark.parametrize(
    ("entry", "reason", "below"),
    [
        ("https", 'expected a struct, found "https"', ()),
        ([], "expected a struct, found an array", ()),
        (Unread("x"), "x", ()),
        ({"enabled": 0}, "expected the name of a service, found nothing", ("name",)),
        ({"name": " ", "enabled": 0}, 'expected the name of a service, found " "', ("name",)),
        ({"name": 5, "enabled": 0}, "expected the name of a service, found 5", ("name",)),
        ({"name": Unread("y"), "enabled": 0}, "y", ("name",)),
        ({"Name": "https", "enabled": 0}, 'unknown member. Did you mean "name"?', ("Name",)),
    ],
)
def test_an_entry_without_a_name_may_be_of_any_service(entry: Any, reason: str, below: tuple[str, ...]) -> None:
    expected = doubt(reason, at(1, *below), "http", "https")
    unread, on = found("http", Unread(reason), 0), found("https", True, 2)
    assert read(service("http", 0), entry, service("https"), "another") == [unread, on, *expected]


def test_a_service_whose_own_state_cannot_be_read_keeps_its_reason() -> None:
    expected = [found("https", MAYBE, 0, member=at(0, "enabled"))]
    assert read(service("https", "maybe"), 5) == expected + doubt("expected a struct, found 5", at(1), "https")


def test_beside_an_unknown_service_an_entry_without_a_name_leaves_what_is_off() -> None:
    services = (service("http", 0), service("telnet", 0), 5)
    expected = [found("http", False, 0), found("telnet", False, 1)]
    assert read(*services) == expected + doubt("expected a struct, found 5", at(2), "http")


@pytest.mark.parametrize(
    ("members", "where", "reason"),
    [
        ({}, "ports", "the response has no member ports; save it again"),
        ({"ports": "x"}, "ports", 'expected an array, found "x"'),
        ({"ports": Unread("y")}, "ports", "y"),
        ({"Ports": []}, "Ports", 'unknown member. Did you mean "ports"?'),
        ({"ports": ["x"]}, "ports[0]", 'expected a struct, found "x"'),
        ({"ports": [{}]}, "ports[0]", "expected a member services"),
        ({"ports": [{"services": {}}]}, "ports[0].services", "expected an array, found a struct"),
        ({"ports": [{"Services": []}]}, "ports[0].Services", 'unknown member. Did you mean "services"?'),
    ],
)
def test_a_response_without_its_services_says_where(members: dict[str, Any], where: str, reason: str) -> None:
    assert list(services_query(members)) == doubt(reason, where)
