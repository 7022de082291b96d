"""A revoked certificate is accepted by the MCU."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules import causes, remedies
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _perhaps_accepted(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["revoked"].notna() & (view["mcu_outcome"] == "open")


@rule(
    code="MCU507",
    view="revocable_connections",
    severity="error",
    source=RELEASE_NOTES,
    section="OCSP",
    grade="doc",
    when={"revocable": ("yes",)},
    cause=causes.from_view("revoked_cause"),
    remedy=remedies.from_view("revoked_remedy"),
    reference="{connection_id}",
    message="{connection_title} {peer}: revoked on {revoked_day}, and accepted by the MCU. {revoked}.",
    fix="Replace the certificate, and remove a revoked CA from the trust store.",
    undetermined=_perhaps_accepted,
    undetermined_message=(
        "{connection_title} {peer}: revoked on {revoked_day}, and it is undetermined whether the MCU accepts it. "
        "{revoked}."
    ),
)
def revoked_and_accepted(view: pd.DataFrame, context: Context) -> pd.Series:
    """A revoked certificate is accepted by the MCU.

    What it checks: no certificate revocation list (CRL) in the export revokes the certificate of a peer, or a CA of its
    path, that the MCU verifies and accepts. A CRL counts if it is current and its signature is valid. It can be
    anywhere in the export. If there is no CRL, the rule reports nothing.

    Why it matters: the MCU does not support CRLs, and asks OCSP about client certificates of HTTPS connections only.
    A person with the key of a revoked certificate can use it.

    How to fix: replace the certificate, and remove a revoked CA from the trust store. For web and API users, OCSP
    rejects revoked certificates.

    References: Release Notes 4.4(3.57), appendix, section on OCSP; RFC 5280, section 6.3.
    """
    return view["revoked"].notna() & (view["mcu_outcome"] == "pass")
