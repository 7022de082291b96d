"""Users have the names that every device ships with, while certificates log users in by name."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import USERS
from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


@rule(
    code="MCU421",
    view="logins",
    severity="note",
    source=MAINTENANCE_MANUAL,
    section="Users",
    grade="inferred",
    when={"certificate_login": ("yes",)},
    needs=("users",),
    slot="https_trust_store",
    cause=USERS,
    message=(
        "there are users with the names that every MCU ships with ({default_users}), and a trusted "
        "certificate with such a CN logs in without a password."
    ),
    fix="Rename or remove the default users; see that no CA of the HTTPS trust store issues such names.",
)
def default_user_names(view: pd.DataFrame, context: Context) -> pd.Series:
    """Users have the names that every device ships with, while certificates log users in by name.

    What it checks: where Client certificate security is "Certificate-based authentication allowed" or "…required", no
    user is called "admin" or "guest".

    Why it matters: a trusted certificate whose CN is the name of a user logs in as that user, without a password. The
    names that every MCU ships with need not be guessed. This is inferred from both.

    How to fix: rename the administrator that the device shipped with, and remove or rename the guest.

    References: Maintenance Manual 4.5, Users; Release Notes 4.4(3.57), appendix, Client certificate security.
    """
    return view["default_users"].fillna("") != ""
