"""Saved responses of a device: what they tell, and what is refused."""

from __future__ import annotations

import xmlrpc.client
from typing import Any

import pytest

from mcuaudit.collect.file_names import RESPONSES
from mcuaudit.decode.records import DamagedSetting, DecodedSetting, DecodedSettings, Problem, SettingsPart
from mcuaudit.decode.response_settings import SETTINGS_OF_RESPONSE
from mcuaudit.decode.responses import decode_response, responses_held
from mcuaudit.errors import Undecodable

SYSTEM = {"model": "MCU 4510", "softwareVersion": "4.4(3.57)"}
"""What every response of device.query has."""


def response(value: dict[str, Any]) -> bytes:
    return xmlrpc.client.dumps((value,), methodresponse=True).encode()


def told(data: bytes, name: str) -> dict[str, str]:
    return {value.setting: value.value for part in decode_response(data, name).parts for value in part.values}


def settings(data: bytes, name: str) -> dict[str, str]:
    return {key: value for key, value in told(data, name).items() if not key.startswith("api.")}


def damaged(data: bytes, name: str) -> dict[str, str]:
    return {item.setting: item.reason for part in decode_response(data, name).parts for item in part.damaged}


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
    decoded = decode_response(response({**SYSTEM, "licenses": [{"key": "ABCD-1234", "feature": "x"}]}), "device.query")
    assert [problem.kind for problem in decoded.problems] == ["licence"]
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
        (b"", "found an empty file; save the response again"),
        (b" \n", "found an empty file; save the response again"),
        (b"HTTP/1.1 401 Unauthorized\r\n\r\n", "refused the request with HTTP status 401"),
        (b"HTTP/1.1 401 Unauthorized\r\n\r\n<html><body>", "refused the request with HTTP status 401"),
        (b"HTTP/1.1 500 Internal Server Error\n\noops", "an answer with HTTP status 500 without XML"),
        (b'{"model": "MCU 4510"}', "expected XML, found JSON; save the response of the device itself"),
        (b"From: a@example.com\nSubject: MCU\n\n<a/>", "expected XML, found a mail"),
        (b"<!DOCTYPE html><html><br></html>", "expected XML, found a web page"),
        (b"<HTML><br></HTML>", "expected XML, found a web page"),
        (b"<methodResponse><params>", "not XML (no element found): line 1, character 25; save"),
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
    assert settings(response({"ports": ports}), "services.query") == {"services.https": expected}
    together = [port(*(service("https", enabled) for enabled in on))]
    assert settings(response({"ports": together}), "services.query") == {"services.https": expected}


@pytest.mark.parametrize(
    ("enabled", "expected"),
    [
        (True, "true"), (1, "true"), ("1", "true"), ("true", "true"), ("yes", "true"),
        (False, "false"), (0, "false"), ("0", "false"), ("false", "false"), ("False", "false"),
    ],
)  # fmt: skip
def test_a_tick_box_is_read_in_whatever_form_it_comes(enabled: Any, expected: str) -> None:
    found = settings(response({"ports": [port(service("https", enabled))]}), "services.query")
    assert found == {"services.https": expected}


def test_what_is_wanted_is_not_what_is_effective() -> None:
    ports = [port(service("https", False, setting=True), service("http", True, setting=False))]
    assert settings(response({"ports": ports}), "services.query") == {
        "services.http": "true",
        "services.https": "false",
    }


def test_names_of_services_ignore_case_and_spaces_and_other_entries_are_passed_over() -> None:
    ports = [
        port(service(" HTTPS ", True), {"name": "ftp"}, {"enabled": True}),
        {"port": "B"},
        {"port": "C", "services": ["https"]},
        "odd",
    ]
    decoded = decode_response(response({"ports": ports}), "services.query")
    assert decoded.parts[0].values[0] == DecodedSetting("services.https", "true", "ports.https.enabled")
    assert not any(value.setting.startswith("services.") for value in decoded.parts[0].values[1:])
    assert told(response({"portCount": 2}), "services.query") == {"api.services.query.portCount": "2"}


def test_services_are_listed_by_name_whatever_their_order() -> None:
    decoded = decode_response(
        response({"ports": [port(service("https", True), service("ftp", True))]}), "services.query"
    )
    assert [value.setting for value in decoded.parts[0].values][:2] == ["services.ftp", "services.https"]


def test_a_service_without_a_name_of_ours_is_kept_in_plain_words() -> None:
    assert settings(response({"ports": [port(service("bfcp", True))]}), "services.query") == {"services.bfcp": "true"}


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ([{"feature": "Encryption", "name": "x"}], "Encryption"),
        ([{"name": "Encryption", "description": "x"}], "Encryption"),
        ([{"description": "Encryption"}], "Encryption"),
        (["Encryption"], "Encryption"),
        ([], ""),
        ([{"feature": "Encryption"}, {"other": "x"}], "Encryption"),
        ([{"other": "x"}], None),
        ("Encryption", None),
    ],
)
def test_features_are_read_only_in_forms_that_are_known(features: Any, expected: str | None) -> None:
    found = told(response({"activatedFeatures": features}), "device.query")
    assert found.get("device.features") == expected


