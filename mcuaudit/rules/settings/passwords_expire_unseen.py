"""Passwords expire, and users who log in with a certificate are not asked for new ones."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import setting
from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    """It is not known whether users can log in with a certificate."""
    return view["certificate_login"].eq("open") & _concerned(view)


def _concerned(view: pd.DataFrame) -> pd.Series:
    return view["advanced_account_security"].eq("true")


def _texts(view: pd.DataFrame, context: Context) -> None:
    view["missing_evidence"], view["readings"] = view["certificate_login_evidence"], None


@rule(
    code="MCU422",
    view="logins",
    adds=("missing_evidence", "readings"),
    texts=_texts,
    severity="note",
    source=MAINTENANCE_MANUAL,
    section="Advanced account security mode",
    grade="doc",
    when={"certificate_login": ("yes", "open")},
    needs=("advanced_account_security",),
    cause=setting("security.advanced_account_security"),
    message=(
        "passwords expire every 60 days in advanced account security mode, and users who log in with a "
        "certificate are not asked for a new password."
    ),
    undetermined=_undetermined,
    undetermined_message=(
        "passwords expire every 60 days in advanced account security mode; if users can log in with a certificate, "
        "they are not asked for a new password."
    ),
    fix="Ask users who log in with certificates to change their passwords by hand before they expire.",
)
def passwords_expire_unseen(view: pd.DataFrame, context: Context) -> pd.Series:
    """Passwords expire, and users who log in with a certificate are not asked for new ones.

    What it checks: advanced account security mode is off if users can log in with a certificate. If it is
    not known whether they can, the outcome is undetermined.

    Why it matters: in this mode, passwords expire every 60 days, and a login with a certificate does not ask for a new
    password. When the user needs the password, for example because the certificate fails, it has expired.

    How to fix: change the passwords by hand before they expire.

    References: Maintenance Manual 4.5, Advanced account security mode.
    """
    return view["certificate_login"].eq("yes") & _concerned(view)
