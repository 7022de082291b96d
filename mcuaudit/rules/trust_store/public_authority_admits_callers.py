"""A public CA is in the SIP trust store, and incoming calls are verified."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import TRUST_STORE
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule
from mcuaudit.rules.texts import columns_from_view


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    """It is not known whether the store alone decides who calls."""
    return view["admits"].eq("open") & view["public_authorities"].ne("")


@rule(
    code="MCU310",
    view="public_stores",
    adds=("missing_evidence",),
    texts=columns_from_view(missing_evidence="admits_evidence"),
    severity="warning",
    source=RELEASE_NOTES,
    section="Incoming SIP calls",
    grade="inferred",
    when={"slot": ("sip_trust_store",), "admits": ("yes", "open"), "store_read": ("yes",)},
    cause=TRUST_STORE,
    message=(
        "the {store_title} contains {public_words} ({public_authorities}). Incoming calls are accepted "
        "without a check of the name, so anyone with a certificate from such a CA can call."
    ),
    undetermined=_undetermined,
    undetermined_message=(
        "the {store_title} contains {public_words} ({public_authorities}); if incoming calls are verified, anyone with "
        "a certificate from such a CA can call."
    ),
    fix="Give callers certificates of a private CA, and remove the public CAs from the {store_title}.",
)
def public_authority_admits_callers(view: pd.DataFrame, context: Context) -> pd.Series:
    """A public CA is in the SIP trust store, and incoming calls are verified.

    What it checks: if "Verification settings" is set to "Outgoing and incoming calls", the SIP trust store contains no
    public CA, and no CA below a public one. Public CAs are those in certifi and those in the policy ([known]
    public_authorities). If the setting is not known, the outcome is undetermined.

    Why it matters: for an incoming call, the MCU checks whether it trusts the certificate, but compares no name. Every
    customer of a public CA in the store can call. mcuaudit infers that no name is compared: Cisco's documentation does
    not mention one.

    How to fix: give callers certificates of a private CA, and remove the public CAs from the store.

    References: Release Notes 4.4(3.57), appendix, Incoming SIP calls.
    """
    return view["admits"].eq("yes") & view["public_authorities"].ne("")