def test_absent_members_give_no_setting() -> None:
    assert told(response({"serial": "SM1"}), "device.query") == {"device.serial": "SM1"}


def test_a_member_gives_one_setting_or_one_problem() -> None:
    decoded = decode_response(response({"model": "MCU 4510", "softwareVersion": "four"}), "device.query")
    assert decoded.parts[0].values == (DecodedSetting("device.model", "MCU 4510", "model"),)
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


def test_receivers_that_are_no_array_are_damaged() -> None:
    found = decode_response(response({"receivers": "none"}), "feedbackReceiver.query")
    ((problem,), (lost,)) = found.problems, found.parts[0].damaged
    assert (problem.where, problem.reason) == ("receivers", 'expected an array, found "none"')
    assert (lost.setting, lost.where) == ("feedback_receivers", "receivers")
    assert list(damaged(response({"receivers": ""}), "feedbackReceiver.query")) == ["feedback_receivers"]


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
        "api.system.cluster.type": "x",
    }
    assert told(b"<system><model></model></system>", "system") == {}
    assert list(damaged(b"<system><model></model></system>", "system")) == ["device.model", "device.software_version"]


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
    secret = path not in {"monkey", "keyboard"}
    kind = "licence" if path.lower().startswith("licen") else "secret"
    for members, where in (
        ({path: "S3"}, path),
        ({"a": {path: "S3"}}, f"a.{path}"),
        ({"a": [{path: "S3"}]}, f"a[0].{path}"),
    ):
        decoded = decode_response(response(members), "device.health")
        assert [(problem.kind, problem.where) for problem in decoded.problems] == ([(kind, where)] if secret else [])
        assert ("S3" in repr(decoded)) is not secret


def test_a_licence_key_beside_a_feature_is_a_secret_and_the_feature_is_read() -> None:
    decoded = decode_response(
        response({**SYSTEM, "activatedFeatures": [{"feature": "Encryption", "key": "ABCD-1234"}]}), "device.query"
    )
    assert [value.setting for value in decoded.parts[0].values][2:] == ["device.features"]
    assert [(problem.kind, problem.where) for problem in decoded.problems] == [("licence", "activatedFeatures[0].key")]


FORM = "ABCD1-ABCD2-ABCD3-ABCD4"


@pytest.mark.parametrize(
    ("members", "where", "kind"),
    [
        ({"activatedLicenses": [{"license": "x", "key": "S3"}]}, "activatedLicenses[0].key", "licence"),
        ({"activatedFeatures": [{"keys": ["S3"]}]}, "activatedFeatures[0].keys[0]", "licence"),
        ({"licence_keys": ["S3"]}, "licence_keys[0]", "licence"),
        ({"LicenseKeys": [{"value": "S3"}]}, "LicenseKeys[0].value", "licence"),
        ({"licences": [{"key": "S3"}]}, "licences[0].key", "licence"),
        ({"options": [{"code": FORM}]}, "options[0].code", "licence"),
        ({"activatedFeatures": [{"password": "S3"}]}, "activatedFeatures[0].password", "secret"),
        ({"licenceKeyPassword": "S3"}, "licenceKeyPassword", "secret"),
        ({"licenceServer": {"sshKey": "S3"}}, "licenceServer.sshKey", "secret"),
        ({"users": [{"password": FORM}]}, "users[0].password", "secret"),
        ({"ssl": {"private": {"key": "S3"}}}, "ssl.private.key", "secret"),
        ({"users": [{"key": "S3"}]}, "users[0].key", "secret"),
        ({"shared_key": "S3"}, "shared_key", "secret"),
        ({"snmp": {"community": {"keys": "S3"}}}, "snmp.community.keys", "secret"),
        ({"activated": {"key": "S3"}}, "activated.key", "secret"),
    ],
)
def test_a_licence_key_is_told_from_other_keys_and_passwords(members: Any, where: str, kind: str) -> None:
    decoded = decode_response(response(members), "device.health")
    assert [(problem.kind, problem.where) for problem in decoded.problems] == [(kind, where)]
    assert "S3" not in repr(decoded)
    assert FORM not in repr(decoded)


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
        ("nil", "", ""),
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


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("int", "x"),
        ("int", "1_0"),
        ("double", "x"),
        ("boolean", "2"),
        ("ex:i1", "1"),
        ("dateTime.iso8601", "today"),
        ("dateTime.iso8601", "2026-11-25T10:00:00Z"),
        ("dateTime.iso8601", "20261399T10:00:00"),
    ],
)
def test_a_value_that_is_not_of_its_type_costs_its_member_only(kind: str, text: str) -> None:
    data = typed(kind, text).replace(
        b"</struct>",
        b"<member><name>b</name><value><array><data><value>x</value></data></array></value></member></struct>",
    )
    data = data.replace(b"<methodResponse>", b'<methodResponse xmlns:ex="urn:ex">')
    decoded = decode_response(data, "device.health")
    assert told(data, "device.health") == {"api.device.health.b[0]": "x"}
    assert [(problem.kind, problem.where) for problem in decoded.problems] == [("unreadable", "a")]
    assert "cannot be read" in decoded.problems[0].reason


