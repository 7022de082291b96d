"""Saved responses of a device: the settings in them, and all other members under ``api.NAME``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mcuaudit.decode.records import DamagedSetting, DecodedSetting, DecodedSettings, Problem, SettingsPart
from mcuaudit.decode.values import ReadValue, read_value
from mcuaudit.decode.xml_rpc import (
    HEADERS,
    Unread,
    date_time,
    response_members,
    root_of,
    scalar_text,
    scalars,
    system_members,
    without_headers,
)
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.system.toml_text import shown

_PASSWORD_WORDS: Final = frozenset({"password", "passwd", "passphrase", "pin", "pins", "secret", "token"})
_SECRET_WORDS: Final = _PASSWORD_WORDS | {"key", "keys"}
_OF_LICENCE: Final = re.compile(
    r"(?:^|\W)(?:activatedFeatures|\w*licen[cs]es?)(?:\[\d+\])*\.keys?(?:\[\d+\])*$"
    r"|licen[cs]es?_?keys?(?:\[\d+\])*(?:\.\w+)?$",
    re.IGNORECASE,
)
"""The member of a licence or feature that has its key, or a member that is named as one: licenceKeys[0]."""
_LICENCE_KEY = re.compile(r"[0-9A-Z]{4,6}(-[0-9A-Z]{4,6}){3,}")
_IS_SECRET: Final = "licence key or password. Remove it"
_WORDS_ON = {"1", "true", "yes", "on", "enabled"}
_WORDS_OFF = {"0", "false", "no", "off", "disabled", ""}


@dataclass(frozen=True, slots=True)
class _Found:
    """A setting in a response: its value, the member that people look for, and the paths that the value is made of."""

    key: str
    value: Any
    member: str
    paths: tuple[str, ...] = ()


def decode_response(data: bytes, name: str) -> DecodedSettings:
    """The settings in one saved response; `name` is that of the file, such as ``device.query``.

    Members that give no setting are kept under ``api.NAME.path``, at every depth; licence keys and passwords are not,
    nor are the conferences and participants that an ``enumerate`` lists.

    Raises:
        Undecodable: not a response: other XML, a fault, a saved request, or not XML.
    """
    root = root_of(data)
    members = system_members(root) if name == "system" else response_members(root, name)
    known = list(_READERS[name](members)) if name in _READERS else []
    values: list[DecodedSetting] = []
    damaged: list[DamagedSetting] = []
    problems: list[Problem] = []
    if b"HTTP/" in data[: len(data) - len(without_headers(data))]:
        problems.append(Problem("unrecognised", "line 1", HEADERS))
    # A value that cannot be read is one problem, at its own path.
    unread = {scalar.reason for _, scalar in scalars(members) if isinstance(scalar, Unread)}
    for found in known:
        read = _read(found)
        problems += [Problem("unreadable", found.member, reason) for reason in read.reasons if reason not in unread]
        if read.text is None:
            damaged.append(DamagedSetting(found.key, found.member, read.reasons[0]))
        else:
            values.append(DecodedSetting(found.key, read.text, found.member, bool(read.reasons)))
    used = {path for found in known for path in found.paths}
    for path, scalar in scalars(members):
        if secret := _kind_of_secret(path, scalar):
            problems.append(Problem(secret, path, _IS_SECRET))
        elif isinstance(scalar, Unread):
            problems.append(Problem("unreadable", path, scalar.reason))
        elif path not in used and not name.endswith(".enumerate"):
            values.append(DecodedSetting(f"api.{name}.{path}", scalar_text(scalar), path))
    return DecodedSettings((SettingsPart("", tuple(values), tuple(damaged)),), tuple(problems))


def _read(found: _Found) -> ReadValue:
    """The value in the form of the frames; of a list, what can be read."""
    if isinstance(found.value, Unread):
        return ReadValue(None, (found.value.reason,))
    setting = SETTING_BY_KEY.get(found.key)
    if not isinstance(found.value, list):
        return read_value(setting, found.value) if setting else ReadValue(scalar_text(found.value))
    unread = tuple(dict.fromkeys(entry.reason for entry in found.value if isinstance(entry, Unread)))
    good = [entry for entry in found.value if not isinstance(entry, Unread)]
    read = read_value(SETTING_BY_KEY[found.key], good)
    return ReadValue(read.text if good or not unread else None, (*read.reasons, *unread))


def _kind_of_secret(path: str, value: Any) -> str:
    """secret for a password or key, by the name of a member above it; licence for a licence key, by its name or form.

    "" for all else; names of licences and features are none.
    """
    if value == "":
        return ""
    words = {word.casefold() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", path)}
    if not words.isdisjoint(_SECRET_WORDS):
        return "licence" if words.isdisjoint(_PASSWORD_WORDS) and _OF_LICENCE.search(path) else "secret"
    named = re.search(r"(^|\W)licen[cs]es?$", path, re.IGNORECASE) and not path.startswith("activated")
    formed = isinstance(value, str) and _LICENCE_KEY.fullmatch(value.strip())
    return "licence" if named or formed else ""


def _is_on(value: Any) -> bool | Unread:
    """A tick box, given as a boolean, a number or a word."""
    if isinstance(value, Unread):
        return value
    word = scalar_text(value).strip().casefold()
    if word in _WORDS_ON | _WORDS_OFF:
        return word in _WORDS_ON
    return Unread(f'expected 0 or 1, found "{word[:80]}"')


def _members(members: Mapping[str, Any], settings: Mapping[str, str]) -> Iterator[_Found]:
    """Members that are settings as they stand; an empty one says nothing."""
    for member, key in settings.items():
        if members.get(member, "") != "":
            yield _Found(key, members[member], member, (member,))


def _device_query(members: Mapping[str, Any]) -> Iterator[_Found]:
    named = {
        "model": "device.model",
        "serial": "device.serial",
        "softwareVersion": "device.software_version",
        "currentTime": "device.current_time",
        "rebootRequired": "device.restart_required",
    }
    current = members.get("currentTime")
    if isinstance(current, str) and current.strip():
        members = {**members, "currentTime": _time_in_text(current)}
    yield from _members(members, named)
    features = members.get("activatedFeatures")
    if isinstance(features, list):
        yield _Found("device.features", *_of_list(features, "activatedFeatures", _FEATURE_NAMES))
    elif features not in (None, ""):
        yield _Found("device.features", _no_list(features), "activatedFeatures", ("activatedFeatures",))


_FEATURE_NAMES = ("feature", "name", "description")


def _time_in_text(text: str) -> Any:
    try:
        return date_time(text)
    except ValueError:
        return text


def _no_list(value: Any) -> Unread:
    return value if isinstance(value, Unread) else Unread(f"expected an array, found {shown(value)}")


def _of_list(entries: list[Any], member: str, names: tuple[str, ...]) -> tuple[list[Any], str, tuple[str, ...]]:
    """The value of the first of `names` in each struct of an array, or the entry itself if it is no struct."""
    values: list[Any] = []
    paths: list[str] = []
    for number, entry in enumerate(entries):
        name = next((name for name in names if name in entry), None) if isinstance(entry, Mapping) else ""
        path = f"{member}[{number}].{name}" if name else f"{member}[{number}]"
        value = (entry[name] if name else entry) if name is not None else Unread(f"expected a member {names[0]}")
        values.append(value if isinstance(value, Unread) else scalar_text(value))
        paths.append(path)
    return values, member, tuple(paths)


def _network_query(members: Mapping[str, Any]) -> Iterator[_Found]:
    """The addresses of the enabled ports; the names ipAddress and ipAddressV6 are older than API 2.8."""
    addresses: list[Any] = []
    paths: list[str] = []
    for port, facts in members.items():
        if port not in ("portA", "portB"):
            continue
        enabled = _is_on(facts.get("enabled", True)) if isinstance(facts, Mapping) else _no_struct(facts)
        if isinstance(enabled, Unread):
            addresses.append(enabled)
        elif enabled:
            for member in ("ipv4Address", "ipAddress", "ipv6Address", "ipAddressV6"):
                value = facts.get(member, "")
                if value not in ("", "0.0.0.0", "::", "::/0"):  # noqa: S104
                    addresses.append(value)
                    paths.append(f"{port}.{member}")
    if addresses:
        yield _Found("device.addresses", addresses, paths[0].partition(".")[0] if paths else "portA", tuple(paths))


def _no_struct(value: Any) -> Unread:
    return value if isinstance(value, Unread) else Unread(f"expected a struct, found {shown(value)}")


def _services_query(members: Mapping[str, Any]) -> Iterator[_Found]:
    """A service is on if it is effective (`enabled`) on any port and IP version, whatever is wanted (`setting`)."""
    effective: dict[str, list[bool | Unread]] = {}
    paths: dict[str, list[str]] = {}
    for path, service in _services(members):
        if not isinstance(service.get("name"), str):
            continue
        name = service["name"].strip().lower()
        if "enabled" in service:
            paths.setdefault(name, []).append(f"{path}.enabled")
            effective.setdefault(name, []).append(_is_on(service["enabled"]))
        elif _is_on(service.get("setting", True)) is False:
            effective.setdefault(name, []).append(False)
    for name, states in sorted(effective.items()):
        unread = next((state for state in states if isinstance(state, Unread)), None)
        value = True if True in states else unread or False
        yield _Found(f"services.{name}", value, f"ports.{name}.enabled", tuple(paths.get(name, ())))


def _services(members: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each service with its path; arrays of another form have none."""
    ports = members.get("ports")
    for number, port in enumerate(ports if isinstance(ports, list) else ()):
        services = port.get("services") if isinstance(port, Mapping) else None
        for place, service in enumerate(services if isinstance(services, list) else ()):
            if isinstance(service, Mapping):
                yield f"ports[{number}].services[{place}]", service


def _feedback_receivers(members: Mapping[str, Any]) -> Iterator[_Found]:
    receivers = members.get("receivers")
    if isinstance(receivers, list):
        # A receiver without an address is an entry that is not in use.
        used = [entry for entry in receivers if not isinstance(entry, Mapping) or entry.get("receiverURI", "") != ""]
        value, member, _ = _of_list(used, "receivers", ("receiverURI",))
        paths = tuple(f"receivers[{number}].receiverURI" for number in range(len(receivers)))
        yield _Found("feedback_receivers", value, member, paths)
    elif receivers not in (None, ""):
        yield _Found("feedback_receivers", _no_list(receivers), "receivers", ("receivers",))


def _system(members: Mapping[str, Any]) -> Iterator[_Found]:
    yield from _members(
        members, {"model": "device.model", "serial": "device.serial", "softwareVersion": "device.software_version"}
    )


_READERS: Final[dict[str, Callable[[Mapping[str, Any]], Iterator[_Found]]]] = {
    "device.query": _device_query,
    "device.network.query": _network_query,
    "services.query": _services_query,
    "feedbackReceiver.query": _feedback_receivers,
    "system": _system,
}
