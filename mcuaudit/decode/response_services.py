"""The services in a saved response of services.query: each on, off, or unread with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mcuaudit.decode.keys import is_service, services_called
from mcuaudit.decode.response_members import Found, Members, is_on, member, no_list, no_struct, shown_value
from mcuaudit.decode.xml_rpc import Unread
from mcuaudit.domain.likeness import alike
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.errors import suggestion
from mcuaudit.system.toml_text import shown

SERVICES: Final = tuple(key for key in SETTING_BY_KEY if key.startswith("services."))
_JUDGED: Final = ("services.http", "services.https", "services.sip_tcp", "services.sips_tcp")
"""The services without which a response of services.query cannot be understood whole."""


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


def services_query(members: Members) -> Iterator[Found]:
    """A service is on if it is effective (`enabled`) on any port and IP version, whatever is wanted (`setting`)."""
    read = _Services()
    for path, service in _services(members):
        _read_service(read, path, service)
    listed = {f"services.{name}" for name in read.states}
    if not listed.issuperset(_JUDGED) and (read.unknown or listed.isdisjoint(_JUDGED)):
        path, name = read.unknown[0] if read.unknown else ("ports", "")
        names = ", ".join(key.removeprefix("services.") for key in SERVICES)
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
        yield from (Found(key, reason, where) for key in SERVICES if key not in listed)


def _read_service(read: _Services, path: str, service: Any) -> None:
    """Add one entry to what was read."""
    if not isinstance(service, Mapping):
        read.doubts.append((path, no_struct(service)))
        return
    name, at = member(service, "name")
    if not isinstance(name, str) or not name.strip():
        reason = (
            name if isinstance(name, Unread) else Unread(f"expected the name of a service, found {shown_value(name)}")
        )
        read.doubts.append((f"{path}.{at}", reason))
        return
    name = name.strip().lower()
    state, at_state = _state(service)
    near = () if is_service(name) else _services_near(name)
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
    """The services that an unknown name may mean, by its letters or as another word."""
    names = (key.removeprefix("services.") for key in SERVICES)
    return tuple(one for one in names if alike(name, one)) or services_called(name)


def _state(service: Members) -> tuple[bool | Unread, str]:
    """Whether a service is on, and the member that says so; "" if there is none."""
    enabled, at = member(service, "enabled")
    if enabled is not None:
        return is_on(enabled), at
    setting, at = member(service, "setting")
    if is_on(setting) is False:
        return False, at
    return Unread("the service has no member enabled, which says whether it is on; save the response again"), ""


def _services(members: Members) -> Iterator[tuple[str, Any]]:
    """Each service with its path; Unread in the place of another value."""
    ports, at = member(members, "ports")
    if not isinstance(ports, list):
        yield at, Unread("the response has no member ports; save it again") if ports is None else no_list(ports)
        return
    for number, port in enumerate(ports):
        path = f"{at}[{number}]"
        services, below = member(port, "services") if isinstance(port, Mapping) else (no_struct(port), "")
        if isinstance(services, list):
            yield from ((f"{path}.{below}[{place}]", service) for place, service in enumerate(services))
        elif services is None:
            yield path, Unread("expected a member services")
        else:
            yield f"{path}.{below}" if below else path, no_list(services)
