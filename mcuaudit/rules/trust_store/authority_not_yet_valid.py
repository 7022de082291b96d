"""A CA certificate in a trust store is not valid yet."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU314",
    view="store_members",
    severity="warning",
    source="RFC 5280",
    section="6.1.3",
    grade="doc",
    needs=("not_before",),
    reference="{subject} {certificate}",
    cause=from_view("store_cause_id"),
    message="{file}: the CA certificate {named} in the {store_title} is not valid before {not_before}.",
    fix="Keep the CA certificate that it replaces in the {store_title} until then; check the clock of the issuing CA.",
)
def authority_not_yet_valid(view: pd.DataFrame, context: Context) -> pd.Series:
    """A CA certificate in a trust store is not valid yet.

    What it checks: notBefore of every certificate in a trust store is not after the time of the audit.

    Why it matters: until then, every path through the certificate fails, and its predecessor is still needed. A wrong
    clock at the CA can also be the reason.

    How to fix: keep the predecessor in the store until the new certificate is valid.

    References: RFC 5280, section 6.1.3; mcuaudit checks trust anchors like other CA certificates, as OpenSSL does.
    """
    return view["not_before"] > context.at
