"""A CA certificate in a trust store expires before a peer certificate that needs it."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import TRUST_STORE
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU309",
    view="path_authorities",
    severity="warning",
    source="RFC 5280",
    section="6.1.3",
    grade="doc",
    reference="{subject} {certificate}",
    cause=TRUST_STORE,
    message=(
        "the CA certificate {named} in the {store_title} expires on {not_after}, before the certificates "
        "that need it: {outlasting} (until {longest_end})."
    ),
    fix="Add the renewed CA certificate to the {store_title} before then, and to the trust stores of the peers.",
)
def authority_expires_first(view: pd.DataFrame, context: Context) -> pd.Series:
    """A CA certificate in a trust store expires before a peer certificate that needs it.

    What it checks: no certificate of a verified peer is valid for longer than the CA certificates of the store in its
    path. If the store has a later certificate with the same name and key, that one counts.

    Why it matters: the connection fails as soon as the first certificate of its path expires. An administrator who
    watches only the certificates of the peers does not see this coming.

    How to fix: add the renewed CA certificate in time.

    References: RFC 5280, section 6.1.3; mcuaudit checks trust anchors like other CA certificates, as OpenSSL does.
    """
    return view["outlasting"].notna()
