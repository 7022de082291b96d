"""Saved responses of a device: XML-RPC method responses and system.xml, read without trusting the XML."""

from __future__ import annotations

import re
import xmlrpc.client
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import ExpatError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from mcuaudit.decode.records import DamagedSetting, DecodedSetting, DecodedSettings, Problem, SettingsPart
from mcuaudit.decode.values import ReadValue, read_value
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.errors import Undecodable

SAVED_REQUEST: Final = (
    "a saved request, which holds the password in plain text; remove it, and save the response (<methodResponse>)"
)
_Values = list[tuple[str, Any, str]]
_SECRET = re.compile(r"(^|[._\]])(key|keys|password|licen[cs]e\w*)$", re.IGNORECASE)


def decode_response(data: bytes, name: str) -> DecodedSettings:
    """The settings in one saved response; `name` is that of the file, such as ``device.query``.

    Members that no check uses are kept under ``api.NAME.member``; licence keys and passwords are not.

    Raises:
        Undecodable: not a response: other XML, a fault, a saved request, or not XML.
    """
    root = _root(data)
    members = _system_members(root) if name == "system" else _response_members(root, name)
    known = _READERS[name](members) if name in _READERS else []
    values: list[DecodedSetting] = []
    problems: list[Problem] = []
    damaged: list[DamagedSetting] = []
    for key, value, member in known:
        setting = SETTING_BY_KEY.get(key)
        read = read_value(setting, value) if setting else ReadValue(_plain(value))
        problems += [Problem("unreadable", member, reason) for reason in read.reasons]
        if read.text is None:
            damaged.append(DamagedSetting(key, member, read.reasons[0]))
        else:
            values.append(DecodedSetting(key, read.text, member, bool(read.reasons)))
    used = {member.split(".")[0].split("[")[0] for _, _, member in known}
    for path, scalar in _scalars(members):
        if _SECRET.search(path):
            problems.append(Problem("secret", path, "a licence key or password is in the export; remove it"))
        elif path.split(".")[0].split("[")[0] not in used:
            values.append(DecodedSetting(f"api.{name}.{path}", _plain(scalar), path))
    return DecodedSettings((SettingsPart("", tuple(values), tuple(damaged)),), tuple(problems))


def _root(data: bytes) -> Element:
    try:
        root: Element = defusedxml.ElementTree.fromstring(data, forbid_dtd=True)
    except (ParseError, ExpatError) as error:
        raise Undecodable(f"not XML: {error}") from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise Undecodable(
            f"XML with entities, a document type or an unsupported encoding is not read: {error}"
        ) from error
    return root


def _response_members(root: Element, name: str) -> dict[str, Any]:
    if root.tag == "methodCall":
        raise Undecodable(SAVED_REQUEST)
    if root.tag != "methodResponse":
        raise Undecodable(f"expected <methodResponse> of {name}, found <{root.tag}>")
    fault = root.find("fault/value")
    if fault is not None:
        said = _value(fault)
        said = said if isinstance(said, Mapping) else {}
        raise Undecodable(f"the device answered with fault {said.get('faultCode')}: {said.get('faultString')}")
    value = root.find("params/param/value")
    members = _value(value) if value is not None else None
    if not isinstance(members, dict):
        raise Undecodable("expected a <struct> in the response, found none")
    return members


def _system_members(root: Element) -> dict[str, Any]:
    if root.tag == "methodResponse":
        raise Undecodable("expected system.xml with <system>, found <methodResponse>")
    return {child.tag: (child.text or "").strip() for child in root if not len(child)}


_SCALARS: Final[dict[str, Callable[[str], Any]]] = {
    "int": int,
    "i4": int,
    "i8": int,
    "boolean": lambda text: text.strip() in ("1", "true"),
    "double": float,
    "string": str,
    "base64": str,
    "dateTime.iso8601": lambda text: _date_time(text),
}


