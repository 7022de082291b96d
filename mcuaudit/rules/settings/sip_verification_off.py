"""SIP peers are not verified."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.settings import NO_VERIFICATION, OUTGOING_AND_INCOMING_CALLS, VERIFICATION_SETTINGS
from mcuaudit.rules.causes import setting
from mcuaudit.rules.remedies import to_setting
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


@rule(
    code="MCU401",
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
    message="“Verification settings” is set to “No verification”, so no SIP peer is verified.",
    fix="Add the CAs of the peers to the SIP trust store, then set “Outgoing and incoming calls”.",
)
def sip_verification_off(view: pd.DataFrame, context: Context) -> pd.Series:
    """SIP peers are not verified.

    What it checks: "Verification settings" of the SIP trust store is not set to "No verification".

    Why it matters: the device checks no certificate of a caller or of a called party.

    How to fix: fill the SIP trust store, then set "Outgoing and incoming calls".

    References: Release Notes 4.4(3.57), appendix, table of connections; Administrator's Guide 4.4.
    """
    return view["verification_settings"] == NO_VERIFICATION