def test_a_member_that_cannot_be_read_damages_its_setting_and_is_one_problem() -> None:
    data = response({"model": "MCU 4510", "softwareVersion": "four"}).replace(
        b"</struct>",
        b"<member><name>currentTime</name><value><dateTime.iso8601>2026-11-25</dateTime.iso8601></value></member>"
        b"<member><name>rebootRequired</name></member></struct>",
    )
    assert settings(data, "device.query") == {"device.model": "MCU 4510"}
    assert damaged(data, "device.query").keys() == {
        "device.software_version",
        "device.current_time",
        "device.restart_required",
    }
    assert sorted(problem.where for problem in decode_response(data, "device.query").problems) == [
        "currentTime",
        "rebootRequired",
        "softwareVersion",
    ]


def test_two_members_of_one_name_with_two_values_are_not_used() -> None:
    twice = b"<member><name>model</name><value>MCU 4520</value></member></struct>"
    data = response(SYSTEM).replace(b"</struct>", twice)
    assert damaged(data, "device.query") == {"device.model": "the member is there twice"}
    same = response({**SYSTEM, "model": "MCU 4520"}).replace(b"</struct>", twice)
    assert settings(same, "device.query") == {"device.model": "MCU 4520", "device.software_version": "4.4(3.57)"}


def test_a_value_without_a_type_is_text_and_a_member_without_a_value_is_a_problem() -> None:
    data = (
        b"<methodResponse><params><param><value><struct><member><name>a</name><value>x</value></member>"
        b"<member><name>b</name></member></struct></value></param></params></methodResponse>"
    )
    assert told(data, "device.health") == {"api.device.health.a": "x"}
    assert [problem.where for problem in decode_response(data, "device.health").problems] == ["b"]


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
        (typed("int", "1").replace(b"struct>", b"array>"), "device.query", "an <array> has <data>, and nothing else"),
        (
            b"<methodResponse><fault><value>x</value></fault></methodResponse>",
            "device.query",
            "answered with a fault. Send the request again",
        ),
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


def test_wanted_effective_and_port_are_kept_and_the_service_is_what_is_effective() -> None:
    https = service("https", False, setting=True, port=8443, type="tcp")
    assert told(response({"ports": [port(https)]}), "services.query") == {
        "services.https": "false",
        "api.services.query.ports[0].port": "A",
        "api.services.query.ports[0].protocol": "ipv4",
        "api.services.query.ports[0].services[0].name": "https",
        "api.services.query.ports[0].services[0].setting": "true",
        "api.services.query.ports[0].services[0].port": "8443",
        "api.services.query.ports[0].services[0].type": "tcp",
    }


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ([service("https", "perhaps")], None),
        ([service("https", "perhaps"), service("https", False)], None),
        ([service("https", "perhaps"), service("https", True)], "true"),
        ([{"name": "https", "setting": False}], "false"),
        ([{"name": "https", "setting": True}], None),
        ([{"name": "https", "setting": "maybe"}], None),
        ([{"name": "https"}], None),
    ],
)
def test_a_service_of_which_one_port_cannot_be_read_is_on_only_by_another(services: Any, expected: str | None) -> None:
    data = response({"ports": [port(*services)]})
    assert settings(data, "services.query").get("services.https") == expected
    assert list(damaged(data, "services.query")) == (["services.https"] if expected is None else [])


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ({"portA": {"ipv6Address": "2001:db8::1/64"}}, "2001:db8::1"),
        ({"portA": {"ipv4Address": "10.1.2.3/24", "ipv6Address": "fe80::1%portA"}}, "10.1.2.3"),
        ({"portA": {"ipv4Address": "10.1.2.3", "ipv6Address": "fe80::1/64%portA"}}, "10.1.2.3"),
        ({"portA": {"ipv4Address": "169.254.1.1"}, "portB": {"ipv4Address": "10.1.2.3"}}, "10.1.2.3"),
        ({"portA": {"ipAddress": "10.1.2.3", "hostName": "mcu"}}, "10.1.2.3"),
    ],
)
def test_addresses_have_no_prefix_length_or_zone_and_old_names_are_read(network: Any, expected: str) -> None:
    decoded = decode_response(response(network), "device.network.query")
    assert settings(response(network), "device.network.query") == {"device.addresses": expected}
    assert decoded.problems == ()