def _value(element: Element) -> Any:
    """One XML-RPC <value> as Python's own types."""
    if not len(element):
        return element.text or ""
    typed = element[0]
    if typed.tag == "struct":
        return {
            (member.findtext("name") or "").strip(): _value(value)
            for member in typed.findall("member")
            if (value := member.find("value")) is not None
        }
    if typed.tag == "array":
        return [_value(value) for value in typed.findall("data/value")]
    try:
        return _SCALARS[typed.tag](typed.text or "")
    except (KeyError, ValueError) as error:
        raise Undecodable(f"a <value> of type <{typed.tag}> cannot be read: {error}") from error


def _date_time(text: str) -> datetime:
    # The devices send their clock without a zone; it is kept as UTC.
    moment: datetime = datetime.strptime(xmlrpc.client.DateTime(text.strip()).value[:17], "%Y%m%dT%H:%M:%S").replace(
        tzinfo=UTC
    )
    return moment


def _scalars(members: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(members, Mapping):
        for key, value in members.items():
            yield from _scalars(value, f"{path}.{key}" if path else str(key))
    elif isinstance(members, list):
        for number, value in enumerate(members):
            yield from _scalars(value, f"{path}[{number}]")
    else:
        yield path, members


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _device_query(members: Mapping[str, Any]) -> _Values:
    found: _Values = [
        (key, members[member], member)
        for key, member in (
            ("device.model", "model"),
            ("device.serial", "serial"),
            ("device.software_version", "softwareVersion"),
            ("device.current_time", "currentTime"),
            ("device.restart_required", "rebootRequired"),
        )
        if member in members
    ]
    features = members.get("activatedFeatures")
    names = [_feature(feature) for feature in features] if isinstance(features, list) else []
    # An answer of unknown form gives no value; an empty list would say that there is no feature.
    if isinstance(features, list) and all(names):
        found.append(("device.features", names, "activatedFeatures"))
    return found


def _feature(feature: Any) -> str:
    if isinstance(feature, Mapping):
        return str(feature.get("feature", feature.get("name", feature.get("description", ""))))
    return str(feature)


def _network_query(members: Mapping[str, Any]) -> _Values:
    addresses: list[str] = []
    for port in ("portA", "portB"):
        facts = members.get(port)
        if isinstance(facts, Mapping) and _is_on(facts.get("enabled", True)):
            addresses += [
                str(facts[key])
                for key in ("ipv4Address", "ipv6Address")
                if facts.get(key) not in (None, "", "0.0.0.0", "::")  # noqa: S104
            ]
    return [("device.addresses", addresses, "portA")] if addresses else []


def _services_query(members: Mapping[str, Any]) -> _Values:
    """A service counts as on if it is effective on any port and IP version."""
    effective: dict[str, bool] = {}
    for port in members.get("ports", []):
        for service in port.get("services", []) if isinstance(port, Mapping) else []:
            if isinstance(service, Mapping) and "name" in service and "enabled" in service:
                name = str(service["name"]).strip().lower()
                effective[name] = effective.get(name, False) or _is_on(service["enabled"])
    return [(f"services.{name}", enabled, f"ports.{name}.enabled") for name, enabled in sorted(effective.items())]


def _is_on(value: Any) -> bool:
    """A tick box, given as a boolean, a number or a word."""
    return value not in (False, 0, "0", "false", "False", "", None)


def _feedback_receivers(members: Mapping[str, Any]) -> _Values:
    receivers = members.get("receivers")
    if not isinstance(receivers, list):
        return []
    uris = [
        str(receiver["receiverURI"])
        for receiver in receivers
        if isinstance(receiver, Mapping) and receiver.get("receiverURI")
    ]
    return [("feedback_receivers", uris, "receivers")]


def _system(members: Mapping[str, Any]) -> _Values:
    found: _Values = [
        (key, members[member], member)
        for key, member in (
            ("device.model", "model"),
            ("device.serial", "serial"),
            ("device.software_version", "softwareVersion"),
        )
        if members.get(member)
    ]
    return found


_READERS: Final[dict[str, Callable[[Mapping[str, Any]], _Values]]] = {
    "device.query": _device_query,
    "device.network.query": _network_query,
    "services.query": _services_query,
    "feedbackReceiver.query": _feedback_receivers,
    "system": _system,
}
