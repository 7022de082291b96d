"""The HTTPS trust store lacks the CA of an https feedback receiver."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules import remedies
from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import Context, rule


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["outcome"] == "open"


@rule(
    code="MCU426",
    view="receiver_issuers",
    severity="warning",
    source="Cisco TMS 15",
    section="Secure-Only mode",
    grade="inferred",
    when={"verifies_certificates": ("yes",), "presents": ("yes",)},
    reference="{uri}",
    slot="https_trust_store",
    cause=from_view("cause_id"),
    remedy=remedies.from_view("remedy_id"),
    message="feedback receiver {uri}: {reason}",
    fix="{remedy}",
    undetermined=_undetermined,
    undetermined_message=(
        "it is undetermined whether the HTTPS trust store has the CA of the feedback receiver {uri}: {reason}"
    ),
)
def receiver_issuer_missing(view: pd.DataFrame, context: Context) -> pd.Series:
    """The HTTPS trust store lacks the CA of an https feedback receiver.

    What it checks: the HTTPS trust store has a CA above the certificate of every https feedback receiver, by names and
    signatures, with the chain that the receiver presents. The level of “Server certificate security” does not matter.
    If a path exists only with CA certificates from elsewhere in the export, the outcome is undetermined (reading A11).
    The rule does not apply to a receiver whose certificate is not in the export; MCU506 reports the connection.

    Why it matters: a TMS in Secure-Only mode uses https in both directions, so it becomes an https feedback receiver.
    While “Server certificate security” is set to "No verification" nothing shows that its CA is missing; with "Verify
    certificate" the device then refuses the receiver. That the store needs the CA is in Cisco's documentation;
    mcuaudit reports it before verification is switched on.

    How to fix: add the CA certificate to the HTTPS trust store. If users log in with a certificate, a public CA there
    also admits strangers (MCU311); a private CA for the receiver avoids that.

    References: Cisco TMS 15, Secure-Only mode; Release Notes 4.4(3.57), appendix, table of connections; reading A11.
    """
    return view["outcome"] == "fail"
