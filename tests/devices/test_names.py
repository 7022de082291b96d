"""Expected names, one by one: those that the MCU compares, those that a peer expects, and what of them is not known."""

from __future__ import annotations

import pytest

from mcuaudit.devices.names import (
    HOST_NAMES_EVIDENCE,
    SERVERS,
    SIP,
    UNRECORDED_STANDARDS,
    USERS,
    by_proxy,
    calls_directly,
    compares_names,
    expected_doubt,
    expected_names,
    expects_outbound_domain,
    missing_expected,
    missing_outbound,
    outbound_domain_is_used,
    outbound_names,
    reference_doubt,
    reference_names,
)
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.standards import Standard
from tests.devices.build import DEVICE_ID, damaged, mcu, peer

IN, OUT, WEB, OCSP = (
    CONNECTION_TABLE[kind]
    for kind in (
        ConnectionType.INCOMING_SIP, ConnectionType.OUTGOING_SIP, ConnectionType.WEB_USER, ConnectionType.OCSP_SERVER,
    )
)  # fmt: skip
BOTH = {"sip__outbound_address": "vcs.example.com", "sip__outbound_domain": "example.com"}


def test_the_groups_of_connections() -> None:
    assert SIP == ("incoming_sip", "outgoing_sip")
    assert SERVERS == ("ocsp_server", "feedback_receiver")
    assert USERS == ("web_user", "api_user")
    assert UNRECORDED_STANDARDS == ("mcu", "rfc5922")
    assert HOST_NAMES_EVIDENCE == "settings.toml [device] host_names"
    assert [compares_names(one) for one in (IN, OUT, WEB, OCSP)] == [False, True, False, True]


@pytest.mark.parametrize(
    ("facts", "definition", "route", "from_url", "expected"),
    [
        (BOTH, OUT, "proxied", (), ("10.0.0.9", "example.com", "vcs.example.com")),
        (BOTH, OUT, "proxied", ("url",), ("10.0.0.9", "example.com", "vcs.example.com")),
        (BOTH, OUT, "direct", (), ("10.0.0.9", "example.com")),
        (BOTH, OUT, None, (), ("10.0.0.9", "example.com")),
        (BOTH, IN, "proxied", (), ()),
        (BOTH, WEB, "proxied", ("url",), ()),
        (BOTH, OCSP, "proxied", ("url",), ("url",)),
        (BOTH, OCSP, "proxied", (), ("10.0.0.9", "example.com")),
    ],
)
def test_the_names_that_the_mcu_looks_for(
    facts: dict[str, object], definition: object, route: str | None, from_url: tuple[str, ...], expected: object
) -> None:
    vcs = peer("vcs", identifiers=("10.0.0.9", "example.com"), route=route)
    assert reference_names(mcu(**facts), vcs, definition, from_url) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("configuration", "directly", "used"),
    [
        ("Call direct", True, False), ("Use registrar", False, True), ("Use trunk", False, True),
        (None, False, False), ("x", False, False),
    ],
)  # fmt: skip
def test_the_configuration_says_whether_outbound_names_are_used(
    configuration: str | None, directly: bool, used: bool
) -> None:
    said = {} if configuration is None else {"sip__outbound_call_configuration": configuration}
    device = mcu(**BOTH, **said)
    assert (calls_directly(device), outbound_domain_is_used(device)) == (directly, used)
    assert outbound_names(device) == (() if directly else ("vcs.example.com", "example.com"))
    assert outbound_names(mcu(**{**BOTH, "sip__outbound_address": ""}, **said)) == (
        () if directly else ("example.com",)
    )
    assert outbound_names(mcu(sip__outbound_address="a", **said)) == (() if directly else ("a",))


@pytest.mark.parametrize(
    ("facts", "route", "expected"),
    [
        ({}, "direct", None),
        ({}, None, "route"),
        ({}, "proxied", "outbound_address"),
        ({"sip__outbound_address": ""}, "proxied", "outbound_domain"),
        ({"sip__outbound_domain": "x"}, "proxied", "outbound_address"),
        (BOTH, "proxied", None),
        (BOTH, None, "route"),
        ({"sip__outbound_call_configuration": "Call direct"}, None, None),
        ({"sip__outbound_call_configuration": "Call direct"}, "proxied", None),
    ],
)
def test_what_decides_about_outbound_names_and_is_missing(
    facts: dict[str, object], route: str | None, expected: str | None
) -> None:
    assert missing_outbound(mcu(**facts), peer("vcs", route=route)) == expected


def test_names_of_a_peer_that_cannot_be_read_matter_without_a_url() -> None:
    unread = peer("tms", damage={"identifiers": "i", "route": "r"})
    for definition, from_url, evidence in ((OCSP, ("u",), None), (OCSP, (), "i"), (OUT, ("u",), "i"), (OUT, (), "i")):
        found = reference_doubt(unread, definition, from_url)
        assert (found and found.missing_evidence) == evidence
    assert reference_doubt(peer("tms"), OUT) is None


