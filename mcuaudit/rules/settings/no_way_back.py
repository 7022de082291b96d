"""Administrators can log in with only one certificate."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import ADMINISTRATION
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _perhaps_alone(view: pd.DataFrame, context: Context) -> pd.Series:
    return _single(view) & view["undetermined_ways"].notna()


def _single(view: pd.DataFrame) -> pd.Series:
    return view["ways_in"].eq(1) & view["require_administrator_login"].eq("true")


@rule(
    code="MCU417",
    view="logins",
    severity="warning",
    source=RELEASE_NOTES,
    section="Client certificate security",
    grade="inferred",
    when={"passwords_refused": ("yes",), "administered": ("yes",)},
    needs=("require_administrator_login",),
    cause=ADMINISTRATION,
    message=(
        "only the certificate of {way_in}, valid until {way_in_ends}, lets an administrator log in. "
        "Passwords are refused, and the serial console offers no login."
    ),
    fix="Give a second administrator a certificate and test it, or untick “Require administrator login”.",
    undetermined=_perhaps_alone,
    undetermined_message=(
        "the certificate of {way_in}, valid until {way_in_ends}, is the only one that is known to let an "
        "administrator log in. Passwords are refused, and the serial console offers no login."
    ),
)
def no_way_back(view: pd.DataFrame, context: Context) -> pd.Series:
    """Administrators can log in with only one certificate.

    What it checks: if "Client certificate security" is set to "Certificate-based authentication required" and "Require
    administrator login" is ticked, administrators can log in with more than one certificate. MCU411 reports a device on
    which no administrator can log in.

    Why it matters: with "required", the device accepts no password and blocks HTTP logins. With "Require administrator
    login", the serial console offers no login either. If the only certificate is lost, revoked or expires, no
    administrator can log in. mcuaudit infers that a second certificate prevents this; Cisco's documentation does not
    say so.

    How to fix: give a second administrator a certificate and test the login, or untick "Require administrator login" so
    that the serial console stays available.

    References: Release Notes 4.4(3.57), appendix, Client certificate security; Administrator's Guide 4.4.
    """
    return _single(view) & view["undetermined_ways"].isna()
