"""Users have default names, and users can log in with a certificate."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import USERS
from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    """It is not known whether users can log in with a certificate."""
    return view["certificate_login"].eq("open") & _concerned(view)


def _concerned(view: pd.DataFrame) -> pd.Series:
    return view["default_users"].fillna("").ne("")


def _texts(view: pd.DataFrame, context: Context) -> None:
    view["missing_evidence"], view["readings"] = view["certificate_login_evidence"], None


@rule(
    code="MCU421",
    view="logins",
    adds=("missing_evidence", "readings"),
    texts=_texts,
    severity="note",
    source=MAINTENANCE_MANUAL,
    section="Users",
    grade="inferred",
    when={"certificate_login": ("yes", "open")},
    needs=("users",),
    slot="https_trust_store",
    cause=USERS,
    message=(
        "the device has users with default names ({default_users}); anyone who has a trusted certificate with such a "
        "name as its CN can log in without a password."
    ),
    undetermined=_undetermined,
    undetermined_message=(
        "the device has users with default names ({default_users}); if users can log in with a certificate, a trusted "
        "one with such a name as its CN is enough."
    ),
    fix="Rename or remove the default users, and check that no CA in the HTTPS trust store issues such names.",
)
def default_user_names(view: pd.DataFrame, context: Context) -> pd.Series:
    """Users have default names, and users can log in with a certificate.

    What it checks: if "Client certificate security" is set to "Certificate-based authentication allowed" or
    "…required", no user is called "admin" or "guest". If the setting is not known, the outcome is undetermined.

    Why it matters: a trusted certificate whose CN is a user name logs in as that user, without a password. The default
    names of an MCU are well known. mcuaudit infers the risk from these two facts.

    How to fix: rename the default administrator, and remove or rename the guest.

    References: Maintenance Manual 4.5, Users; Release Notes 4.4(3.57), appendix, Client certificate security.
    """
    return view["certificate_login"].eq("yes") & _concerned(view)
