"""What a device answers to the queries of its API, in versions that differ, as domain.md §8 says."""

from __future__ import annotations

import xmlrpc.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

NOT_SUPPORTED, NOT_AUTHORISED = 1, 14
"""Fault codes: the method is not known to this version, name or password are wrong."""
LICENCE_KEY = "QWERTY-99887766-PLANTED-KEY"


@dataclass(frozen=True)
class Facts:
    """What one device is, and what it says of itself."""

    model: str = "Codian MCU 4510"
    serial: str = "SM000001"
    software: str = "4.4(3.57)"
    api: str = "2.10"
    address: str = "127.0.0.1"
    host_name: str = "mcu-1"
    sips_port: int = 5061
    services: Mapping[str, bool] = field(default_factory=lambda: {"http": False, "https": True, "sips_tcp": True})
    receivers: Sequence[str] = ("https://tms.example.com/RPC2",)
    blades: Sequence[tuple[int, str, str]] = ()
    """Slot, model and address of the blades of a chassis, for a Supervisor."""


def query_answers(facts: Facts) -> dict[str, dict[str, Any]]:
    """The members of the response to each query that this version of the API has."""
    later = tuple(map(int, facts.api.split("."))) >= (2, 9)
    device: dict[str, Any] = {
        "model": facts.model,
        "softwareVersion": facts.software,
        "apiVersion": facts.api,
        "activatedFeatures": [
            {"feature": "Encryption", "key": LICENCE_KEY},
            {"feature": "Secure management (HTTPS)", "key": LICENCE_KEY},
        ],
    }
    if later:
        now = xmlrpc.client.DateTime("20261120T09:00:00")
        device |= {"serial": facts.serial, "currentTime": now, "rebootRequired": False}
    if facts.blades:
        names = ("slot", "type", "portA")
        return {
            "device.query": device,
            "chassis.blades.query": {"blades": [dict(zip(names, blade, strict=True)) for blade in facts.blades]},
        }
    port = {"enabled": True, "ipv4Address" if later else "ipAddress": facts.address}
    found = {
        "device.query": device,
        "device.network.query": {"portA": port, "portB": {"enabled": False}},
        "services.query": {"ports": [{"port": "A", "protocol": "IPv4", "services": _services(facts, later)}]},
        "sip.query": {"configuredRegistrar": "", "configuredProxy": "vcs.example.com"},
        "feedbackReceiver.query": {
            "receivers": [
                {"receiverURI": uri, "sourceIdentifier": "000d7c000001", "index": number}
                for number, uri in enumerate(facts.receivers, 1)
            ]
        },
    }
    return {**found, "device.encryption.query": {"enabled": True, "setting": True}} if later else found


def _services(facts: Facts, later: bool) -> list[dict[str, Any]]:
    ports = {"http": 80, "https": 443, "sips_tcp": facts.sips_port}
    return [
        {"name": name, "type": "tcp", "enabled": on, **({"setting": on} if later else {}), "port": ports[name]}
        for name, on in facts.services.items()
    ]


def response(members: Mapping[str, Any]) -> bytes:
    """A <methodResponse> with these members."""
    return xmlrpc.client.dumps((dict(members),), methodresponse=True, encoding="utf-8").encode()


def fault(code: int, text: str) -> bytes:
    """A <methodResponse> with a fault."""
    return xmlrpc.client.dumps(xmlrpc.client.Fault(code, text), methodresponse=True, encoding="utf-8").encode()


def system_xml(facts: Facts) -> bytes:
    """The document /system.xml."""
    return (
        f'<?xml version="1.0"?>\n<system><manufacturer>Codian</manufacturer><model>{facts.model}</model>'
        f"<serial>{facts.serial}</serial><softwareVersion>{facts.software}</softwareVersion>"
        f"<hostName>{facts.host_name}</hostName><uptimeSeconds>5</uptimeSeconds></system>\n"
    ).encode()
