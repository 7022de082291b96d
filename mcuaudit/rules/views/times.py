"""The view of times: when the export of a device was taken, and what the device's own clock showed then."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import number, text, yes_no
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.table import Table, yes_no_of

_EARLIEST, _LATEST = timedelta(hours=12), timedelta(hours=14)
"""How far local time may be behind and ahead of UTC."""
OFFSETS_IN_USE: Final = (
    *range(-12 * 60, 15 * 60, 60), -570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825,
)  # fmt: skip
"""How far local times are from UTC, in minutes: the whole hours, and the few places with halves and quarters."""
_COMPARED: Final = ("clock_off", "clock_zone_off", "clock_compared", "clock_error_words", "clock_words", "taken_words")


@view(
    "device",
    of_view(devices),
    yes_no("dated", "The export says when it was taken."),
    number("clock_off", "Seconds from the time of the export to the device's clock; see the view's description."),
    number("clock_zone_off", "The same in the nearest time zone that is in use."),
    yes_no("clock_compared", "Clock and export can be compared; missing if only the time of the export is missing."),
    text("missing_evidence", "What would settle an undetermined difference."),
    text("clock_error_words", "How wrong the clock is, in words: 26 min 41 s fast."),
    text("clock_words", "What the clock showed, in words."),
    text("taken_words", "When the export was taken, in words."),
)
def times(views: Views) -> Table:
    """One row per device, with how far its clock was from the time at which its export was taken.

    `clock_off` is in seconds: of the clock as it stands, or in the time zone of the site if that is nearer, where a
    response gives it without a zone. Where only the day of the export is known it is what lies beyond that day in every
    time zone. `clock_zone_off` is the same with the nearest time zone that is in use. `clock_compared` is no where
    nothing can be compared, and missing where only the time of the export is missing.
    """
    found, zones = views.table("devices"), views.fleet.site_time_zones
    settings = views.source("settings").each("device_id", "setting", "source")
    read = {device_id for device_id, key, source in settings if key == "device.current_time" and source == "read"}
    clocks = _instants(found["current_time"])
    compared = [
        _compared(clock, taken, zones.get(site), zoneless=clock is not None and device_id in read)
        for clock, (device_id, site, taken) in zip(clocks, found.each("device_id", "site", "collected_at"), strict=True)
    ]
    return found.adding(
        dated=yes_no_of(taken is not None for taken in found["collected_at"]),
        missing_evidence=[
            "the time zone of the device's clock" if site in zones else f"{site}/site.toml time_zone"
            for site in found["site"]
        ],
        **{name: [one[name] for one in compared] for name in _COMPARED},
    )


def _instants(values: list[str | None]) -> list[pd.Timestamp | None]:
    """Texts as times; None for one that is missing or is not a time."""
    if not any(values):
        return [None] * len(values)
    times = pd.to_datetime(pd.Series(values, dtype="str"), utc=True, errors="coerce", format="ISO8601")
    return [None if pd.isna(time) else time for time in times]


def _compared(
    clock: pd.Timestamp | None, taken: pd.Timestamp | None, zone: str | None, *, zoneless: bool
) -> dict[str, float | str | None]:
    """The columns of one device about its clock; `zoneless` if the clock was read without a zone."""
    if clock is not None and not zoneless and clock == clock.normalize():
        # A mere day that an operator wrote becomes 00:00 UTC. As a time of the clock it says nothing.
        clock = None
    day_only = taken is not None and taken == taken.normalize()
    off = beyond = None
    if clock is not None and taken is not None:
        off, beyond = (clock - taken).total_seconds(), _beyond_the_day(clock, taken, zoneless=zoneless)
    nearest = off
    if day_only:
        nearest = beyond or 0.0
    elif zoneless and zone is not None and off is not None and taken is not None:
        nearest = _in_zone(off, taken, zone)
    word = "yes" if clock is not None and (not day_only or beyond) else "no"
    return {
        "clock_off": nearest,
        "clock_zone_off": math.inf if not zoneless else None if off is None else _nearest(off),
        "clock_compared": None if clock is not None and taken is None else word,
        "clock_error_words": _error_words(nearest, day_only=day_only, in_zone=nearest != off),
        "clock_words": clock.strftime("%Y-%m-%d %H:%M:%S") + ("" if zoneless else " UTC")
        if clock is not None
        else None,
        "taken_words": taken.strftime("%Y-%m-%d" if day_only else "%Y-%m-%d %H:%M:%S UTC")
        if taken is not None
        else None,
    }


def _error_words(seconds: float | None, *, day_only: bool, in_zone: bool) -> str | None:
    """``26 min 41 s fast``; only ``wrong`` if not the time of the export is known, but its day."""
    if seconds is None or day_only:
        return None if seconds is None else "wrong"
    minutes, rest = divmod(round(abs(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = ((days, "day" if days == 1 else "days"), (hours, "h"), (minutes, "min"), (rest, "s"))
    parts = [f"{number:,} {unit}" for number, unit in units if number]
    zone = " in the time zone of the site" if in_zone else ""
    return f"{' '.join(parts[:2])} {'fast' if seconds > 0 else 'slow'}{zone}"


def _beyond_the_day(clock: pd.Timestamp, day: pd.Timestamp, *, zoneless: bool) -> float:
    """Seconds by which the clock lies outside a day, wherever that day was written down; 0 within it."""
    first, last = day - _LATEST, day + timedelta(days=1) + _EARLIEST
    if zoneless:
        first, last = first - _EARLIEST, last + _LATEST
    return min((clock - first).total_seconds(), 0.0) + max((clock - last).total_seconds(), 0.0)


def _in_zone(seconds: float, taken: pd.Timestamp, zone: str) -> float:
    """What is left of a difference in a time zone, with or without summer time, whichever is nearest."""
    local = taken.to_pydatetime().astimezone(ZoneInfo(zone))
    ahead = local.utcoffset() or timedelta()
    without_summer_time = ahead - (local.dst() or timedelta())
    candidates = (0.0, ahead.total_seconds(), without_summer_time.total_seconds())
    return min((seconds - candidate for candidate in candidates), key=abs)


def _nearest(off: float) -> float:
    """What is left of a difference in the nearest time zone that is in use."""
    return float(min(abs(off - minutes * 60) for minutes in OFFSETS_IN_USE))
