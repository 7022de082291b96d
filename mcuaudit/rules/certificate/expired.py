"""The local certificate has expired."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import REISSUE
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU103",
    view="local_certificates",
    severity="error",
    source="RFC 5280",
    section="4.1.2.5 and 6.1.3",
    grade="doc",
    needs=("not_after",),
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=REISSUE,
    message="the local certificate expired on {not_after}.",
    fix=(
        "Have a new certificate issued and upload it, then restart the device: it might not use the new certificate "
        "until it restarts."
    ),
)
def expired(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate has expired.

    What it checks: the time of the audit is not after notAfter. notAfter is inclusive.

    Why it matters: every party that verifies the MCU refuses its certificate.

    How to fix: have a new certificate issued, and upload it.

    References: RFC 5280, sections 4.1.2.5 and 6.1.3.
    """
    return view["not_after"] < context.at
