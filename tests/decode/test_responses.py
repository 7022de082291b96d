"""Saved responses of a device: what they tell, and what is refused."""

from __future__ import annotations

import xmlrpc.client
from typing import Any

import pytest

from mcuaudit.decode.records import DecodedSetting
from mcuaudit.decode.responses import decode_response
from mcuaudit.errors import Undecodable


def response(value: dict[str, Any]) -> bytes:
    return xmlrpc.client.dumps((value,), methodresponse=True).encode()


def told(data: bytes, name: str) -> dict[str, str]:
    return {value.setting: value.value for part in decode_response(data, name).parts for value in part.values}


def test_device_query() -> None:
    found = told(
        response(
            {
                "model": "Codian MCU 4510",
                "softwareVersion": "4.4(3.57)",
                "currentTime": xmlrpc.client.DateTime("20261109T10:00:00"),
                "rebootRequired": True,
                "activatedFeatures": [{"feature": "Encryption"}, {"feature": "Secure management (HTTPS)"}],
                "buildVersion": "13.1",
            }
        ),
        "device.query",
    )
    assert found["device.software_version"] == "4.4(3.57)"
    assert found["device.current_time"] == "2026-11-09T10:00:00+00:00"
    assert found["device.restart_required"] == "true"
    assert found["device.features"] == "Encryption Secure\\x20management\\x20(HTTPS)"
    assert found["api.device.query.buildVersion"] == "13.1"


def test_a_service_is_on_if_it_is_effective_on_any_port() -> None:
    def service(name: str, enabled: bool) -> dict[str, Any]:
        return {"name": name, "enabled": enabled, "setting": True}

    ports = [
        {"port": "A", "protocol": "ipv4", "services": [service("https", False), service("http", False)]},
        {"port": "B", "protocol": "ipv4", "services": [service("https", True)]},
    ]
    found = told(response({"ports": ports}), "services.query")
    assert found["services.https"] == "true"
    assert found["services.http"] == "false"


def test_addresses_of_disabled_ports_do_not_count() -> None:
    found = told(
        response(
            {
                "portA": {"enabled": True, "ipv4Address": "10.1.2.3", "ipv6Address": "2001:db8::3"},
                "portB": {"enabled": False, "ipv4Address": "10.9.9.9"},
            }
        ),
        "device.network.query",
    )
    assert found["device.addresses"] == "10.1.2.3 2001:db8::3"


def test_receivers() -> None:
    uri = "https://tms.example.com/RPC2"
    found = told(response({"receivers": [{"index": 1, "receiverURI": uri}]}), "feedbackReceiver.query")
    assert found["feedback_receivers"] == uri
    assert told(response({"receivers": []}), "feedbackReceiver.query") == {"feedback_receivers": ""}


def test_system_xml() -> None:
    data = b"<system><model>MCU 4510</model><hostName>mcu-1.example.com</hostName></system>"
    assert told(data, "system")["api.system.hostName"] == "mcu-1.example.com"


def test_licence_keys_are_reported_and_not_kept() -> None:
    decoded = decode_response(response({"licenses": [{"key": "ABCD-1234", "feature": "x"}]}), "device.query")
    assert [problem.kind for problem in decoded.problems] == ["secret"]
    assert "ABCD-1234" not in repr(decoded)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<methodCall><methodName>device.query</methodName></methodCall>", "password in plain text"),
        (
            xmlrpc.client.dumps(xmlrpc.client.Fault(14, "no rights"), methodresponse=True).encode(),
            "fault 14: no rights",
        ),
        (b"<html></html>", "<methodResponse>"),
        (b"not xml", "not XML"),
        (b"", "not XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><methodResponse>&b;</methodResponse>', "entities"),
        (b"<methodResponse><params><param><value><int>x</int></value></param></params></methodResponse>", "<int>"),
        (b"<methodResponse></methodResponse>", "<struct>"),
    ],
)
def test_what_is_no_response_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(Undecodable) as refused:
        decode_response(data, "device.query")
    assert words in refused.value.reason


def service(name: str, enabled: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "enabled": enabled, **more}


def port(*services: dict[str, Any]) -> dict[str, Any]:
    return {"port": "A", "protocol": "ipv4", "services": list(services)}


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ((True, False, False), "true"),
        ((False, True, False), "true"),
        ((False, False, True), "true"),
        ((True, True, True), "true"),
        ((False, False, False), "false"),
    ],
)
def test_a_service_is_on_whichever_port_has_it_on(on: tuple[bool, ...], expected: str) -> None:
    ports = [port(service("https", enabled)) for enabled in on]
    assert told(response({"ports": ports}), "services.query") == {"services.https": expected}
    together = [port(*(service("https", enabled) for enabled in on))]
    assert told(response({"ports": together}), "services.query") == {"services.https": expected}


