"""The device's IP address is only in the CN, although there is a subjectAltName."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


@rule(
    code="MCU205",
    view="own_addresses",
    severity="error",
    source=RELEASE_NOTES,
    section="Outgoing SIP calls",
    grade="doc",
    when={"direct_calls": ("yes", "open")},
    needs=("direct_calls_known", "certificate", "address"),
    reference="{address}",
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_local_certificate(RemedyKind.REISSUE_WITH_NAMES, "{address}"),
    message="the IP address {address} is only in the CN, which is ignored when a subjectAltName is present.",
    fix="Reissue the certificate with the address in both a DNS entry and a sip: URI entry of the subjectAltName.",
)
def ip_address_only_in_common_name(view: pd.DataFrame, context: Context) -> pd.Series:
    """The device's IP address is only in the CN, although there is a subjectAltName.

    What it checks: an address in the CN is accepted only if the certificate has no subjectAltName.

    Why it matters: the CN is used only if there is no subjectAltName, so the address is not found (reading A17).

    How to fix: reissue the certificate with the address in both a DNS entry and a sip: URI entry of the
    subjectAltName.

    References: Release Notes 4.4(3.57), appendix, Outgoing SIP calls; readings A4 and A17.
    """
    return (view["outcome"] == "fail") & (view["found_in"] == "cn")
