"""A CA certificate in a trust store expires before a certificate that it vouches for."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import TRUST_STORE
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU309",
    view="vouching_authorities",
    severity="warning",
    source="RFC 5280",
    section="6.1.3",
    grade="doc",
    reference="{subject} {certificate}",
    cause=TRUST_STORE,
    message=(
        "the CA certificate {named} in the {store_title} expires on {not_after}, before the certificates "
        "that it vouches for do: {outlasting} (until {longest_end})."
    ),
    fix="Put the successor of the CA certificate into the {store_title} before then, and check that the peers follow.",
)
def authority_expires_first(view: pd.DataFrame, context: Context) -> pd.Series:
    """A CA certificate in a trust store expires before a certificate that it vouches for.

    What it checks: no certificate of a verified peer is valid longer than the CA certificates of the store through
    which its path leads. A later certificate of the same name and key in the store counts for the CA.

    Why it matters: the connection ends with the first certificate of its path, so earlier than the certificate of the
    peer says. Whoever watches the peers alone is surprised.

    How to fix: add the renewed CA certificate in time.

    References: RFC 5280, section 6.1.3; trust anchors are checked like other CAs, as OpenSSL does.
    """
    return view["outlasting"].notna()
