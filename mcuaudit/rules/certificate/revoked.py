"""The local certificate is revoked."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import Context, rule
from mcuaudit.rules.texts import columns_from_view


def _status_unknown(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["status_unknown"].notna()


@rule(
    code="MCU123",
    view="revocable_local_certificates",
    severity="error",
    source="RFC 5280",
    section="6.3",
    grade="doc",
    adds=("missing_evidence",),
    texts=columns_from_view(missing_evidence="revocation_evidence"),
    when={"revocable": ("yes",)},
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_local_certificate(RemedyKind.REISSUE_WITH_NEW_KEY),
    message="{revoked}. Every party that checks revocation refuses the MCU.",
    fix=(
        "Create a new key and have a certificate issued for it, by another CA if the CA is revoked; upload it, "
        "then restart the device: it might not use the new certificate until it restarts."
    ),
    undetermined=_status_unknown,
    undetermined_message="it is undetermined whether the local certificate is revoked: {status_unknown}.",
)
def revoked(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate is revoked.

    What it checks: no certificate revocation list (CRL) in the export revokes the local certificate, or a CA between it
    and a root of the export. A CRL counts if it is current and its signature is valid. It can be anywhere in the
    export. If a list of the issuer is damaged or out of date, the outcome is undetermined. Without a list of the
    issuer, nothing is found.

    Why it matters: every party that checks revocation refuses the MCU. Parties that do not check it also accept anyone
    else who has the revoked certificate's key.

    How to fix: create a new key, have a certificate issued for it, and upload it.

    References: RFC 5280, section 6.3.
    """
    return view["revoked"].notna()
