"""The settings that each saved response gives: every one of them is found, readable or with the reason why it is not.

A member that some versions of the API lack may be absent: `serial`, `currentTime`, `rebootRequired`,
`activatedFeatures`, and a service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mcuaudit.decode.keys import is_service, services_called
from mcuaudit.decode.xml_rpc import Nil, Unread, date_time, scalar_text
from mcuaudit.domain.likeness import alike, same_letters
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.errors import suggestion
from mcuaudit.system.toml_text import shown

Members = Mapping[str, Any]

_SYSTEM: Final = {
    "model": "device.model",
    "serial": "device.serial",
    "softwareVersion": "device.software_version",
}
_DEVICE: Final = {**_SYSTEM, "currentTime": "device.current_time", "rebootRequired": "device.restart_required"}
HOST_NAME: Final = "api.system.hostName"
_SERVICES: Final = tuple(key for key in SETTING_BY_KEY if key.startswith("services."))
_JUDGED: Final = ("services.http", "services.https", "services.sip_tcp", "services.sips_tcp")
"""The services without which a response of services.query cannot be understood whole."""
SETTINGS_OF_RESPONSE: Final[Mapping[str, tuple[str, ...]]] = {
    "device.query": (*_DEVICE.values(), "device.features"),
    "device.network.query": ("device.addresses",),
    "services.query": _SERVICES,
    "feedbackReceiver.query": ("feedback_receivers",),
    "system": (*_SYSTEM.values(), HOST_NAME),
}
"""The settings that a response gives; one that cannot be read damages them."""
_REQUIRED: Final = ("model", "softwareVersion")
"""The members of device.query and system.xml that every version has, and that decide whether a device is judged."""
_ADDRESSES: Final = ("ipv4Address", "ipAddress", "ipv6Address", "ipAddressV6")
_NO_ADDRESS: Final = ("", "0.0.0.0", "::", "::/0")  # noqa: S104
_OF_RECEIVER: Final = ("receiverURI", "sourceIdentifier", "index")
_KNOWN: Final = {
    *_DEVICE, *_ADDRESSES, *_OF_RECEIVER, "hostName", "activatedFeatures", "portA", "portB", "port", "ports",
    "services", "name", "type", "enabled", "setting", "receivers",
}  # fmt: skip
"""Members that mean what they are called: none is a misspelling of another."""
_FEATURE_NAMES: Final = ("feature", "name", "description")
_WORDS_ON: Final = {"1", "true", "yes", "on", "enabled"}
_WORDS_OFF: Final = {"0", "false", "no", "off", "disabled"}


@dataclass(frozen=True, slots=True)
class Found:
    """A setting in a response: its value, the member that people look for, and the paths that the value is made of."""

    key: str
    value: Any
    member: str
    paths: tuple[str, ...] = ()


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
    return next((other for other, marks in _MARKS.items() if all(mark in members for mark in marks)), "")


_MARKS: Final[Mapping[str, tuple[str, ...]]] = {
    "services.query": ("ports",),
    "feedbackReceiver.query": ("receivers",),
    "device.network.query": ("portA",),
    "device.query": _REQUIRED,
}
"""The members by which a response is known."""


def member(struct: Members, name: str) -> tuple[Any, str]:
    """The value of a member and the name under which it is there; None if it is not there.

    It is Unread if a member of nearly its name is there instead, or one that differs in case or punctuation beside it.
    """
    others = [other for other in struct if other != name and other not in _KNOWN]
    if name in struct:
        twice = any(same_letters(other, name) and struct[other] != struct[name] for other in others)
        return (Unread("the member is there twice") if twice else struct[name]), name
    near = next((other for other in others if alike(other, name)), None)
    if near is None:
        return (Unread("a member of the struct has no name") if "" in struct else None), name
    return Unread(f"unknown member.{suggestion(near, name)}"), near


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
    if isinstance(current, str) and current.strip():
        members = {**members, "currentTime": _time_in_text(current)}
    yield from _members(members, _DEVICE)
    features, path = member(members, "activatedFeatures")
    if isinstance(features, list):
        yield Found("device.features", *_of_list(features, path, _FEATURE_NAMES))
    elif features not in (None, ""):
        yield Found("device.features", _no_list(features), path, (path,))


def _time_in_text(text: str) -> Any:
    try:
        return date_time(text)
    except ValueError:
        return text


def _no_list(value: Any) -> Unread:
    return value if isinstance(value, Unread) else Unread(f"expected an array, found {_shown(value)}")


def _no_struct(value: Any) -> Unread:
    return value if isinstance(value, Unread) else Unread(f"expected a struct, found {_shown(value)}")


def _shown(value: Any) -> str:
    if isinstance(value, Nil):
        return "<nil/>"
    if isinstance(value, Mapping):
        return "a struct"
    return "an array" if isinstance(value, list) else "nothing" if value is None else shown(value)


def _of_list(entries: list[Any], path: str, names: tuple[str, ...]) -> tuple[list[Any], str, tuple[str, ...]]:
    """The value of the first of `names` in each struct of an array, or the entry itself if it is no struct."""
    values: list[Any] = []
    paths: list[str] = []
    for number, entry in enumerate(entries):
        name = next((name for name in names if name in entry), None) if isinstance(entry, Mapping) else ""
        value = (entry[name] if name else entry) if name is not None else Unread(f"expected a member {names[0]}")
        values.append(value if isinstance(value, Unread | Nil) else scalar_text(value))
        paths.append(f"{path}[{number}].{name}" if name else f"{path}[{number}]")
    return values, path, tuple(paths)


def is_on(value: Any) -> bool | Unread:
    """A tick box, given as a boolean, a number or a word."""
    if isinstance(value, Unread):
        return value
    word = scalar_text(value).strip().casefold()
    if word in _WORDS_ON | _WORDS_OFF:
        return word in _WORDS_ON
    return Unread(f"expected 0 or 1, found {_shown(value)}")


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
        enabled = is_on(_enabled_of_port(facts)) if isinstance(facts, Mapping) else _no_struct(facts)
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


@dataclass(slots=True)
class _Services:
    """By the name of a service: its states, the members that give them, the first that cannot be read.

    Attributes:
        doubts: what cannot be read and may be about any service, with its path.
        unknown: paths and names of services that are not known.
    """

    states: dict[str, list[bool | Unread]] = field(default_factory=dict)
    paths: dict[str, list[str]] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    doubts: list[tuple[str, Unread]] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)


def _services_query(members: Members) -> Iterator[Found]:
    """A service is on if it is effective (`enabled`) on any port and IP version, whatever is wanted (`setting`)."""
    read = _Services()
    for path, service in _services(members):
        _read_service(read, path, service)
    listed = {f"services.{name}" for name in read.states}
    if not read.doubts and not listed.issuperset(_JUDGED) and (read.unknown or listed.isdisjoint(_JUDGED)):
        path, name = read.unknown[0] if read.unknown else ("ports", "")
        names = ", ".join(key.removeprefix("services.") for key in _SERVICES)
        said = f"unknown service {shown(name)}" if name else "the response lists no service that is known"
        read.doubts.append((path, Unread(f"{said}. The services are {names}; save the response again")))
    for name, states in sorted(read.states.items()):
        unread = next((state for state in states if isinstance(state, Unread)), None)
        if not unread and read.doubts and not read.unknown:
            # An entry without a name that can be read may be of this service, on another port.
            unread = read.doubts[0][1]
        value = True if True in states else unread or False
        where = read.unread.get(name, f"ports.{name}.enabled") if isinstance(value, Unread) else f"ports.{name}.enabled"
        yield Found(f"services.{name}", value, where, tuple(read.paths.get(name, ())))
    if read.doubts:
        where, reason = read.doubts[0]
        yield from (Found(key, reason, where) for key in _SERVICES if key not in listed)


def _read_service(read: _Services, path: str, service: Any) -> None:
    """Add one entry to what was read."""
    if not isinstance(service, Mapping):
        read.doubts.append((path, _no_struct(service)))
        return
    name, at = member(service, "name")
    if not isinstance(name, str) or not name.strip():
        reason = name if isinstance(name, Unread) else Unread(f"expected the name of a service, found {_shown(name)}")
        read.doubts.append((f"{path}.{at}", reason))
        return
    name = name.strip().lower()
    state, at_state = _state(service)
    near = _services_near(name)
    if near:
        state, at_state = Unread(f"unknown service.{suggestion(name, *near)}"), at
    elif not is_service(name):
        read.unknown.append((f"{path}.{at}", name))
    for one in near or (name,):
        read.states.setdefault(one, []).append(state)
        if at_state == "enabled":
            read.paths.setdefault(one, []).append(f"{path}.enabled")
        if isinstance(state, Unread):
            read.unread.setdefault(one, f"{path}.{at_state}".removesuffix("."))


def _services_near(name: str) -> tuple[str, ...]:
    """The services that an unknown name may mean, by its letters or as another word; none for a known name."""
    if is_service(name):
        return ()
    names = (key.removeprefix("services.") for key in _SERVICES)
    return tuple(one for one in names if alike(name, one)) or services_called(name)


def _state(service: Members) -> tuple[bool | Unread, str]:
    """Whether a service is on, and the member that says so; "" if there is none."""
    enabled, at = member(service, "enabled")
    if enabled is not None:
        return is_on(enabled), at
    setting, at = member(service, "setting")
    if setting is not None and is_on(setting) is False:
        return False, at
    return Unread("the service has no member enabled, which says whether it is on; save the response again"), ""


def _services(members: Members) -> Iterator[tuple[str, Any]]:
    """Each service with its path; Unread in the place of another value."""
    ports, at = member(members, "ports")
    if not isinstance(ports, list):
        yield at, Unread("the response has no member ports; save it again") if ports is None else _no_list(ports)
        return
    for number, port in enumerate(ports):
        path = f"{at}[{number}]"
        services, below = member(port, "services") if isinstance(port, Mapping) else (_no_struct(port), "")
        if isinstance(services, list):
            yield from ((f"{path}.{below}[{place}]", service) for place, service in enumerate(services))
        elif services is None:
            yield path, Unread("expected a member services")
        else:
            yield f"{path}.{below}" if below else path, _no_list(services)


def _feedback_receivers(members: Members) -> Iterator[Found]:
    receivers, at = member(members, "receivers")
    if not isinstance(receivers, list):
        reason = Unread("the response has no member receivers; save it again") if receivers is None else None
        yield Found("feedback_receivers", reason or _no_list(receivers), at, (at,))
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
        return ("" if _only(entry, _OF_RECEIVER) else Unread("expected a member receiverURI")), at
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
    "services.query": _services_query,
    "feedbackReceiver.query": _feedback_receivers,
    "system": _system,
}
