"""A CA certificate in a trust store has expired."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import from_view
from mcuaudit.rules.remedies import to_trust_store
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU303",
    view="store_members",
    severity="warning",
    source="RFC 5280",
    section="6.1.3",
    grade="doc",
    needs=("not_after",),
    reference="{subject} {certificate}",
    cause=from_view("store_cause_id"),
    remedy=to_trust_store(RemedyKind.REMOVE_CERTIFICATE, "{subject}", "{certificate}"),
    message="{file}: the CA certificate {subject} expired on {not_after}.",
    fix="Remove it from the {store_title}, and add its successor if it is still needed.",
)
def expired_authority(view: pd.DataFrame, context: Context) -> pd.Series:
    """A CA certificate in a trust store has expired.

    What it checks: no certificate in a trust store has a notAfter before the time of the audit.

    Why it matters: every path through an expired trust anchor fails, and its successor may be missing from the store.

    How to fix: remove the certificate, and add its successor.

    References: RFC 5280, section 6.1.3; mcuaudit checks trust anchors like other CA certificates, as OpenSSL does.
    """
    return view["not_after"] < context.at
