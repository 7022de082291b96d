"""The settings that each saved response gives: every one of them is found, readable or with the reason why it is not.

A member that some versions of the API lack may be absent: `serial`, `currentTime`, `rebootRequired`,
`activatedFeatures`, and a service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from mcuaudit.decode.response_members import Found, Members, is_on, member, no_list, no_struct
from mcuaudit.decode.response_services import SERVICES, services_query
from mcuaudit.decode.xml_rpc import Nil, Unread, date_time, scalar_text

_SYSTEM: Final = {
    "model": "device.model",
    "serial": "device.serial",
    "softwareVersion": "device.software_version",
}
_DEVICE: Final = {**_SYSTEM, "currentTime": "device.current_time", "rebootRequired": "device.restart_required"}
HOST_NAME: Final = "api.system.hostName"
SETTINGS_OF_RESPONSE: Final[Mapping[str, tuple[str, ...]]] = {
    "device.query": (*_DEVICE.values(), "device.features"),
    "device.network.query": ("device.addresses",),
    "services.query": SERVICES,
    "feedbackReceiver.query": ("feedback_receivers",),
    "system": (*_SYSTEM.values(), HOST_NAME),
}
"""The settings that a response gives; one that cannot be read damages them."""
_REQUIRED: Final = ("model", "softwareVersion")
"""The members of device.query and system.xml that every version has, and that decide whether a device is evaluated."""
_ADDRESSES: Final = ("ipv4Address", "ipAddress", "ipv6Address", "ipAddressV6")
_NO_ADDRESS: Final = ("", "0.0.0.0", "::", "::/0")  # noqa: S104
_BESIDE_THE_URI: Final = ("sourceIdentifier", "index")
_FEATURE_NAMES: Final = ("feature", "name", "description")


def found_in(name: str, members: Members) -> list[Found]:
    """The settings of a response of that name; none for a call that gives none."""
    reader = READERS.get(name)
    return list(reader(members)) if reader else []


def settings_of_two(name: str, other: str) -> list[Found]:
    """The settings of the response that a file has the name of, and of the one that it holds: none can be used."""
    keys = (*SETTINGS_OF_RESPONSE.get(name, ()), *SETTINGS_OF_RESPONSE[other])
    reason = f"expected the response of {name}, found that of {other}; name the file {other}.xml"
    return [Found(key, Unread(reason), "") for key in dict.fromkeys(keys)]


def other_response(name: str, members: Members) -> str:
    """The response that these are the members of, if it is another than that of the name; "" if it is not known."""
    if any(mark in members for mark in _MARKS.get(name, ())):
        return ""
    return response_with(members)


def response_with(members: Members) -> str:
    """The response that these are the members of; "" if it is not known."""
    return next((name for name, marks in _MARKS.items() if all(mark in members for mark in marks)), "")


_MARKS: Final[Mapping[str, tuple[str, ...]]] = {
    "services.query": ("ports",),
    "feedbackReceiver.query": ("receivers",),
    "device.network.query": ("portA",),
    "device.query": _REQUIRED,
}
"""The members by which a response is known."""


def _members(members: Members, settings: Mapping[str, str]) -> Iterator[Found]:
    """Members that are settings as they stand."""
    for name, key in settings.items():
        value, path = member(members, name)
        if value is None:
            if name in _REQUIRED:
                yield Found(key, Unread(f"the response has no member {name}; save it again"), name)
        elif value == "":
            yield Found(key, Unread("expected a value, found none"), path, (path,))
        else:
            yield Found(key, value, path, (path,))


def _device_query(members: Members) -> Iterator[Found]:
    current = members.get("currentTime")
    if isinstance(current, str):
        members = {**members, "currentTime": _time_in_text(current)}
    yield from _members(members, _DEVICE)
    features, path = member(members, "activatedFeatures")
    if isinstance(features, list):
        yield Found("device.features", *_of_list(features, path, _FEATURE_NAMES))
    elif features not in (None, ""):
        yield Found("device.features", no_list(features), path, (path,))


def _time_in_text(text: str) -> Any:
    try:
        return date_time(text)
    except ValueError:
        return text


def _of_list(entries: list[Any], path: str, names: tuple[str, ...]) -> tuple[list[Any], str, tuple[str, ...]]:
    """The value of the first of `names` in each struct of an array, or the entry itself if it is no struct."""
    values: list[Any] = []
    paths: list[str] = []
    for number, entry in enumerate(entries):
        name = next((name for name in names if name in entry), None) if isinstance(entry, Mapping) else ""
        value = (entry[name] if name else entry) if name is not None else Unread(f"expected a member {names[0]}")
        paths.append(f"{path}[{number}].{name}" if name else f"{path}[{number}]")
        # An entry without a text is the answer of the device itself, and there is nothing to correct.
        if not isinstance(value, str) or value.strip():
            values.append(value if isinstance(value, Unread | Nil) else scalar_text(value))
    return values, path, tuple(paths)


def _network_query(members: Members) -> Iterator[Found]:
    """The addresses of the enabled ports; the names ipAddress and ipAddressV6 are older than API 2.8."""
    addresses: list[Any] = []
    paths: list[str] = []
    where = ""
    for name in ("portA", "portB"):
        facts, port = member(members, name)
        if facts is None:
            continue
        where = where or port
        enabled = is_on(_enabled_of_port(facts)) if isinstance(facts, Mapping) else no_struct(facts)
        if isinstance(enabled, Unread):
            addresses.append(enabled)
        elif enabled:
            found = [one for one in (member(facts, address) for address in _ADDRESSES) if one[0] is not None]
            used = [(value, path) for value, path in found if value not in _NO_ADDRESS]
            addresses += [value for value, _ in used] if found else [Unread("expected a member ipv4Address")]
            paths += [f"{port}.{path}" for _, path in used]
    if not addresses:
        addresses = [Unread("the response has no address of an enabled port")]
    yield Found("device.addresses", addresses, where or "portA", tuple(paths))


def _enabled_of_port(facts: Members) -> Any:
    enabled, _ = member(facts, "enabled")
    return True if enabled is None else enabled


def _feedback_receivers(members: Members) -> Iterator[Found]:
    receivers, at = member(members, "receivers")
    if not isinstance(receivers, list):
        reason = Unread("the response has no member receivers; save it again") if receivers is None else None
        yield Found("feedback_receivers", reason or no_list(receivers), at, (at,))
        return
    values, paths, unread = [], [], ""
    for number, entry in enumerate(receivers):
        value, below = _receiver(entry)
        paths.append(f"{at}[{number}]{below and f'.{below}'}")
        if isinstance(value, Unread):
            unread = unread or paths[-1]
        if value != "":
            values.append(value)
    yield Found("feedback_receivers", values, unread or at, tuple(paths))


def _receiver(entry: Any) -> tuple[Any, str]:
    """The address of a receiver; "" for an entry that is not in use, which has none."""
    if not isinstance(entry, Mapping):
        return (entry if isinstance(entry, Unread | Nil) else scalar_text(entry)), ""
    value, at = member(entry, "receiverURI")
    if value is None:
        return ("" if _only(entry, _BESIDE_THE_URI) else Unread("expected a member receiverURI")), at
    return (value if isinstance(value, Unread | Nil) else scalar_text(value)), at


def _only(entry: Members, names: Iterable[str]) -> bool:
    return set(entry) <= set(names)


def _system(members: Members) -> Iterator[Found]:
    yield from _members(members, _SYSTEM)
    host, at = member(members, "hostName")
    if isinstance(host, Unread):
        yield Found(HOST_NAME, host, at, (at,))


READERS: Final[dict[str, Callable[[Members], Iterator[Found]]]] = {
    "device.query": _device_query,
    "device.network.query": _network_query,
    "services.query": services_query,
    "feedbackReceiver.query": _feedback_receivers,
    "system": _system,
}