@pytest.mark.parametrize(
    ("network", "good"),
    [
        ({"portA": {"ipv4Address": "10.1.2.300", "ipv6Address": "2001:db8::1"}}, "2001:db8::1"),
        ({"portA": {"ipv4Address": "10.1.2.3"}, "portB": "odd"}, "10.1.2.3"),
        ({"portA": {"ipv4Address": "10.1.2.3"}, "portB": {"enabled": "odd", "ipv4Address": "10.1.2.4"}}, "10.1.2.3"),
    ],
)
def test_of_addresses_the_good_ones_are_kept_and_the_list_is_incomplete(network: Any, good: str) -> None:
    decoded = decode_response(response(network), "device.network.query")
    (value,) = (item for item in decoded.parts[0].values if item.setting == "device.addresses")
    assert (value.value, value.incomplete, len(decoded.problems)) == (good, True, 1)


def test_members_beside_known_ones_are_kept() -> None:
    found = told(response({"portA": {"ipv4Address": "10.1.2.3", "macAddress": "x"}, "dns": []}), "device.network.query")
    assert found == {"device.addresses": "10.1.2.3", "api.device.network.query.portA.macAddress": "x"}


def test_names_of_licences_are_kept_and_their_keys_are_not() -> None:
    licences = [
        {"license": "Media ports", "ports": 20},
        {"license": "More", "key": "ABCD"},
        {"license": "x", "key": ""},
    ]
    decoded = decode_response(response({**SYSTEM, "activatedLicenses": licences}), "device.query")
    assert [(problem.kind, problem.where) for problem in decoded.problems] == [("licence", "activatedLicenses[1].key")]
    found = {value.setting.rpartition("query.")[2]: value.value for value in decoded.parts[0].values}
    assert found["activatedLicenses[0].license"] == "Media ports"
    assert found["activatedLicenses[1].license"] == "More"


def test_a_licence_key_is_known_by_its_form_whatever_it_is_called() -> None:
    decoded = decode_response(response({**SYSTEM, "note": "AB12-CD34-EF56-GH78"}), "device.query")
    assert [problem.kind for problem in decoded.problems] == ["licence"]
    assert "AB12" not in repr(decoded)


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_headers_of_http_before_the_xml_are_named_and_passed_over(end: str) -> None:
    answers = ("HTTP/1.1 100 Continue", "", "HTTP/1.1 200 OK", "Content-Type: text/xml", "", "")
    data = end.join(answers).encode() + response(SYSTEM)
    decoded = decode_response(data, "device.query")
    assert settings(data, "device.query")["device.model"] == "MCU 4510"
    assert [(problem.kind, problem.where) for problem in decoded.problems] == [("unrecognised", "line 1")]
    assert "curl -i" in decoded.problems[0].reason


@pytest.mark.parametrize(
    "data", [b"HTTP/1.1 401 Unauthorized\r\nServer: x", b"HTTP/1.1 401 Unauthorized\r\n\r\n<html/>"]
)
def test_an_answer_of_http_alone_is_refused(data: bytes) -> None:
    with pytest.raises(Undecodable):
        decode_response(data, "device.query")


@pytest.mark.parametrize("before", [b"\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n  "])
def test_space_and_a_byte_order_mark_before_the_xml_do_not_matter(before: bytes) -> None:
    data = before + b'<?xml version="1.0"?>' + response(SYSTEM).removeprefix(b"<?xml version='1.0'?>")
    assert settings(data, "device.query")["device.model"] == "MCU 4510"
    assert decode_response(data, "device.query").problems == ()


def test_a_response_in_utf_16_is_read() -> None:
    data = '<?xml version="1.0" encoding="UTF-16"?><system><model>MCU 4510</model></system>'.encode("utf-16")
    assert settings(data, "system") == {"device.model": "MCU 4510"}


def test_a_time_in_a_text_is_read_as_one() -> None:
    found = told(response({"currentTime": "20140101T19:15:00"}), "device.query")
    assert found == {"device.current_time": "2014-01-01T19:15:00+00:00"}


def test_members_of_a_list_of_calls_are_not_kept() -> None:
    value = "<value><string>x</string></value>"
    data = f"<methodResponse><params><param><value><struct><member><name>note</name>{value}</member></struct></value></param></params></methodResponse>"  # noqa: E501
    (kept,) = decode_response(data.encode(), "conference.status").parts
    assert [one.setting for one in kept.values] == ["api.conference.status.note"]
    (dropped,) = decode_response(data.encode(), "conference.enumerate").parts
    assert dropped.values == ()


