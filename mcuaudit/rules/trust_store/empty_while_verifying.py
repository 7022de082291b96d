"""Verification is switched on while the trust store is empty."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule
from mcuaudit.vocabulary import NO_VERIFICATION, NOT_REQUIRED


@rule(
    code="MCU301",
    view="devices",
    severity="error",
    source=RELEASE_NOTES,
    section="Connections that may involve certificate exchange",
    grade="doc",
    needs=("verification_settings", "client_certificate_security", "server_certificate_security"),
    message=("{device_id}: verification is on, and the {empty_stores} holds no certificate, so every peer is refused."),
    fix=(
        "Put the root and intermediate CA certificates of the peers into the store before verification is switched on."
    ),
    slot="trust_store",
    cause="{empty_stores} of {device_id}",
)
def empty_while_verifying(view: pd.DataFrame, context: Context) -> pd.Series:
    """Verification is switched on while the trust store is empty.

    What it checks: where Verification settings, Client certificate security or Server certificate security verify
    peers, the SIP or HTTPS trust store that they use holds at least one certificate.

    Why it matters: nothing can be trusted by an empty store: calls fail, or every administrator is locked out.

    How to fix: fill the store first, then switch verification on.

    References: Release Notes 4.4(3.57), appendix, table of connections.
    """
    sip = (view["verification_settings"] != NO_VERIFICATION) & (view["sip_trust_store_state"] == "empty")
    https = (view["client_certificate_security"] != NOT_REQUIRED) | (
        view["server_certificate_security"] != NO_VERIFICATION
    )
    https &= view["https_trust_store_state"] == "empty"
    view["empty_stores"] = "HTTPS trust store"
    view.loc[sip, "empty_stores"] = "SIP trust store"
    view.loc[sip & https, "empty_stores"] = "SIP trust store and HTTPS trust store"
    return sip | https
