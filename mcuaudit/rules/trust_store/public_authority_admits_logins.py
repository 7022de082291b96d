"""A public CA is in the HTTPS trust store while certificates log users in."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import TRUST_STORE
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


@rule(
    code="MCU311",
    view="public_stores",
    severity="error",
    source=RELEASE_NOTES,
    section="Client certificate security",
    grade="inferred",
    when={"slot": ("https_trust_store",), "admits": ("yes",), "store_read": ("yes",)},
    cause=TRUST_STORE,
    message=(
        "the {store_title} holds public CAs ({public_authorities}), and whoever has a certificate of them "
        "with the name of a user as CN logs in as that user, without a password."
    ),
    fix=(
        "Take the public CAs out of the {store_title}; give feedback receivers and the OCSP server certificates of a "
        "private CA, or lower Client certificate security to “Verify certificate”."
    ),
)
def public_authority_admits_logins(view: pd.DataFrame, context: Context) -> pd.Series:
    """A public CA is in the HTTPS trust store while certificates log users in.

    What it checks: where Client certificate security is "Certificate-based authentication allowed" or "…required", the
    HTTPS trust store holds no CA that is public or stands below a public one. Public are the CAs that certifi lists and
    those of the policy ([known] public_authorities).

    Why it matters: the one HTTPS trust store judges client logins as well as servers. A public CA that was added for a
    feedback receiver lets whoever gets a certificate with a CN equal to a user name, from any CA below it, log in as
    that user. This is inferred from the documents, which do not speak of it.

    Example: the CA of a cloud service was added so that feedback could be verified; a user is called "admin".

    How to fix: take the public CA out, and let the servers have certificates of a private CA.

    References: Release Notes 4.4(3.57), appendix, table of connections; Maintenance Manual 4.5, trust stores.
    """
    return view["public_authorities"] != ""
