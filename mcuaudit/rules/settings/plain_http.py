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
    message="HTTP is on and not redirected to HTTPS; an HTTP login sends the password in clear text.",
    fix=(
        "First test a login over HTTPS; until you have, keep HTTP as a way back in. Then tick “Redirect HTTP requests "
        "to HTTPS”, or switch off HTTP, before you switch on OCSP or set “Certificate-based authentication required”."
    ),
)
def plain_http(view: pd.DataFrame, context: Context) -> pd.Series:
    """HTTP is on and not redirected to HTTPS.

    What it checks: the service Web (HTTP) is off, or HTTP requests are redirected to HTTPS. The rule does not apply
    with "Certificate-based authentication required", because HTTP logins are then blocked.

    Why it matters: HTTP sends the password and everything else in clear text. mcuaudit infers the purpose of the
    redirection; Cisco's documentation does not give it.

    How to fix: redirect HTTP or switch it off in the documented order of the transition: (1) fill the HTTPS trust
    store, install a client certificate, and leave HTTP and HTTPS on; (2) set "Verify certificate" or "Certificate-based
    authentication allowed"; (3) test the login over HTTPS with a password, then with the certificate; (4) redirect HTTP
    or switch it off; (5) switch on OCSP and test the login again; (6) set "Certificate-based authentication required"
    last. Until step 3 is done, HTTP is a way back in.

    References: Maintenance Manual 4.5, Settings > Security; Release Notes 4.4(3.57), transitioning appendix; MCU 5300
    online help 4.5, for the order.
    """
    return view["redirect_http_to_https"] == "false"
