"""Whether an administrator can still log in, how, until when, and what causes a lock-out.

Source: Administrator's Guide 4.4; Release Notes 4.4(3.57), appendix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mcuaudit.devices.device import Device
from mcuaudit.devices.models import not_judged
from mcuaudit.devices.users import at_level, level_is_unreadable, possible_levels, security_lacking
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict
from mcuaudit.predict.administrator import NO_ADMINISTRATOR
from mcuaudit.predict.ways import BY_HTTP, Way, WebLogin, ways_in

Logins = Callable[[Device], Iterable[WebLogin]]
"""The web users of a device at the level that is in effect there."""


@dataclass(frozen=True, slots=True)
class Administration:
    """Whether an administrator can log in, how, and if not why.

    Attributes:
        verdict: with the cause and remedy of the way that is nearest to working.
        way: the names of the ways that pass; "" if none does.
        fails_on: the first instant at which the last of them ends, if nothing changes; None if one has no end.
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
    found = [_at_level(at_level(device, level) if levels[1:] else device, level, logins, ocsp) for level in levels]
    return found[0] if len(found) == 1 else _whatever_the_level(device, found)


def _at_level(device: Device, level: str, logins: Logins, ocsp: Verdict) -> Administration:
    ways = ways_in(device, level, logins(device), ocsp)
    passing = [way for way in ways if way.verdict.outcome is Outcome.PASS]
    if not passing:
        return Administration(_no_way(ways), ways=ways)
    ends = [way.fails_on for way in passing if way.fails_on]
    last = max(ends) if len(ends) == len(passing) else None
    verdict = Verdict(Outcome.PASS, "administered", f"An administrator can log in by {passing[0].name}.")
    return Administration(verdict, passing[0].name, last, ways)


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


def _whatever_the_level(device: Device, found: Sequence[Administration]) -> Administration:
    """What holds at each level that is possible; undetermined if the level decides."""
    outcomes = {one.outcome for one in found}
    if outcomes == {Outcome.PASS} and level_is_unreadable(device):
        return Administration(security_lacking(device))
    if outcomes == {Outcome.PASS}:
        way = " or ".join(dict.fromkeys(one.way for one in found))
        ends = [one.fails_on for one in found if one.fails_on]
        reason = f"An administrator can log in by {way}, whatever Client certificate security is."
        return Administration(Verdict(Outcome.PASS, "administered", reason), way, min(ends) if ends else None)
    # If it is the same at each level, the level is not the reason; what forbids it at the lowest forbids it at all.
    return Administration(found[0].verdict if len(outcomes) == 1 else security_lacking(device))
