"""A public CA is in the SIP trust store while incoming calls are verified."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import TRUST_STORE
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


@rule(
    code="MCU310",
    view="public_stores",
    severity="warning",
    source=RELEASE_NOTES,
    section="Incoming SIP calls",
    grade="inferred",
    when={"slot": ("sip_trust_store",), "admits": ("yes",), "store_read": ("yes",)},
    cause=TRUST_STORE,
    message=(
        "the {store_title} holds public CAs ({public_authorities}), and incoming calls are admitted by "
        "trust alone, so whoever has a certificate from one of them may call."
    ),
    fix="Verify callers by a private CA, and take the public ones out of the {store_title}.",
)
def public_authority_admits_callers(view: pd.DataFrame, context: Context) -> pd.Series:
    """A public CA is in the SIP trust store while incoming calls are verified.

    What it checks: where Verification settings is "Outgoing and incoming calls", the SIP trust store holds no CA that
    is public or stands below a public one. Public are the CAs that certifi lists and those of the policy ([known]
    public_authorities).

    Why it matters: of an incoming call the MCU checks the trust in the certificate and no name. Every customer of a
    public CA in the store is admitted. That no name is compared is inferred from the documents, which name none.

    How to fix: let callers have certificates of a private CA, and take the public ones out of the store.

    References: Release Notes 4.4(3.57), appendix, Incoming SIP calls.
    """
    return view["public_authorities"] != ""
