"""A public CA is in the HTTPS trust store, and users can log in with a certificate."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import TRUST_STORE
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule
from mcuaudit.rules.texts import columns_from_view


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    """It is not known whether the store alone decides who logs in."""
    return view["admits"].eq("open") & view["public_authorities"].ne("")


@rule(
    code="MCU311",
    view="public_stores",
    adds=("missing_evidence",),
    texts=columns_from_view(missing_evidence="admits_evidence"),
    severity="error",
    source=RELEASE_NOTES,
    section="Client certificate security",
    grade="inferred",
    when={"slot": ("https_trust_store",), "admits": ("yes", "open"), "store_read": ("yes",)},
    cause=TRUST_STORE,
    message=(
        "the {store_title} contains {public_words} ({public_authorities}). Anyone with a certificate from "
        "such a CA whose CN is a user name can log in as that user, without a password."
    ),
    undetermined=_undetermined,
    undetermined_message=(
        "the {store_title} contains {public_words} ({public_authorities}); if users can log in with a certificate, "
        "anyone with a certificate from such a CA whose CN is a user name can log in as that user."
    ),
    fix=(
        "Remove the public CAs from the {store_title}, and use certificates from a private CA for the feedback "
        "receivers and the OCSP server; or set Client certificate security to “Verify certificate”."
    ),
)
def public_authority_admits_logins(view: pd.DataFrame, context: Context) -> pd.Series:
    """A public CA is in the HTTPS trust store, and users can log in with a certificate.

    What it checks: if "Client certificate security" is set to "Certificate-based authentication allowed" or
    "…required", the HTTPS trust store contains no public CA, and no CA below a public one. Public CAs are those in
    certifi and those in the policy ([known] public_authorities). If the setting is not known, the outcome is
    undetermined.

    Why it matters: the device uses one HTTPS trust store for client logins and for servers. If a public CA was added
    for a feedback receiver, anyone who gets a certificate from that CA, or from a CA below it, with a CN equal to a
    user name can log in as that user. mcuaudit infers this; Cisco's documentation does not say so.

    Example: the CA of a cloud service was added to verify a feedback receiver, and a user is called "admin".

    How to fix: remove the public CA, and give the servers certificates of a private CA.

    References: Release Notes 4.4(3.57), appendix, table of connections; Maintenance Manual 4.5, trust stores.
    """
    return view["admits"].eq("yes") & view["public_authorities"].ne("")
