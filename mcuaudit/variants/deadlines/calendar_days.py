"""The days on which public CAs leave clientAuth out, for the certificates of a fleet that MCU115 reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from mcuaudit.devices.client_auth_calendar import CHROME, withdrawal_of
from mcuaudit.domain.certificate import SERVER_AUTH, Certificate
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.frames.containers import Audit
from mcuaudit.variants.deadlines.certificate_places import combined, places_of
from mcuaudit.variants.deadlines.judging import FleetJudge
from mcuaudit.variants.deadlines.passing_time import PassingTime

_RULE: Final = "MCU115"
_NOTHING_ENDS: Final = dict.fromkeys(
    (
        "connections", "logins", "locked_out", "undetermined", "maybe_locked_out", "earlier", "undetermined_before",
        "begin",
        "begun_before",
    ),
    0,
) | {"connection_ids": "", "locked_out_devices": ""}  # fmt: skip


def calendar_days(
    audit: Audit, judge: FleetJudge, time: PassingTime, devices: Collection[str]
) -> Iterator[dict[str, Any]]:
    """The rows of the frame `deadlines` for these days: nothing ends then; a later renewal lacks clientAuth."""
    findings = audit.findings
    reported = findings[(findings["code"] == _RULE) & findings["device_id"].isin(list(devices))]
    certificates = [judge.records[sha256] for sha256 in sorted(set(reported["certificate"].dropna()))]
    places = places_of((judge.devices[name] for name in devices), {one.sha256 for one in certificates})
    days: dict[tuple[datetime, str], list[Certificate]] = defaultdict(list)
    for certificate in certificates:
        for day, words in _days_of(certificate, audit.at):
            days[day, words].append(certificate)
    for (day, words), concerned in days.items():
        found = [places[one.sha256] for one in concerned]
        remedies = [
            Remedy(RemedyKind.REISSUE_FROM_PRIVATE_AUTHORITY, target=place)
            for one in found
            for place in one.local or one.of_peers
        ]
        yield {
            "deadline_id": f"calendar {day:%Y-%m-%d} {words.partition(' issue')[0]}",
            "on": day,
            "event": "calendar",
            "role": None,
            "certificate": " ".join(one.sha256 for one in concerned),
            "subject": None,
            "what": words,
            "devices": join_names(dict.fromkeys(name for one in found for name in one.devices)),
            "peers": join_names(dict.fromkeys(name for one in found for name in one.peers)),
            **_NOTHING_ENDS,
            "at_renewal": _at_renewal(audit, judge, time, concerned),
            **combined(remedies),
        }


def _days_of(certificate: Certificate, at: datetime) -> Iterator[tuple[datetime, str]]:
    """The days that concern a certificate; from which day it is on request only, unless it is not issued at all."""
    found = withdrawal_of(certificate)
    if found:
        if found.by_default and at < found.ends:
            yield found.by_default, f"{found.authority} issues certificates with clientAuth on request only"
        yield found.ends, f"{found.authority} issues no certificates with clientAuth"
    yield CHROME, "CAs in Chrome's programme issue no certificates with clientAuth"


def _at_renewal(audit: Audit, judge: FleetJudge, time: PassingTime, concerned: Collection[Certificate]) -> int:
    """How many accepted connections are no longer accepted if all of these are renewed with serverAuth alone."""
    renewed: Mapping[str, Certificate] = {
        one.sha256: replace(one, extended_key_usage=(SERVER_AUTH,)) for one in concerned
    }
    devices = dict.fromkeys(name for one in concerned for name in time.devices_of(one.sha256))
    then = judge.judge(list(devices), audit.at, renewed)
    return sum(
        then[name].connections[connection_id].outcome is not Outcome.PASS
        for name in devices
        for connection_id, one in time.now[name].connections.items()
        if one.outcome is Outcome.PASS
    )
