"""The clock of the device is wrong."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import CLOCK
from mcuaudit.rules.rule import Context, rule


def _perhaps_another_zone(view: pd.DataFrame, context: Context) -> pd.Series:
    return _off(view, context) & (view["clock_zone_off"] <= context.policy.thresholds.clock_skew_seconds)


def _off(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["clock_off"].abs() > context.policy.thresholds.clock_skew_seconds


@rule(
    code="MCU423",
    view="times",
    severity="warning",
    source="API Reference Guide 2.8 to 2.11",
    section="device.query",
    grade="inferred",
    when={"clock_compared": ("yes",)},
    cause=CLOCK,
    message="its clock showed {clock_words} when the export was taken, at {taken_words}.",
    fix="Set the clock of the device, best by NTP; check collected_at if it was written down later.",
    undetermined=_perhaps_another_zone,
    undetermined_message=(
        "its clock showed {clock_words} when the export was taken, at {taken_words}; the difference may "
        "be a time zone, which the device does not tell."
    ),
)
def clock_off(view: pd.DataFrame, context: Context) -> pd.Series:
    """The clock of the device is wrong.

    What it checks: the device's own time (current_time) differs from when its export was taken (collected_at) by no
    more than [thresholds] clock_skew_seconds (300). Where only the day of the export is told, a clock is wrong if it
    shows another day in every time zone. A response tells the time without a zone: the clock is right if it fits UTC or
    the time zone of the site, and undetermined if it fits another time zone. When files were changed is not looked at,
    as copies and version control change that too.

    Why it matters: the validity of every certificate is judged by that clock. A wrong one refuses good certificates,
    and locks everybody out who logs in with one. That is inferred.

    How to fix: set the clock by NTP.

    References: API Reference Guide 2.8 to 2.11, device.query; RFC 5280, section 6.1.3.
    """
    return _off(view, context) & ~_perhaps_another_zone(view, context)
