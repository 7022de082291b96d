"""The local certificate is self-signed."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import REISSUE
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


@rule(
    code="MCU108",
    view="local_certificates",
    severity="warning",
    source=RELEASE_NOTES,
    section="Local certificate",
    grade="inferred",
    needs=("self_issued",),
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=REISSUE,
    message="the local certificate is self-signed; each peer needs it in its own trust store.",
    fix="Have a certificate issued by a CA that the peers trust.",
)
def self_signed(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate is self-signed.

    What it checks: issuer and subject are not the same name.

    Why it matters: peers must be able to verify the MCU. They trust a self-signed certificate only if it is in the
    trust store of each of them.

    How to fix: have a certificate issued by a CA that the peers trust.

    References: Release Notes 4.4(3.57), appendix, Local certificate.
    """
    return view["self_issued"].astype("boolean").fillna(False)