NEAR = {
    "device.query": ({"Model": "MCU 4510", "softwareVersion": "4.4(3.57)"}, ["device.model"]),
    "device.query, punctuation": ({**SYSTEM, "reboot_required": True}, ["device.restart_required"]),
    "device.query, one edit": ({**SYSTEM, "curentTime": "20261109T10:00:00"}, ["device.current_time"]),
    "device.query, features": ({**SYSTEM, "activatedFeature": [{"feature": "Encryption"}]}, ["device.features"]),
    "device.query, both": ({**SYSTEM, "MODEL": "MCU 4520"}, ["device.model"]),
    "device.network.query": ({"PortA": {"ipv4Address": "10.1.2.3"}}, ["device.addresses"]),
    "device.network.query, below": ({"portA": {"IPv4Address": "10.1.2.3"}}, ["device.addresses"]),
    "device.network.query, enabled": ({"portA": {"enable": 0, "ipv4Address": "10.1.2.3"}}, ["device.addresses"]),
    "feedbackReceiver.query": ({"reciever": []}, ["feedback_receivers"]),
    "feedbackReceiver.query, below": ({"receivers": [{"receiverURL": "http://a/RPC2"}]}, ["feedback_receivers"]),
    "services.query": ({"ports": [{"Services": []}]}, ["services.http", "services.https"]),
    "services.query, service": ({"ports": [port(service("httpx", 0))]}, ["services.http", "services.https"]),
    "services.query, words": ({"ports": [port(service("Secure web", 0))]}, ["services.https"]),
    "services.query, label": ({"ports": [port(service("Encrypted SIP (TLS)", 0))]}, ["services.sips_tcp"]),
    "system": ({"Serial": "SM1", **SYSTEM}, ["device.serial"]),
}


@pytest.mark.parametrize("case", NEAR)
def test_a_member_of_nearly_a_known_name_damages_its_setting(case: str) -> None:
    members, keys = NEAR[case]
    name = case.partition(",")[0]
    data = response(members)
    if name == "system":
        data = f"<system>{''.join(f'<{key}>{value}</{key}>' for key, value in members.items())}</system>".encode()
    found = damaged(data, name)
    assert list(found)[: len(keys)] == keys
    assert not set(found) & set(told(data, name))
    both = case.endswith("both")
    assert all(("there twice" if both else "Did you mean") in found[key] or "reciever" in str(members) for key in keys)
    assert decode_response(data, name).problems


WHOLE = {"device.query": ["device.model", "device.software_version"], "device.network.query": ["device.addresses"],
         "feedbackReceiver.query": ["feedback_receivers"]}  # fmt: skip


@pytest.mark.parametrize("name", ["device.query", "device.network.query", "services.query", "feedbackReceiver.query"])
@pytest.mark.parametrize("members", [{"other": 1}, {"other": {"model": "MCU 4510"}}])
def test_a_response_without_its_members_damages_what_it_would_give(name: str, members: dict[str, Any]) -> None:
    every = [f"services.{one}" for one in ("http", "https", "ftp", "sip_tcp", "sip_udp", "sips_tcp", "h225", "snmp")]
    found = damaged(response(members), name)
    assert sorted(found) == sorted(WHOLE.get(name, every))
    assert all("save it again" in reason or "no address" in reason for reason in found.values())


@pytest.mark.parametrize(
    "value",
    ["<array><data><x/></data></array>", "<array/>", "<struct><x/></struct>", "<int>0</int><int>1</int>", "<nil/>",
     "<i5>1</i5>", "<boolean></boolean>", "<string></string>", "<array><data/></array>", ""],
)  # fmt: skip
@pytest.mark.parametrize(
    ("name", "members", "key"),
    [
        ("services.query", {"ports": "X"}, "services.https"),
        ("services.query", {"ports": [{"services": "X"}]}, "services.https"),
        ("services.query", {"ports": [{"services": [{"name": "https", "enabled": "X"}]}]}, "services.https"),
        ("services.query", {"ports": [{"services": [{"name": "X", "enabled": True}]}]}, "services.https"),
        ("device.query", {**SYSTEM, "rebootRequired": "X"}, "device.restart_required"),
        ("device.query", {**SYSTEM, "model": "X"}, "device.model"),
        ("device.network.query", {"portA": "X"}, "device.addresses"),
        ("device.network.query", {"portA": {"enabled": "X", "ipv4Address": "10.1.2.3"}}, "device.addresses"),
    ],
)
def test_a_value_of_no_use_is_never_as_if_it_were_absent(
    name: str, members: dict[str, Any], key: str, value: str
) -> None:
    data = response(members).replace(b"<string>X</string>", value.encode())
    assert list(damaged(data, name))[:1] == [key] or key in damaged(data, name)
    assert decode_response(data, name).problems
    assert key not in told(data, name)


