"""``mcuaudit.deadlines(audit)``: what ends with each certificate and CA, and the days of the public CAs' calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import Undecodable, UsageError
from mcuaudit.frames.containers import Audit, site_of
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.system.progress import Progress, shows_progress
from mcuaudit.variants.deadlines.calendar_days import calendar_days
from mcuaudit.variants.deadlines.certificate_places import Places, combined, places_of
from mcuaudit.variants.deadlines.judging import FleetJudge
from mcuaudit.variants.deadlines.passing_time import Effects, PassingTime, Turn

_LOGINS: Final = (ConnectionType.WEB_USER, ConnectionType.API_USER)
Row = dict[str, Any]


@shows_progress
def deadlines(audit: Audit, *, site: str | None = None, progress: Progress | None = None) -> pd.DataFrame:
    """The frame `deadlines`: when each certificate in use ends, what ends with it, and what to do before.

    Every device that may be concerned is evaluated again at the first instant after each end, as `mcuaudit.audit` would
    evaluate it then; only what is accepted now and until that instant counts as an end. A row for each local
    certificate, certificate of a peer, and CA that certification paths depend on, if it ends or begins later than the
    audit, and for each day on which public CAs leave out clientAuth, if the rule MCU115 reports a certificate that it
    concerns.
    ``mcuaudit.describe("deadlines")`` explains the columns.

    Args:
        audit: of a whole fleet; also a saved one.
        site: only the devices of this site.
        progress: called with the number of instants that were evaluated.

    Returns:
        the frame, in the order of time.

    Raises:
        UsageError: the audit is redacted, so that it has no certificates; it is the part of a site, and calls go to
            devices of other sites; it has no such site; or a certificate of its frames is none.
    """
    _check(audit)
    try:
        judge = FleetJudge(audit.fleet)
    except Undecodable as error:
        raise UsageError(f"The deadlines cannot be evaluated; a row of the frame certificates is {error}.") from error
    chosen = None if site is None else site_of(audit, site)
    devices = [name for name, device in judge.devices.items() if chosen in (None, device.site)]
    time = PassingTime(judge, audit.at, devices, progress)
    rows = [*_rows(audit, judge, time, devices), *calendar_days(audit, judge, time, devices)]
    rows.sort(key=lambda row: (row["on"], row["deadline_id"]))
    return build_frame("deadlines", rows)


def _check(audit: Audit) -> None:
    if audit.fleet.redacted:
        raise UsageError(
            "A redacted audit has no certificates, so its deadlines cannot be evaluated. Use the audit that it was "
            "made from; mcuaudit deadlines --redact writes the deadlines with pseudonyms."
        )
    others = set(audit.peers["peer_device"].dropna()) - set(audit.devices["device_id"])
    if others:
        raise UsageError(
            f"The audit is the part of a site, and {sorted(others)[0]}, which its devices call, is in another one. Use "
            "the audit of the whole fleet: mcuaudit.deadlines(audit, site=...)."
        )


def _rows(audit: Audit, judge: FleetJudge, time: PassingTime, devices: list[str]) -> Iterator[Row]:
    """A row for each turn of a certificate in use."""
    turning = {turn.certificate for turn in time.effects}
    places = places_of((judge.devices[name] for name in devices), turning)
    in_paths = _authorities_of_paths(audit)
    for turn, effects in time.effects.items():
        found = places.get(turn.certificate, Places())
        if found.role != "authority" or turn.certificate in in_paths or effects.any:
            yield _row(turn, effects, found, judge)


def _authorities_of_paths(audit: Audit) -> set[str]:
    """SHA-256 of the CAs of the certification paths that are valid, or perhaps are."""
    paths = audit.paths.loc[audit.paths["trust"] != Outcome.FAIL.value, "path"]
    return {sha256 for path in paths.dropna().unique() for sha256 in path.split()[1:]}


def _row(turn: Turn, effects: Effects, places: Places, judge: FleetJudge) -> Row:
    certificate = judge.records[turn.certificate]
    event = "begins" if turn.begins else "ends"
    remedies = [] if turn.begins else places.renewals(certificate)
    return {
        "deadline_id": f"{event} {turn.certificate}",
        "on": turn.on,
        "event": event,
        "role": places.role,
        "certificate": turn.certificate,
        "subject": certificate.subject_text,
        "what": places.words(certificate),
        "devices": join_names(places.devices),
        "peers": join_names(places.peers),
        **counts(effects),
        "at_renewal": 0,
        **combined(remedies),
    }


def counts(effects: Effects) -> Mapping[str, Any]:
    """The columns of the effects."""
    return {
        "connections": len(effects.ended),
        "logins": sum(kind in _LOGINS for kind in effects.ended.values()),
        "locked_out": len(effects.locked_out),
        "undetermined": len(effects.undetermined),
        "maybe_locked_out": len(effects.maybe_locked_out),
        "earlier": len(effects.earlier),
        "undetermined_before": len(effects.undetermined_before),
        "begin": len(effects.begun),
        "begun_before": len(effects.begun_before),
        "connection_ids": join_names(sorted(effects.ended)),
        "locked_out_devices": join_names(sorted(effects.locked_out)),
    }
