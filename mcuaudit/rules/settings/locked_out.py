"""No administrator can log in."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules import remedies
from mcuaudit.rules.causes import ADMINISTRATION
from mcuaudit.rules.rule import ADMINISTRATORS_GUIDE, Context, rule


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["outcome"] == "open"


@rule(
    code="MCU411",
    view="administration",
    severity="error",
    source=ADMINISTRATORS_GUIDE,
    section="Client certificate security",
    grade="doc",
    cause=ADMINISTRATION,
    message="no administrator can log in: {reason}",
    fix="{remedy}",
    remedy=remedies.from_view("remedy_id"),
    undetermined=_undetermined,
    undetermined_message="it is undetermined whether an administrator can log in: {reason}",
)
def locked_out(view: pd.DataFrame, context: Context) -> pd.Series:
    """No administrator can log in.

    What it checks: at least one administrator can log in by HTTP or HTTPS, with a password or a certificate.

    Why it matters: every level above "Not required" can lock out all administrators if HTTP is off or redirected,
    unless the MCU trusts a client certificate of an administrator. With "Certificate-based authentication required",
    the CN of that certificate must be the name of an administrator. Where Cisco's documentation leaves a question open,
    the rule assumes the reading that locks out.

    Example: "Client certificate security" is set to "Certificate-based authentication required", HTTP is off, and the
    certificate of the only web user comes from a CA that is not in the HTTPS trust store.

    How to fix: each finding names the change that its reason asks for: switch on HTTPS or activate its feature key,
    make a user an administrator, reissue a certificate with an administrator's name, add the CA that the HTTPS trust
    store lacks, or fix the OCSP settings. An undetermined finding names what to add to the export. You can change the
    device only from a session that is still open; give an administrator a client certificate that is trusted before you
    raise the level.

    References: Administrator's Guide 4.4, Client certificate security; Release Notes 4.4(3.57), transitioning appendix.
    """
    return view["outcome"] == "fail"
