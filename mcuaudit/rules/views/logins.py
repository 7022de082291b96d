"""The view of logins with certificates: whether there are any, by which names, and how many ways in are left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.users import administrators, all_among, certificate_logs_in, passwords_refused
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.name_lists import split_names
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import integer, text, time, yes_no, yes_no_open
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.table import Table, yes_no_of
from mcuaudit.rules.views.words import some_of

DEFAULT_USERS: Final = ("admin", "guest")
_COUNTED: Final = ("ways_in", "way_in", "way_in_ends", "doubtful_ways", "readings", "missing_evidence")
_WAYS: Final = ["device_id", "peer", "mcu_outcome", "peer_certificate", "readings", "missing_evidence"]


@view(
    "device",
    of_view(devices),
    yes_no_open("certificate_login", "The CN of a client certificate can log a user in; open if that is not known."),
    yes_no("passwords_refused", "Only certificates log in."),
    text("default_users", "Users with the names that every MCU has by default, in words; empty if there are none."),
    yes_no("administered", "An administrator can log in."),
    integer("ways_in", "Certificates that let an administrator in where passwords are refused; missing if none does."),
    text("way_in", "Peers that have these certificates, in words."),
    time("way_in_ends", "When the last of these certificates expires."),
    integer("doubtful_ways", "Web users whose login is undetermined; missing if there are none."),
    text("readings", "Readings that the first of these rests on."),
    text("missing_evidence", "File or key that would settle the first of these."),
)
def logins(views: Views) -> Table:
    """One row per device, with how users log in.

    `certificate_login` is yes where the CN of a client certificate can log a user in, open where that is not known.
    `administered` is yes where an administrator can log in; `ways_in` counts the certificates that let one in where
    passwords are refused, `way_in` names their holders, and `doubtful_ways` counts the undetermined ones.
    """
    found = views.table("devices")
    records = views.devices_of(found)
    ways, administration = _ways_in(views, records), views.source("administration")
    passes = {device_id for device_id, outcome in administration.each("device_id", "outcome") if outcome == "pass"}
    return found.adding(
        certificate_login=[certificate_logs_in(device).value for device in records],
        passwords_refused=yes_no_of(passwords_refused(device) for device in records),
        default_users=[None if users is None else _default_users(users) for users in found["users"]],
        administered=yes_no_of(device_id in passes for device_id in found["device_id"]),
        **{name: [ways.get(device_id, {}).get(name) for device_id in found["device_id"]] for name in _COUNTED},
    )


def _default_users(users: str) -> str:
    names = (word.rpartition(":")[0] for word in split_names(users))
    return " and ".join(sorted(set(names) & set(DEFAULT_USERS)))


def _ways_in(views: Views, devices: Iterable[Device]) -> dict[str, dict[str, Any]]:
    """By device where passwords are refused: the columns about the certificates by which an administrator logs in."""
    strict = {device.device_id: administrators(device) or () for device in devices if passwords_refused(device)}
    works: dict[str, list[dict[str, Any]]] = {}
    doubtful: dict[str, list[dict[str, Any]]] = {}
    certificates = views.source("certificates") if strict else None
    names = certificates.mapped("certificate", "common_names") if certificates else {}
    ends = certificates.mapped("certificate", "not_after") if certificates else {}
    for values in views.source("connections").each("connection_type", *_WAYS) if strict else ():
        way = dict(zip(("connection_type", *_WAYS), values, strict=True))
        if way["connection_type"] != ConnectionType.WEB_USER or way["device_id"] not in strict:
            continue
        certificate = way["peer_certificate"]
        common_names = split_names(names.get(certificate) or "")
        if way["mcu_outcome"] == "pass" and all_among(common_names, strict[way["device_id"]]) is Answer.YES:
            works.setdefault(way["device_id"], []).append(way | {"end": ends.get(certificate)})
        elif way["mcu_outcome"] == "open":
            doubtful.setdefault(way["device_id"], []).append(way)
    ways: dict[str, dict[str, Any]] = {device_id: {} for device_id in (*works, *doubtful)}
    for device_id, found_ways in works.items():
        ways[device_id] |= {
            "ways_in": len({way["peer_certificate"] for way in found_ways}),
            "way_in": some_of(way["peer"] for way in found_ways),
            "way_in_ends": max(way["end"] for way in found_ways),
        }
    for device_id, found_ways in doubtful.items():
        ways[device_id] |= {
            "doubtful_ways": len(found_ways),
            **{name: _first(way[name] for way in found_ways) for name in ("readings", "missing_evidence")},
        }
    return ways


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value is not None), None)
