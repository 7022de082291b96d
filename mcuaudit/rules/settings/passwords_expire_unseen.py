"""Passwords expire while certificate logins do not ask for new ones."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import setting
from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


@rule(
    code="MCU422",
    view="logins",
    severity="note",
    source=MAINTENANCE_MANUAL,
    section="Advanced account security mode",
    grade="doc",
    when={"certificate_login": ("yes",)},
    needs=("advanced_account_security",),
    cause=setting("security.advanced_account_security"),
    message=(
        "passwords expire every 60 days in advanced account security mode, and whoever logs in with a "
        "certificate is not asked for a new one."
    ),
    fix="Let users who log in with certificates change their passwords by hand in time, and note when they are due.",
)
def passwords_expire_unseen(view: pd.DataFrame, context: Context) -> pd.Series:
    """Passwords expire while certificate logins do not ask for new ones.

    What it checks: advanced account security mode is off where certificates log users in.

    Why it matters: in that mode passwords expire every 60 days, and a login with a certificate does not prompt for a
    new one. The password has then expired when it is needed, as when the certificate fails.

    How to fix: change the passwords by hand in time.

    References: Maintenance Manual 4.5, Advanced account security mode.
    """
    return view["advanced_account_security"] == "true"