@pytest.mark.parametrize(
    ("definition", "facts", "unread", "evidence"),
    [
        (IN, {"expects": ("x",)}, ("device.addresses", "device.host_names"), None),
        (IN, {"expects": ("x",), "damage": {"expects": "e"}}, (), "e"),
        (IN, {"damage": {"expects": "e", "route": "r"}}, ("device.addresses",), "e"),
        (IN, {"expects": ("x",), "damage": {"route": "r"}}, (), None),
        (IN, {"damage": {"route": "r"}}, ("device.addresses",), "r"),
        (IN, {}, ("device.host_names", "device.addresses"), "device.addresses"),
        (OUT, {}, ("device.host_names",), "device.host_names"),
        (OUT, {"route": "direct"}, ("device.host_names", "device.addresses"), "device.addresses"),
        (OUT, {"route": "direct"}, ("device.host_names",), None),
        (IN, {"route": "proxied"}, ("device.addresses",), None),
        (IN, {"route": "proxied"}, ("device.addresses", "device.host_names"), "device.host_names"),
        (WEB, {"route": "direct"}, ("device.addresses", "device.host_names"), "device.host_names"),
        (WEB, {"damage": {"route": "r"}}, ("device.addresses",), None),
        (OCSP, {}, ("device.host_names",), "device.host_names"),
    ],
)
def test_which_expected_name_cannot_be_read(
    definition: object, facts: dict[str, object], unread: tuple[str, ...], evidence: str | None
) -> None:
    device = mcu()
    for key in unread:
        device = damaged(device, key)
    found = expected_doubt(device, peer("p", **facts), definition)  # type: ignore[arg-type]
    assert (found and found.missing_evidence.removeprefix(f"{DEVICE_ID}/settings.toml ")) == evidence


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"connections": ("incoming_sip",)}, True),
        ({"connections": ("outgoing_sip",), "route": "proxied"}, True),
        ({"connections": ("outgoing_sip",), "route": "direct"}, False),
        ({"connections": ("web_user",), "route": "proxied"}, False),
        ({"connections": ("outgoing_sip",), "route": "proxied", "peer_device": "oslo/1"}, False),
    ],
)
def test_a_sip_peer_of_the_fleet_or_on_a_direct_route_is_not_behind_a_proxy(
    facts: dict[str, object], expected: bool
) -> None:
    assert by_proxy(peer("p", **facts)) is expected


STRICT = {"connections": ("incoming_sip",), "route": "proxied", "standard": Standard.RFC5922}


@pytest.mark.parametrize(
    ("domain", "configuration", "facts", "expected"),
    [
        ("example.com", "Use trunk", {}, Answer.OPEN),
        ("example.com", "Use registrar", {"standard": Standard.RFC5924}, Answer.OPEN),
        ("Example.com", "Use trunk", {"expects": ("x", "eXample.com")}, Answer.YES),
        ("example.com", "Use trunk", {"expects": ("example.com",), "standard": None}, Answer.OPEN),
        ("example.com", "Use trunk", {"standard": None}, Answer.OPEN),
        ("example.com", "Use trunk", {"expects": ()}, Answer.NO),
        ("example.com", "Use trunk", {"expects": ("example.com",), "standard": Standard.MCU}, Answer.NO),
        ("example.com", "Use trunk", {"expects": ("example.com",), "route": "direct"}, Answer.NO),
        ("example.com", "Call direct", {"expects": ("example.com",)}, Answer.NO),
        ("", "Use trunk", {}, Answer.NO),
        ("", "Use trunk", {"expects": ("",)}, Answer.NO),
        (None, "Use trunk", {}, Answer.NO),
    ],
)
def test_which_peer_expects_the_outbound_domain(
    domain: str | None, configuration: str, facts: dict[str, object], expected: Answer
) -> None:
    said = {} if domain is None else {"sip__outbound_domain": domain}
    device = mcu(sip__outbound_call_configuration=configuration, **said)
    assert expects_outbound_domain(device, peer("p", **{**STRICT, **facts})) is expected


@pytest.mark.parametrize(
    ("definition", "facts", "names", "key"),
    [
        (IN, {"expects": ("x",), "route": "direct"}, ("x",), 'peers.toml [[peer]] "p" expects'),
        (IN, {"expects": ()}, (), 'peers.toml [[peer]] "p" expects'),
        (OUT, {}, ("10.1.2.3", "mcu-1"), 'peers.toml [[peer]] "p" route'),
        (OUT, {"route": "direct"}, ("10.1.2.3",), "settings.toml [device] addresses"),
        (IN, {"route": "proxied"}, ("mcu-1",), HOST_NAMES_EVIDENCE),
        (WEB, {}, ("mcu-1",), HOST_NAMES_EVIDENCE),
        (WEB, {"route": "direct"}, ("mcu-1",), HOST_NAMES_EVIDENCE),
    ],
)
def test_the_names_that_a_peer_expects_and_what_records_them(
    definition: object, facts: dict[str, object], names: tuple[str, ...], key: str
) -> None:
    device = mcu(device__addresses=["10.1.2.3"], device__host_names=["mcu-1"])
    assert expected_names(device, peer("p", **facts), definition) == (names, key)  # type: ignore[arg-type]
    without = expected_names(mcu(), peer("p", **facts), definition)  # type: ignore[arg-type]
    assert without == (facts.get("expects", ()), key)


@pytest.mark.parametrize(
    ("definition", "facts", "recorded", "missing"),
    [
        (IN, {}, {}, "settings.toml [device] addresses"),
        (OUT, {}, {"device__addresses": ["10.1.2.3"]}, HOST_NAMES_EVIDENCE),
        (OUT, {}, {"device__addresses": ["10.1.2.3"], "device__host_names": ["mcu-1"]}, None),
        (IN, {"route": "direct"}, {}, None),
        (IN, {"expects": ()}, {}, None),
        (WEB, {}, {}, None),
        (OCSP, {}, {}, None),
    ],
)
def test_of_a_call_whose_route_is_not_recorded_addresses_and_host_names_may_be_missing(
    definition: object, facts: dict[str, object], recorded: dict[str, object], missing: str | None
) -> None:
    assert missing_expected(mcu(**recorded), peer("p", **facts), definition) == missing  # type: ignore[arg-type]
