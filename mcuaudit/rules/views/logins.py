"""The view of logins with certificates: whether there are any, by which names, and how many ways in are left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.ocsp import asks_ocsp
from mcuaudit.devices.users import certificate_logs_in, passwords_refused, users
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.outcome import Outcome
from mcuaudit.predict.ways import Way
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import integer, text, time, yes_no, yes_no_open
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.ocsp_servers import never_answered
from mcuaudit.rules.views.table import Table, yes_no_of
from mcuaudit.rules.views.undecided import login_evidence
from mcuaudit.rules.views.words import some_of

DEFAULT_USERS: Final = ("admin", "guest")
_COUNTED: Final = ("ways_in", "way_in", "way_in_ends", "undetermined_ways", "readings", "missing_evidence")


@view(
    "device",
    of_view(devices),
    yes_no_open("certificate_login", "The CN of a client certificate can log a user in; open if that is not known."),
    text("certificate_login_evidence", "The setting that would say so; missing unless `certificate_login` is open."),
    yes_no("passwords_refused", "Only certificates log in."),
    text("default_users", "Users with the names that every MCU has by default, in words; empty if there are none."),
    yes_no("administered", "An administrator can log in."),
    integer("ways_in", "Certificates that let an administrator in where passwords are refused; missing if none does."),
    text("way_in", "Peers that have these certificates, in words."),
    time("way_in_ends", "When the last of these certificates expires."),
    integer("undetermined_ways", "Web users whose login is undetermined; missing if there are none."),
    text("readings", "Readings that the first of these depends on."),
    text("missing_evidence", "File or key that would settle the first of these."),
)
def logins(views: Views) -> Table:
    """One row per device, with how users log in.

    `certificate_login` is yes where the CN of a client certificate can log a user in, open where that is not known.
    `administered` is yes where an administrator can log in; `ways_in` counts the certificates that let one in where
    passwords are refused, `way_in` names their holders, and `undetermined_ways` counts the undetermined ones.
    """
    found = views.table("devices")
    records = views.devices_of(found)
    ways, administration = _ways_in(views, records), views.source("administration")
    passes = {device_id for device_id, outcome in administration.each("device_id", "outcome") if outcome == "pass"}
    logins_by_certificate = certificate_logins(views, records)
    return found.adding(
        certificate_login=logins_by_certificate,
        certificate_login_evidence=[
            login_evidence(device) if login == Answer.OPEN.value else None
            for device, login in zip(records, logins_by_certificate, strict=True)
        ],
        passwords_refused=yes_no_of(passwords_refused(device) for device in records),
        default_users=[_default_users(device) for device in records],
        administered=yes_no_of(device_id in passes for device_id in found["device_id"]),
        **{name: [ways.get(device_id, {}).get(name) for device_id in found["device_id"]] for name in _COUNTED},
    )


def certificate_logins(views: Views, devices: Iterable[Device]) -> list[str]:
    """Whether a client certificate logs a user in to each device; no as well where OCSP rejects every client."""
    unanswered = never_answered(views)
    answers = [(device, certificate_logs_in(device)) for device in devices]
    return [
        Answer.NO.value if device.device_id in unanswered and asks_ocsp(device) is Answer.YES else one.value
        for device, one in answers
    ]


def _default_users(device: Device) -> str | None:
    known = users(device)
    return None if known is None else " and ".join(sorted(set(known) & set(DEFAULT_USERS)))


def _ways_in(views: Views, devices: Iterable[Device]) -> dict[str, dict[str, Any]]:
    """By device where passwords are refused: the columns about the certificates by which an administrator logs in."""
    return {
        device.device_id: _counted([way for way in views.prediction.ways.get(device.device_id, ()) if way.peer])
        for device in devices
        if passwords_refused(device)
    }


def _counted(ways: list[Way]) -> dict[str, Any]:
    """The columns about ways by a certificate: those that work, and those that are undetermined."""
    columns: dict[str, Any] = {}
    works = [way.peer for way in ways if way.peer and way.verdict.outcome is Outcome.PASS]
    certificates = {peer.certificate.sha256: peer.certificate for peer in works if peer.certificate}
    if certificates:
        columns |= {
            "ways_in": len(certificates),
            "way_in": some_of(peer.name for peer in works),
            "way_in_ends": max(certificate.not_after for certificate in certificates.values()),
        }
    undetermined = [way.verdict for way in ways if way.verdict.outcome is Outcome.OPEN]
    if undetermined:
        columns |= {
            "undetermined_ways": len(undetermined),
            "readings": next((" ".join(verdict.readings) for verdict in undetermined if verdict.readings), None),
            "missing_evidence": next((item.missing_evidence for item in undetermined if item.missing_evidence), None),
        }
    return columns
