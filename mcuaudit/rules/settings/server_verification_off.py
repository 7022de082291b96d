"""HTTPS servers are not verified, but the device has https feedback receivers."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.settings import NO_VERIFICATION, SERVER_CERTIFICATE_SECURITY, VERIFY_CERTIFICATE
from mcuaudit.rules.causes import setting
from mcuaudit.rules.remedies import to_setting
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


@rule(
    code="MCU403",
    view="devices",
    severity="warning",
    source=RELEASE_NOTES,
    section="Connections that may involve certificate exchange",
    grade="doc",
    when={"verifies_certificates": ("yes",)},
    needs=("server_certificate_security", "feedback_receivers"),
    slot="https_trust_store",
    cause=setting(SERVER_CERTIFICATE_SECURITY),
    remedy=to_setting(SERVER_CERTIFICATE_SECURITY, VERIFY_CERTIFICATE),
    message="“Server certificate security” is set to “No verification”, but feedback is sent to an https receiver.",
    fix="Add the CAs of the receivers to the HTTPS trust store, then set “Verify certificate”.",
)
def server_verification_off(view: pd.DataFrame, context: Context) -> pd.Series:
    """HTTPS servers are not verified, but the device has https feedback receivers.

    What it checks: "Server certificate security" is set to "Verify certificate" if an https feedback receiver is
    configured.

    Why it matters: an attacker who can redirect the connection receives the feedback.

    How to fix: add the CAs of the receivers to the HTTPS trust store, then set "Verify certificate".

    References: Release Notes 4.4(3.57), appendix, table of connections.
    """
    https = view["feedback_receivers"].str.contains(r"(?:^|\s)https:", case=False, regex=True, na=False)
    return https & (view["server_certificate_security"] == NO_VERIFICATION)
