"""The view of times: when the export of a device was taken, and what the device's own clock showed then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import number, text, yes_no
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.joins import with_columns, yes_or_no

_EARLIEST, _LATEST = pd.Timedelta(hours=12), pd.Timedelta(hours=14)
"""How far local time may be behind and ahead of UTC."""
OFFSETS_IN_USE: Final = np.array(
    [*range(-12 * 60, 15 * 60, 60), -570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825], dtype=float
)
"""How far local times are from UTC, in minutes: the whole hours, and the few places with halves and quarters."""


@view(
    "device",
    of_view(devices),
    yes_no("dated", "The export says when it was taken."),
    number("clock_off", "Seconds from the time of the export to the device's clock; see the view's description."),
    number("clock_zone_off", "The same in the nearest time zone that is in use."),
    yes_no("clock_compared", "Clock and export can be compared; missing if only the time of the export is missing."),
    text("missing_evidence", "What would settle an undetermined difference."),
    text("clock_words", "What the clock showed, in words."),
    text("taken_words", "When the export was taken, in words."),
)
def times(views: Views) -> pd.DataFrame:
    """One row per device, with how far its clock was from the time at which its export was taken.

    `clock_off` is in seconds: of the clock as it stands, or in the time zone of the site if that is nearer, where a
    response gives it without a zone. Where only the day of the export is known it is what lies beyond that day in every
    time zone. `clock_zone_off` is the same with the nearest time zone that is in use. `clock_compared` is no where
    nothing can be compared, and missing where only the time of the export is missing.
    """
    found = views["devices"]
    settings = views.fleet.settings
    read = settings[settings["setting"].eq("device.current_time") & settings["source"].eq("read")]["device_id"]
    clock = pd.to_datetime(found["current_time"], utc=True, errors="coerce", format="ISO8601")
    zoneless = found["device_id"].isin(read) & clock.notna()
    # A mere day that an operator wrote becomes 00:00 UTC. As a time of the clock it says nothing.
    clock = clock.mask(~zoneless & clock.eq(clock.dt.normalize()))
    taken = found["collected_at"]
    day_only = taken.eq(taken.dt.normalize())
    off = (clock - taken).dt.total_seconds()
    in_zone = off.where(~zoneless, _in_zone_of_site(found, off, views.fleet.site_time_zones))
    beyond = _beyond_the_day(clock, taken, zoneless)
    comparable = clock.notna() & (~day_only | beyond.ne(0))
    zones = found["site"].isin(list(views.fleet.site_time_zones))
    return with_columns(
        found,
        dated=yes_or_no(taken.notna()),
        clock_off=in_zone.mask(day_only, beyond),
        clock_zone_off=_nearest(off).where(zoneless, np.inf),
        clock_compared=yes_or_no(comparable).mask(clock.notna() & taken.isna(), None),
        missing_evidence=(found["site"] + "/site.toml time_zone").mask(zones, "the time zone of the device's clock"),
        clock_words=clock.dt.strftime("%Y-%m-%d %H:%M:%S").astype("str") + yes_or_no(zoneless, ("", " UTC")),
        taken_words=taken.dt.strftime("%Y-%m-%d").where(day_only, taken.dt.strftime("%Y-%m-%d %H:%M:%S UTC")),
    )


def _beyond_the_day(clock: pd.Series, day: pd.Series, zoneless: pd.Series) -> pd.Series:
    """Seconds by which the clock lies outside a day, wherever that day was written down; 0 within it."""
    first, last = day - _LATEST, day + pd.Timedelta(days=1) + _EARLIEST
    first = first.where(~zoneless, first - _EARLIEST)
    last = last.where(~zoneless, last + _LATEST)
    early, late = (clock - first).dt.total_seconds().clip(upper=0), (clock - last).dt.total_seconds().clip(lower=0)
    return (early + late).fillna(0)


def _in_zone_of_site(found: pd.DataFrame, off: pd.Series, zones: Mapping[str, str]) -> pd.Series:
    """`off`, or what is left of it in the time zone of the site, with or without summer time, whichever is nearest."""
    left = [
        _in_zone(seconds, taken, zones[site]) if site in zones and pd.notna(seconds) else seconds
        for seconds, taken, site in zip(off, found["collected_at"], found["site"], strict=True)
    ]
    return pd.Series(left, index=off.index, dtype="float64")


def _in_zone(seconds: float, taken: pd.Timestamp, zone: str) -> float:
    local = taken.to_pydatetime().astimezone(ZoneInfo(zone))
    ahead = local.utcoffset() or timedelta()
    without_summer_time = ahead - (local.dst() or timedelta())
    candidates = (0.0, ahead.total_seconds(), without_summer_time.total_seconds())
    return min((seconds - candidate for candidate in candidates), key=abs)


def _nearest(off: pd.Series) -> pd.Series:
    """What is left of a difference in the nearest time zone that is in use."""
    left = np.abs(off.to_numpy(dtype=float)[:, None] - OFFSETS_IN_USE[None, :] * 60)
    return pd.Series(left.min(axis=1), index=off.index)
