"""The local certificate expires soon."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import REISSUE
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU105",
    view="local_certificates",
    severity="warning",
    source="RFC 5280",
    section="4.1.2.5",
    grade="doc",
    needs=("not_after",),
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=REISSUE,
    message="the local certificate expires on {not_after}.",
    fix="Have a new certificate issued and upload it before then; the device may need a restart before it uses it.",
)
def expiring(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate expires soon.

    What it checks: notAfter is at least [thresholds] expiry_days away (60 by default). MCU103 reports certificates that
    have expired.

    Why it matters: certificates are uploaded to an MCU by hand, and a restart may be needed, so a renewal needs
    planning.

    How to fix: have a new certificate issued, and upload it.

    References: RFC 5280, section 4.1.2.5.
    """
    left = view["not_after"] - context.at
    return (left >= pd.Timedelta(0)) & (left < pd.Timedelta(days=context.policy.thresholds.expiry_days))
