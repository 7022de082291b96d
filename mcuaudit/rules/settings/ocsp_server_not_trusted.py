"""The OCSP server is not trusted, so every client certificate is rejected."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


@rule(
    code="MCU420",
    view="ocsp_servers",
    severity="error",
    source=RELEASE_NOTES,
    section="OCSP",
    grade="inferred",
    when={"asked": ("yes",), "mcu_trust": ("pass", "fail")},
    reference="{ocsp_server_url}",
    slot="https_trust_store",
    cause=from_view("trust_cause_id"),
    message=(
        "OCSP is on, and the HTTPS trust store does not vouch for its server {ocsp_server_url}, so every "
        "client certificate is rejected and no web or API user logs in by HTTPS."
    ),
    fix="Add the CA of the OCSP server to the HTTPS trust store, or ask it by http, as is usual for OCSP.",
)
def ocsp_server_not_trusted(view: pd.DataFrame, context: Context) -> pd.Series:
    """The OCSP server is not trusted, so every client certificate is rejected.

    What it checks: where OCSP is on, client certificates are verified and the OCSP server is verified itself (an https
    URL, and Server certificate security "Verify certificate"), the HTTPS trust store vouches for its certificate.
    MCU505 speaks of that connection, this rule of what it does to all logins. Where the trust is undetermined MCU505
    says why.

    Why it matters: in every case but a good answer the client is rejected. One CA that is missing from the HTTPS trust
    store locks out every user whose certificate would be asked about. That a refused connection counts as no answer is
    inferred.

    How to fix: add the CA of the OCSP server to the HTTPS trust store before OCSP is switched on.

    References: Release Notes 4.4(3.57), appendix, OCSP and table of connections.
    """
    return view["mcu_trust"] == "fail"