@pytest.mark.parametrize(
    ("name", "members", "other"),
    [
        ("device.query", {"receivers": []}, "feedbackReceiver.query"),
        ("services.query", {"portA": {"ipv4Address": "10.1.2.3"}}, "device.network.query"),
        ("sip.query", {"ports": []}, "services.query"),
        ("old.services", {"ports": []}, "services.query"),
        ("system", SYSTEM, "device.query"),
        ("device.health.query", SYSTEM, "device.query"),
    ],
)
def test_the_response_of_another_call_damages_the_settings_of_both(name: str, members: Any, other: str) -> None:
    found = damaged(response(members), name)
    assert set(found) == {*SETTINGS_OF_RESPONSE.get(name, ()), *SETTINGS_OF_RESPONSE[other]}
    (problem,) = decode_response(response(members), name).problems
    assert problem.reason.endswith(f"name the file {other}.xml")


def test_system_xml_under_another_name_is_not_used() -> None:
    found = damaged(b"<system><model>MCU 4510</model></system>", "system.info")
    assert set(found) == set(SETTINGS_OF_RESPONSE["system"])


def test_an_entry_that_may_be_of_any_service_leaves_only_what_is_on() -> None:
    ports = [port(service("https", True), service("http", False), service(17, False))]  # type: ignore[arg-type]
    data = response({"ports": ports})
    assert settings(data, "services.query") == {"services.https": "true"}
    assert "services.http" in damaged(data, "services.query")
    assert len(decode_response(data, "services.query").problems) == 1


def test_a_service_that_is_not_listed_and_a_further_one_damage_nothing() -> None:
    for listed in (("http", "https", "sip_tcp", "sips_tcp", "new_service"), ("https", "gatekeeper")):
        data = response({"ports": [port(*(service(name, True) for name in listed))]})
        assert damaged(data, "services.query") == {}
        assert settings(data, "services.query").keys() == {f"services.{name}" for name in listed}


def test_a_service_of_an_unknown_name_may_be_one_that_is_not_listed() -> None:
    data = response({"ports": [port(*(service(name, False) for name in ("http", "https", "unknown")))]})
    assert {"services.sip_tcp", "services.sips_tcp"} <= damaged(data, "services.query").keys()
    assert settings(data, "services.query")["services.https"] == "false"


def test_values_with_one_reason_are_one_problem() -> None:
    ports = [port(*(service(name, "maybe") for name in ("http", "https", "ftp")))]
    (problem,) = decode_response(response({"ports": ports}), "services.query").problems
    assert problem.where == "ports[0].services[2].enabled"
    assert problem.reason == 'expected 0 or 1, found "maybe" (and 2 other members of the response)'


# Whole responses


HEADERS = "HTTP headers stand before the XML, as curl -i writes them; the XML after them is read. Save it without -i"
SECRET = "licence key or password. Remove it"


def whole(
    *values: DecodedSetting, damaged: tuple[DamagedSetting, ...] = (), problems: tuple[Problem, ...] = ()
) -> DecodedSettings:
    return DecodedSettings((SettingsPart("", values, damaged),), problems)


def kept(name: str, path: str, value: str) -> DecodedSetting:
    return DecodedSetting(f"api.{name}.{path}", value, path)


def test_a_response_is_decoded_whole() -> None:
    members = {
        "hint": "x",
        "softwareVersion": "four",
        "model": "MCU 4510",
        "serial": "",
        "activatedFeatures": [{"feature": "Encryption", "key": "S3"}, {"other": 1}],
        "apiVersion": "2.9",
        "list": [True],
    }
    version = 'expected major.minor(branch.build) such as "4.4(3.57)", found "four"'
    features = "expected a member feature"
    assert decode_response(b"HTTP/1.1 200 OK\n\n" + response(members), "device.query") == whole(
        DecodedSetting("device.model", "MCU 4510", "model"),
        DecodedSetting("device.features", "Encryption", "activatedFeatures", True),
        kept("device.query", "hint", "x"),
        kept("device.query", "activatedFeatures[1].other", "1"),
        kept("device.query", "apiVersion", "2.9"),
        kept("device.query", "list[0]", "true"),
        damaged=(
            DamagedSetting("device.serial", "serial", "expected a value, found none"),
            DamagedSetting("device.software_version", "softwareVersion", version),
        ),
        problems=(
            Problem("unrecognised", "line 1", HEADERS),
            Problem("unreadable", "serial", "expected a value, found none"),
            Problem("unreadable", "softwareVersion", version),
            Problem("unreadable", "activatedFeatures", features),
            Problem("licence", "activatedFeatures[0].key", SECRET),
        ),
    )


