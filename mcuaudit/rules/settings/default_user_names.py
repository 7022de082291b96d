"""Users have default names, and users can log in with a certificate."""

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
        "the device has users with default names ({default_users}); anyone who has a trusted certificate with such a "
        "name as its CN can log in without a password."
    ),
    fix="Rename or remove the default users, and check that no CA in the HTTPS trust store issues such names.",
)
def default_user_names(view: pd.DataFrame, context: Context) -> pd.Series:
    """Users have default names, and users can log in with a certificate.

    What it checks: if "Client certificate security" is set to "Certificate-based authentication allowed" or
    "…required", no user is called "admin" or "guest".

    Why it matters: a trusted certificate whose CN is a user name logs in as that user, without a password. The default
    names of an MCU are well known. mcuaudit infers the risk from these two facts.

    How to fix: rename the default administrator, and remove or rename the guest.

    References: Maintenance Manual 4.5, Users; Release Notes 4.4(3.57), appendix, Client certificate security.
    """
    return view["default_users"].fillna("") != ""