@pytest.mark.parametrize(
    ("enabled", "expected"),
    [
        (True, "true"), (1, "true"), ("1", "true"), ("true", "true"), ("yes", "true"),
        (False, "false"), (0, "false"), ("0", "false"), ("false", "false"), ("False", "false"), ("", "false"),
    ],
)  # fmt: skip
def test_a_tick_box_is_read_in_whatever_form_it_comes(enabled: Any, expected: str) -> None:
    found = told(response({"ports": [port(service("https", enabled))]}), "services.query")
    assert found == {"services.https": expected}


def test_what_is_wanted_is_not_what_is_effective() -> None:
    ports = [port(service("https", False, setting=True), service("http", True, setting=False))]
    assert told(response({"ports": ports}), "services.query") == {"services.http": "true", "services.https": "false"}


def test_names_of_services_ignore_case_and_spaces_and_other_entries_are_passed_over() -> None:
    ports = [
        port(service(" HTTPS ", True), {"name": "ftp"}, {"enabled": True}),
        {"port": "B"},
        {"port": "C", "services": ["https"]},
        "odd",
    ]
    decoded = decode_response(response({"ports": ports}), "services.query")
    assert decoded.parts[0].values == (DecodedSetting("services.https", "true", "ports.https.enabled"),)
    assert told(response({"portCount": 2}), "services.query") == {"api.services.query.portCount": "2"}


def test_services_are_listed_by_name_whatever_their_order() -> None:
    decoded = decode_response(
        response({"ports": [port(service("https", True), service("ftp", True))]}), "services.query"
    )
    assert [value.setting for value in decoded.parts[0].values] == ["services.ftp", "services.https"]


def test_a_service_without_a_name_of_ours_is_kept_in_plain_words() -> None:
    assert told(response({"ports": [port(service("bfcp", True))]}), "services.query") == {"services.bfcp": "true"}


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ([{"feature": "Encryption", "name": "x"}], "Encryption"),
        ([{"name": "Encryption", "description": "x"}], "Encryption"),
        ([{"description": "Encryption"}], "Encryption"),
        (["Encryption"], "Encryption"),
        ([], ""),
        ([{"feature": "Encryption"}, {"other": "x"}], None),
        ("Encryption", None),
    ],
)
def test_features_are_read_only_in_forms_that_are_known(features: Any, expected: str | None) -> None:
    found = told(response({"activatedFeatures": features}), "device.query")
    assert found.get("device.features") == expected


def test_absent_members_give_no_setting() -> None:
    assert told(response({"serial": "SM1"}), "device.query") == {"device.serial": "SM1"}


def test_a_member_gives_one_setting_or_one_problem() -> None:
    decoded = decode_response(response({"serial": "SM1", "softwareVersion": "four"}), "device.query")
    assert decoded.parts[0].values == (DecodedSetting("device.serial", "SM1", "serial"),)
    assert [(problem.kind, problem.where) for problem in decoded.problems] == [("unreadable", "softwareVersion")]


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ({"portA": {"ipv4Address": "10.1.2.3"}}, "10.1.2.3"),
        ({"portB": {"enabled": 1, "ipv4Address": "10.1.2.4"}}, "10.1.2.4"),
        (
            {
                "portA": {"ipv4Address": "10.1.2.3", "ipv6Address": "::"},
                "portB": {"ipv4Address": "0.0.0.0", "ipv6Address": "2001:db8::4"},
            },
            "10.1.2.3 2001:db8::4",
        ),
        ({"portA": {"ipv4Address": ""}}, None),
        ({"portA": "10.1.2.3"}, None),
        ({"portC": {"ipv4Address": "10.1.2.3"}}, None),
    ],
)
def test_addresses_are_those_of_enabled_ports_that_have_one(network: dict[str, Any], expected: str | None) -> None:
    assert told(response(network), "device.network.query").get("device.addresses") == expected


def test_receivers_without_an_address_are_no_receivers_and_another_form_says_nothing() -> None:
    receivers = [
        {"index": 1},
        {"receiverURI": ""},
        {"receiverURI": "http://a/RPC2"},
        "odd",
        {"receiverURI": "https://b"},
    ]
    found = told(response({"receivers": receivers}), "feedbackReceiver.query")
    assert found["feedback_receivers"] == "http://a/RPC2 https://b"
    assert "feedback_receivers" not in told(response({"receivers": "none"}), "feedbackReceiver.query")
    assert "feedback_receivers" not in told(response({"other": 1}), "feedbackReceiver.query")


def test_system_xml_gives_model_serial_and_version() -> None:
    data = (
        b"<system><model> MCU 4510 </model><serial>SM1</serial><softwareVersion>4.4(3.57)</softwareVersion>"
        b"<manufacturer/><cluster><type>x</type></cluster></system>"
    )
    assert told(data, "system") == {
        "device.model": "MCU 4510",
        "device.serial": "SM1",
        "device.software_version": "4.4(3.57)",
        "api.system.manufacturer": "",
    }
    assert told(b"<system><model></model></system>", "system") == {"api.system.model": ""}