def test_what_cannot_be_read_is_one_problem_at_its_own_path() -> None:
    data = response({**SYSTEM, "serial": "X", "other": "X"}).replace(b"<string>X</string>", b"<int>x</int>")
    reason = 'a <value> of type <int> cannot be read: expected a whole number, found "x"'
    assert decode_response(data, "device.query") == whole(
        DecodedSetting("device.model", "MCU 4510", "model"),
        DecodedSetting("device.software_version", "4.4(3.57)", "softwareVersion"),
        damaged=(DamagedSetting("device.serial", "serial", reason),),
        problems=(Problem("unreadable", "serial", f"{reason} (and 1 other member of the response)"),),
    )


def test_an_entry_of_a_list_that_cannot_be_read_is_a_problem_at_its_own_path() -> None:
    features = [{"feature": "a"}, {"feature": "X"}]
    data = response({**SYSTEM, "activatedFeatures": features}).replace(b"<string>X</string>", b"<i5/>")
    reason = "a <value> of type <i5> cannot be read; XML-RPC has no such type"
    decoded = decode_response(data, "device.query")
    assert decoded.parts[0].values[-1] == DecodedSetting("device.features", "a", "activatedFeatures", True)
    assert decoded.problems == (Problem("unreadable", "activatedFeatures[1].feature", reason),)


def test_a_text_about_http_is_no_header() -> None:
    assert decode_response(response({"note": "HTTP/1.1 200 OK"}), "x") == whole(kept("x", "note", "HTTP/1.1 200 OK"))


def test_members_of_system_xml_may_be_called_as_those_of_a_response() -> None:
    members = "<params><param><value><struct/></value></param></params>"
    data = f"<system><model>M</model><softwareVersion>4.4</softwareVersion>{members}</system>"
    decoded = decode_response(data.encode(), "system")
    assert decoded.parts[0].values[-1] == kept("system", "params.param.value.struct", "")


@pytest.mark.parametrize(
    ("features", "value", "reasons"),
    [
        (["a", "X"], "a", ("expected a value, found <nil/>",)),
        (["X", "X"], None, ("expected a value, found <nil/>",)),
        ([], "", ()),
        (["", "a"], "a", ()),
        ([{"other": 1}, "X"], None, ("expected a member feature", "expected a value, found <nil/>")),
    ],
)
def test_of_a_list_what_can_be_read_is_kept(features: Any, value: str | None, reasons: tuple[str, ...]) -> None:
    data = response({**SYSTEM, "activatedFeatures": features}).replace(b"<string>X</string>", b"<nil/>")
    decoded = decode_response(data, "device.query")
    (part,) = decoded.parts
    assert [(one.value, one.incomplete) for one in part.values if one.setting == "device.features"] == (
        [] if value is None else [(value, bool(reasons))]
    )
    assert part.damaged == (
        (DamagedSetting("device.features", "activatedFeatures", reasons[0]),) if value is None else ()
    )
    assert decoded.problems == tuple(Problem("unreadable", "activatedFeatures", reason) for reason in reasons)


def test_equal_reasons_are_counted_by_their_places_and_secrets_are_not() -> None:
    members = {"users": [{"password": "a"}, {"password": "b"}], "x": "X", "y": "X", "z": "X"}
    data = response(members).replace(b"<string>X</string>", b"<i5/>")
    reason = "a <value> of type <i5> cannot be read; XML-RPC has no such type (and 2 other members of the response)"
    assert decode_response(data, "x") == whole(
        problems=(
            Problem("secret", "users[0].password", SECRET),
            Problem("secret", "users[1].password", SECRET),
            Problem("unreadable", "x", reason),
        )
    )


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        *(({word: "x"}, "secret") for word in ("password", "passwd", "passphrase", "pin", "pins", "secret", "token")),
        *(({f"user{word}": "x"}, "secret") for word in ("Password", "PIN", "Token", "Key", "Keys")),
        *(({word: "x"}, "secret") for word in ("key", "keys", "API_KEY", "pin2", "secretWord")),
        *(({word: "x"}, "secret") for word in ("userpassword", "rootpasswd", "sshpassphrase", "KEYS2x")),
        *(({word: ["x"]}, "secret") for word in ("passwords", "secrets", "tokens", "userPasswords")),
        *(({word: "x"}, "") for word in ("keyed", "pinned", "opinion", "passworded", "spin", "keychain")),
        ({"password": {"a": [{"b": "x"}]}}, "secret"),
        ({"password": ""}, ""),
        ({"licenseKey": "x"}, "licence"),
        ({"licence_keys": ["x"]}, "licence"),
        ({"licensekey": "x"}, "licence"),
        ({"licence": "x"}, "licence"),
        ({"a": {"Licenses": "x"}}, "licence"),
        ({"a": [{"licences": "x"}]}, "licence"),
        ({"sublicence": "x"}, ""),
        ({"licensed": "x"}, ""),
        ({"activatedLicenses": [{"license": "x"}]}, ""),
        ({"deactivated": [{"license": "x"}]}, "licence"),
        ({"activatedFeatures": [{"key": "x"}]}, "licence"),
        ({"activatedFeatures": {"x": {"key": "x"}}}, "secret"),
        ({"activatedFeatures": [{"keyPassword": "x"}]}, "secret"),
        ({"a": "ABCD-1234-EF56-GH78"}, "licence"),
        ({"a": " ABCD12-ABCD12-ABCD12-ABCD12-ABCD12\n"}, "licence"),
        ({"a": "ABC-1234-EF56-GH78"}, ""),
        ({"a": "ABCD-1234-EF56"}, ""),
        ({"a": "ABCDEFG-1234-EF56-GH78"}, ""),
        ({"a": "abcd-1234-ef56-gh78"}, ""),
        ({"a": 5}, ""),
        ({"a": {"key": 5}}, "secret"),
    ],
)
def test_a_secret_is_known_by_the_words_of_its_path_or_by_its_form(members: dict[str, Any], kind: str) -> None:
    decoded = decode_response(response(members), "device.health")
    assert [(problem.kind, problem.reason) for problem in decoded.problems] == ([(kind, SECRET)] if kind else [])
    assert len(decoded.parts[0].values) == (0 if kind else 1)


