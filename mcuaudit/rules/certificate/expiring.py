"""The local certificate expires soon."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
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
    message="the local certificate expires on {not_after}.",
    fix="Issue and upload a new certificate before then; a restart may be needed before it is used.",
)
def expiring(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate expires soon.

    What it checks: notAfter is at least [thresholds] expiry_days (60 unless the policy says otherwise) away.
    Expired certificates are the subject of MCU103.

    Why it matters: uploads to an MCU are made by hand and may need a restart, so they want planning.

    How to fix: issue and upload a new certificate.

    References: RFC 5280, section 4.1.2.5.
    """
    left = view["not_after"] - context.at
    return (left >= pd.Timedelta(0)) & (left < pd.Timedelta(days=context.policy.thresholds.expiry_days))
