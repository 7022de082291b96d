"""Saved responses of a device: what they tell, and what is refused."""

from __future__ import annotations

import xmlrpc.client
from typing import Any

import pytest

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