@pytest.mark.parametrize(
    ("name", "members", "values"),
    [
        ("conference.enumerate", {"note": "x"}, ()),
        ("participant.enumerate", {"note": "x"}, ()),
        ("enumerate.x", {"note": "x"}, (kept("enumerate.x", "note", "x"),)),
        ("x", {}, ()),
    ],
)
def test_members_are_kept_under_the_name_of_the_call(
    name: str, members: dict[str, Any], values: tuple[DecodedSetting, ...]
) -> None:
    assert decode_response(response(members), name) == whole(*values)


def test_the_name_of_the_host_and_a_service_beyond_the_usual_ones_are_kept_as_written() -> None:
    system = b"<system><model>M</model><softwareVersion>4.4</softwareVersion><hostname>mcu</hostname></system>"
    (lost,) = decode_response(system, "system").parts[0].damaged
    hint = 'unknown member. Did you mean "hostName"?'
    assert lost == DamagedSetting("api.system.hostName", "hostname", hint)
    found = decode_response(
        response({"ports": [port(service("bfcp", True), service("https", True))]}), "services.query"
    )
    assert found.parts[0].values[0] == DecodedSetting("services.bfcp", "true", "ports.bfcp.enabled")


@pytest.mark.parametrize(
    ("data", "held"),
    [
        (response(SYSTEM), ("device.query",)),
        (response({"ports": []}), ("services.query",)),
        (response({"ports": []}) + response(SYSTEM), ("services.query", "device.query")),
        (response({"ports": []}) + response(SYSTEM)[:-3], RESPONSES),
        (response({"ports": []}) + response({"model": "x"}), RESPONSES),
        (response({"ports": []})[:-3], RESPONSES),
        (response({"model": "x"}), ()),
        (b"<system><a/></system>", ("system",)),
        (b"<system/>", ()),
        (b"<other><model/></other>", ()),
        (b"<methodResponse/>", ()),
        (b"<methodCall/>", ()),
        (b"no XML", ()),
        (b"<a>" * 3000 + b"</a>" * 3000, ()),
    ],
)
def test_the_responses_that_a_file_holds(data: bytes, held: tuple[str, ...]) -> None:
    assert responses_held(data) == held


@pytest.mark.parametrize(
    ("data", "name", "other"),
    [
        (b"<system><model>x</model></system>", "device.query", "system"),
        (response(SYSTEM), "system", "device.query"),
        (response({"receivers": []}), "system", "feedbackReceiver.query"),
        (response({"ports": []}), "device.query", "services.query"),
    ],
)
def test_a_response_under_the_name_of_another_names_the_file_that_it_should_be(
    data: bytes, name: str, other: str
) -> None:
    decoded = decode_response(data, name)
    reason = f"expected the response of {name}, found that of {other}; name the file {other}.xml"
    assert decoded.problems == (Problem("unreadable", "", reason),)
    keys = dict.fromkeys((*SETTINGS_OF_RESPONSE[name], *SETTINGS_OF_RESPONSE[other]))
    assert decoded.parts[0].damaged == tuple(DamagedSetting(key, "", reason) for key in keys)


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (response({"a": "x"}), "system", "expected system.xml with <system>, found <methodResponse>"),
        (b"<methodResponse/>", "system", "expected system.xml with <system>, found <methodResponse>"),
        (
            b"<system/>",
            "x",
            "expected <methodResponse> of x, found <system>; save the response of x again",
        ),
    ],
)
def test_a_response_of_another_form_is_refused(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(Undecodable) as refused:
        decode_response(data, name)
    assert refused.value.reason == reason
