"""One certificate is the only way in that is left to administrators."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import ADMINISTRATION
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _perhaps_alone(view: pd.DataFrame, context: Context) -> pd.Series:
    return _single(view) & view["doubtful_ways"].notna()


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
        "the certificate of {way_in}, valid until {way_in_ends}, is the only way in: passwords are "
        "refused, and the serial console offers no login."
    ),
    fix="Give a second administrator a certificate and test it, or untick “Require administrator login”.",
    undetermined=_perhaps_alone,
    undetermined_message=(
        "the certificate of {way_in}, valid until {way_in_ends}, is the only way in that is known to "
        "work: passwords are refused, and the serial console offers no login."
    ),
)
def no_way_back(view: pd.DataFrame, context: Context) -> pd.Series:
    """One certificate is the only way in that is left to administrators.

    What it checks: where Client certificate security is "Certificate-based authentication required" and "Require
    administrator login" is ticked, more than one certificate lets an administrator in. A device that nobody can
    administer now is the subject of MCU411.

    Why it matters: under "required" no password is accepted, HTTP logins are blocked, and with "Require administrator
    login" ticked the serial console offers no login either. If the one certificate is lost, revoked or expires, nobody
    gets in any more. That a second certificate is the way out is inferred.

    How to fix: give a second administrator a certificate and test the login, or leave the serial console as a way back.

    References: Release Notes 4.4(3.57), appendix, Client certificate security; Administrator's Guide 4.4.
    """
    return _single(view) & view["doubtful_ways"].isna()
