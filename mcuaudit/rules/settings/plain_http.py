"""HTTP is on and not redirected to HTTPS."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import setting
from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


@rule(
    code="MCU415",
    view="services",
    severity="warning",
    source=MAINTENANCE_MANUAL,
    section="Settings > Security",
    grade="inferred",
    when={"service_http": ("true",), "passwords_taken": ("yes",)},
    needs=("redirect_http_to_https",),
    cause=setting("services.http"),
    message="HTTP is on and not redirected to HTTPS, so a login by it sends the password in clear.",
    fix=(
        "Once a login by HTTPS has been tested, tick “Redirect HTTP requests to HTTPS” or switch HTTP off; before that "
        "it is the way back in."
    ),
)
def plain_http(view: pd.DataFrame, context: Context) -> pd.Series:
    """HTTP is on and not redirected to HTTPS.

    What it checks: the service Web (HTTP) is off, or HTTP requests are redirected to HTTPS. Under "Certificate-based
    authentication required" HTTP logins are blocked, and the question is not put.

    Why it matters: by HTTP the password and all that follows travel in clear. That is inferred: the documents offer the
    redirection without saying what it is for.

    How to fix: redirect HTTP or switch it off, as the last step of the transition: until a login by HTTPS has been
    tested, HTTP is what keeps administrators from being locked out.

    References: Maintenance Manual 4.5, Settings > Security; Release Notes 4.4(3.57), transitioning appendix.
    """
    return view["redirect_http_to_https"] == "false"
