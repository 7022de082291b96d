"""Incoming SIP calls are not verified."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.settings import OUTGOING_AND_INCOMING_CALLS, OUTGOING_CALLS_ONLY, VERIFICATION_SETTINGS
from mcuaudit.rules.causes import setting
from mcuaudit.rules.remedies import to_setting
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


@rule(
    code="MCU402",
    view="devices",
    severity="warning",
    source=RELEASE_NOTES,
    section="Connections that may involve certificate exchange",
    grade="doc",
    when={"verifies_certificates": ("yes",)},
    needs=("verification_settings",),
    cause=setting(VERIFICATION_SETTINGS),
    remedy=to_setting(VERIFICATION_SETTINGS, OUTGOING_AND_INCOMING_CALLS),
    slot="sip_trust_store",
    message="incoming SIP calls are not verified: “Verification settings” is set to “Outgoing calls only”.",
    fix="Set “Outgoing and incoming calls” once the SIP trust store trusts every caller.",
)
def incoming_sip_not_verified(view: pd.DataFrame, context: Context) -> pd.Series:
    """Incoming SIP calls are not verified.

    What it checks: "Verification settings" of the SIP trust store is not set to "Outgoing calls only".

    Why it matters: the MCU accepts calls without a certificate, and verifies only the parties that it calls (reading
    A15).

    How to fix: set "Outgoing and incoming calls" once the SIP trust store trusts every caller.

    References: Release Notes 4.4(3.57), appendix, table of connections; reading A15.
    """
    return view["verification_settings"] == OUTGOING_CALLS_ONLY
