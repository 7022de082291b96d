"""No administrator can log in any more."""

from __future__ import annotations

import pandas as pd

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
    message="nobody can administer the device: {reason}",
    fix=(
        "Give an administrator a client certificate that the HTTPS trust store trusts, or lower Client "
        "certificate security while there is still a way in."
    ),
    undetermined=_undetermined,
    undetermined_message=("whether anybody can still administer the device is undetermined: {reason}"),
)
def locked_out(view: pd.DataFrame, context: Context) -> pd.Series:
    """No administrator can log in any more.

    What it checks: by HTTP or HTTPS, with password or certificate, at least one administrator can still log in.

    Why it matters: any level above "Not required" can shut everyone out if HTTP is disabled or redirected, unless a
    client certificate exists that the MCU trusts. Under "required" its CN must be the name of an administrator. The
    reading that locks out is taken.

    Example: Client certificate security is "Certificate-based authentication required", HTTP is off, and the only
    web user's certificate comes from a CA that the HTTPS trust store lacks.

    How to fix: give an administrator a client certificate that the HTTPS trust store trusts before the level is
    raised.

    References: Administrator's Guide 4.4, Client certificate security; Release Notes 4.4(3.57), transitioning
    appendix.
    """
    return view["outcome"] == "fail"
