"""Whether an administrator can still log in, how, until when, and what causes a lock-out.

Source: Administrator's Guide 4.4; Release Notes 4.4(3.57), appendix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from mcuaudit.devices.device import Device
from mcuaudit.devices.models import not_judged
from mcuaudit.devices.users import at_level, level_is_unreadable, possible_levels, security_lacking
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.settings import CLIENT_CERTIFICATE_SECURITY
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict
from mcuaudit.predict.administrator import NO_ADMINISTRATOR
from mcuaudit.predict.ways import BY_HTTP, Way, WebLogin, ways_in, web_user_ways

Logins = Callable[[Device], Iterable[WebLogin]]
"""The web users of a device at the level that is in effect there."""


@dataclass(frozen=True, slots=True)
class Administration:
    """Whether an administrator can log in, how, and if not why.

    Attributes:
        verdict: with the cause and remedy of the way that is nearest to working.
        way: the name of the way that lasts longest, at whatever level is possible; "" if there is none.
        fails_on: the first instant at which there is no way left, if nothing changes; None if one has no end.
        ways: every way, if the level is known.
    """

    verdict: Verdict
    way: str = ""
    fails_on: datetime | None = None
    ways: tuple[Way, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Whether an administrator can log in."""
        return self.verdict.outcome

    @property
    def reason(self) -> str:
        """Why, in one sentence."""
        return self.verdict.reason


def administration(device: Device, logins: Logins, ocsp: Verdict = NOT_APPLICABLE) -> Administration:
    """Whether an administrator can log in by HTTP, by HTTPS with a password, or by HTTPS with a client certificate.

    The outcome is pass only if one of these ways is pass; if none is, and one is open, it is open. If the level of
    Client certificate security is not known, what holds at every level is said.
    """
    not_an_mcu = not_judged(device)
    if not_an_mcu:
        return Administration(not_an_mcu)
    levels = possible_levels(device)
    if len(levels) == 1:
        return _at_level(device, levels[0], logins, ocsp)
    devices = [at_level(device, level) for level in levels]
    found = [_at_level(one, level, logins, ocsp) for one, level in zip(devices, levels, strict=True)]
    if {one.outcome for one in found} != {Outcome.PASS}:
        return Administration(_not_at_every_level(device, found))
    if level_is_unreadable(device):
        return Administration(security_lacking(device))
    # A user may log in at each level, at the lowest with the password alone.
    users = [web_user_ways(one, level, logins(one)) for one, level in zip(devices, levels, strict=True)]
    whatever = f"whatever {_undecided(device)} is"
    return _whatever_the_level(whatever, found, [(*one.ways, *more) for one, more in zip(found, users, strict=True)])


def _at_level(device: Device, level: str, logins: Logins, ocsp: Verdict) -> Administration:
    ways = ways_in(device, level, logins(device), ocsp)
    passing = [way for way in ways if way.verdict.outcome is Outcome.PASS]
    if not passing:
        return Administration(_no_way(ways), ways=ways)
    way, last = _lasting({way.name: way.fails_on for way in passing})
    return Administration(_passes(f"by {way}"), way, last, ways)


def _passes(how: str) -> Verdict:
    return Verdict(Outcome.PASS, "administered", f"An administrator can log in {how}.")


def _lasting(ends: Mapping[str, datetime | None]) -> tuple[str, datetime | None]:
    """The first of the ways that last longest, and when it ends; a way without an end lasts longest."""
    return max(ends.items(), key=lambda way: (way[1] is None, way[1] and way[1].timestamp()))


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other


def _no_way(ways: Sequence[Way]) -> Verdict:
    """The verdict if no way passes, with the reasons of all that have its outcome."""
    undetermined = [way.verdict for way in ways if way.verdict.outcome is Outcome.OPEN]
    found = undetermined or [way.verdict for way in ways]
    first = _collected_first(undetermined) if undetermined else _fixed_first(ways)
    return Verdict(
        first.outcome,
        first.reason_code,
        " ".join(dict.fromkeys(verdict.reason for verdict in found)),
        tuple(dict.fromkeys(reading for verdict in found for reading in verdict.readings)),
        first.missing_evidence,
        first.cause,
        first.remedy,
    )


def _collected_first(undetermined: Sequence[Verdict]) -> Verdict:
    """What to add to the export comes before what only another certificate would settle."""
    return next((verdict for verdict in undetermined if verdict.missing_evidence), undetermined[0])


def _fixed_first(ways: Sequence[Way]) -> Verdict:
    """The failure to fix: that of HTTPS before that of HTTP, and of an administrator before that of another user.

    HTTP is off or redirected where a device is as it should be.
    """
    by_https = [way.verdict for way in ways if way.name != BY_HTTP]
    return next((verdict for verdict in by_https if verdict.reason_code != NO_ADMINISTRATOR), by_https[0])


def _undecided(device: Device) -> str:
    return "the software version" if device.value(CLIENT_CERTIFICATE_SECURITY) else "Client certificate security"


def _whatever_the_level(
    whatever: str, found: Sequence[Administration], ways: Sequence[Iterable[Way]]
) -> Administration:
    """The way that is there at each level and lasts longest; none is named if it depends on the level."""
    every = [{way.name: way.fails_on for way in at if way.verdict.outcome is Outcome.PASS} for at in ways]
    same = {name: end for name, end in every[0].items() if all(name in others for others in every)}
    for others in every[1:]:
        same = {name: _sooner(end, others[name]) for name, end in same.items()}
    if same:
        way, last = _lasting(same)
        return Administration(_passes(f"by {way}, {whatever}"), way, last)
    by = " or ".join(dict.fromkeys(one.way for one in found))
    last = reduce(_sooner, (one.fails_on for one in found))
    return Administration(_passes(f"{whatever}, but by which way depends on it: {by}"), "", last)


def _not_at_every_level(device: Device, found: Sequence[Administration]) -> Verdict:
    """If it is the same at each level, the level is not the reason; what forbids it at the lowest forbids it at all."""
    return found[0].verdict if len({one.outcome for one in found}) == 1 else security_lacking(device)