def test_members_of_every_depth_are_kept_by_their_path() -> None:
    members = {"dns": {"servers": ["10.0.0.1", "10.0.0.2"]}, "ports": [{"on": True}, {"on": False}], "none": {}}
    assert told(response(members), "device.health") == {
        "api.device.health.dns.servers[0]": "10.0.0.1",
        "api.device.health.dns.servers[1]": "10.0.0.2",
        "api.device.health.ports[0].on": "true",
        "api.device.health.ports[1].on": "false",
    }


@pytest.mark.parametrize(
    "path",
    ["key", "keys", "password", "license", "licence", "LicenceKey", "adminPassword", "key2", "monkey", "keyboard"],
)
def test_secrets_are_known_by_their_name(path: str) -> None:
    """A name that ends in another word is no secret of this kind, and is kept."""
    secret = path in {"key", "keys", "password", "license", "licence", "LicenceKey"}
    for members, where in (
        ({path: "S3"}, path),
        ({"a": {path: "S3"}}, f"a.{path}"),
        ({"a": [{path: "S3"}]}, f"a[0].{path}"),
    ):
        decoded = decode_response(response(members), "device.health")
        assert [(problem.kind, problem.where) for problem in decoded.problems] == (
            [("secret", where)] if secret else []
        )
        assert ("S3" in repr(decoded)) is not secret


def test_a_licence_key_beside_a_feature_is_a_secret_and_the_feature_is_read() -> None:
    decoded = decode_response(
        response({"activatedFeatures": [{"feature": "Encryption", "key": "ABCD-1234"}]}), "device.query"
    )
    assert [value.setting for value in decoded.parts[0].values] == ["device.features"]
    assert [(problem.kind, problem.where) for problem in decoded.problems] == [("secret", "activatedFeatures[0].key")]


def typed(kind: str, text: str) -> bytes:
    return (
        "<methodResponse><params><param><value><struct><member><name> a </name>"
        f"<value><{kind}>{text}</{kind}></value></member></struct></value></param></params></methodResponse>"
    ).encode()


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("int", "5", "5"),
        ("i4", " -5 ", "-5"),
        ("i8", "12345678901", "12345678901"),
        ("boolean", "1", "true"),
        ("boolean", " true ", "true"),
        ("boolean", "0", "false"),
        ("boolean", "2", "false"),
        ("double", "1.5", "1.5"),
        ("string", "x", "x"),
        ("string", "", ""),
        ("base64", "QUJD", "QUJD"),
        ("dateTime.iso8601", "20261109T10:11:12", "2026-11-09T10:11:12+00:00"),
        ("dateTime.iso8601", " 20261109T10:11:12Z ", "2026-11-09T10:11:12+00:00"),
    ],
)
def test_each_type_of_value_is_read(kind: str, text: str, expected: str) -> None:
    assert told(typed(kind, text), "device.health") == {"api.device.health.a": expected}


@pytest.mark.parametrize(("kind", "text"), [("int", "x"), ("double", "x"), ("nil", ""), ("dateTime.iso8601", "today")])
def test_a_value_that_is_not_of_its_type_refuses_the_response(kind: str, text: str) -> None:
    with pytest.raises(Undecodable, match=f"<{kind}>"):
        decode_response(typed(kind, text), "device.health")


def test_a_value_without_a_type_is_text_and_a_member_without_a_value_is_none() -> None:
    data = (
        b"<methodResponse><params><param><value><struct><member><name>a</name><value>x</value></member>"
        b"<member><name>b</name></member></struct></value></param></params></methodResponse>"
    )
    assert told(data, "device.health") == {"api.device.health.a": "x"}


def test_a_member_without_a_name_is_kept_without_one_and_an_empty_value_is_empty() -> None:
    data = (
        b"<methodResponse><params><param><value><struct><member><value>x</value></member>"
        b"<member><name>b</name><value/></member></struct></value></param></params></methodResponse>"
    )
    assert told(data, "device.health") == {"api.device.health.": "x", "api.device.health.b": ""}


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"<methodResponse/>", "system", "expected system.xml"),
        (b"<system/>", "device.query", "expected <methodResponse> of device.query, found <system>"),
        (typed("int", "1").replace(b"struct>", b"array>"), "device.query", "<struct>"),
        (b"<methodResponse><fault><value>x</value></fault></methodResponse>", "device.query", "fault None: None"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "device.query", "encoding"),
        (b"<!DOCTYPE a><methodResponse/>", "device.query", "document type"),
    ],
)
def test_what_is_refused_is_named(data: bytes, name: str, words: str) -> None:
    with pytest.raises(Undecodable) as refused:
        decode_response(data, name)
    assert words in refused.value.reason


def test_an_empty_system_file_gives_no_setting() -> None:
    assert told(b"<system/>", "system") == {}
