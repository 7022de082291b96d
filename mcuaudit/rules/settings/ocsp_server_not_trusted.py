"""The device does not trust its OCSP server, so it rejects every client certificate."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.domain.slots import Slot
from mcuaudit.rules.causes import from_view
from mcuaudit.rules.remedies import to_trust_store
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule
from mcuaudit.rules.texts import columns_from_view


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    """It is not known whether the server is asked."""
    return view["asked"].eq("open") & view["mcu_trust"].ne("pass")


@rule(
    code="MCU420",
    view="ocsp_servers",
    adds=("missing_evidence",),
    texts=columns_from_view(missing_evidence="asked_evidence"),
    severity="error",
    source=RELEASE_NOTES,
    section="OCSP",
    grade="inferred",
    when={"asked": ("yes", "open"), "trust_decides": ("yes", "open")},
    needs=("mcu_trust",),
    reference="{ocsp_server_url}",
    slot="https_trust_store",
    cause=from_view("trust_cause_id"),
    remedy=to_trust_store(RemedyKind.ADD_ISSUER, slot=Slot.HTTPS_TRUST_STORE),
    message=(
        "OCSP is on, and the HTTPS trust store does not trust the OCSP server {ocsp_server_url}, so every "
        "client certificate is rejected and no web or API user can log in over HTTPS."
    ),
    undetermined=_undetermined,
    undetermined_message=(
        "it is not known whether OCSP is asked about client certificates. If it is, and the HTTPS trust store does not "
        "trust the OCSP server {ocsp_server_url}, every client certificate is rejected."
    ),
    fix="Add the CA of the OCSP server to the HTTPS trust store, or use an http URL, as is usual for OCSP.",
)
def ocsp_server_not_trusted(view: pd.DataFrame, context: Context) -> pd.Series:
    """The device does not trust its OCSP server, so it rejects every client certificate.

    What it checks: if OCSP is on, client certificates are verified, and the OCSP server is verified itself (an https
    URL, and Server certificate security "Verify certificate"), the HTTPS trust store trusts the certificate of the OCSP
    server. MCU505 reports the connection; this rule reports the effect on all logins. If the trust is undetermined,
    MCU505 gives the reason. If it is not known whether OCSP is asked, the outcome is undetermined.

    Why it matters: the device rejects a client unless the OCSP response is good. One CA that is missing from the HTTPS
    trust store locks out every user who logs in with a certificate. mcuaudit infers that a refused connection counts as
    no answer; Cisco's documentation does not say so.

    How to fix: add the CA of the OCSP server to the HTTPS trust store before you switch on OCSP.

    References: Release Notes 4.4(3.57), appendix, OCSP and table of connections.
    """
    return view["asked"].eq("yes") & view["mcu_trust"].eq("fail")
