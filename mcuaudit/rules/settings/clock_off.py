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
    message="the device clock is {clock_error_words}: it showed {clock_words} when the export was taken, at "
    "{taken_words}.",
    fix="Set the clock of the device, preferably with NTP. Check collected_at if it was recorded later.",
    undetermined=_perhaps_another_zone,
    undetermined_message=(
        "it is undetermined whether the device clock is {clock_error_words}: it showed {clock_words} when the export "
        "was taken, at {taken_words}. The difference may be a time zone, which is not in the response of the device."
    ),
)
def clock_off(view: pd.DataFrame, context: Context) -> pd.Series:
    """The clock of the device is wrong.

    What it checks: the time of the device (current_time) and the time of its export (collected_at) differ by at most
    [thresholds] clock_skew_seconds (300). If collected_at is only a day, the clock is wrong if it shows another day in
    every time zone. The response of the device has no time zone: the clock is right if it fits UTC or the time zone of
    the site, and undetermined if it fits another time zone. File times are ignored, because copies and version control
    change them.

    Why it matters: the device checks the validity of every certificate against this clock. With a wrong clock it
    refuses valid certificates, and users who log in with a certificate are locked out. mcuaudit infers this; Cisco's
    documentation does not say so.

    How to fix: synchronise the clock with NTP.

    References: API Reference Guide 2.8 to 2.11, device.query; RFC 5280, section 6.1.3.
    """
    return _off(view, context) & ~_perhaps_another_zone(view, context)
