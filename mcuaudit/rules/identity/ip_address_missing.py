"""The local certificate does not contain the device's IP address, but direct TLS calls are configured."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _doubtful(view: pd.DataFrame, context: Context) -> pd.Series:
    return (view["outcome"] == "open") & (view["found_in"] != "ip")


@rule(
    code="MCU201",
    view="own_addresses",
    severity="error",
    source=RELEASE_NOTES,
    section="Outgoing SIP calls, note",
    grade="doc",
    when={"direct_calls": ("yes", "open")},
    needs=("direct_calls_known", "certificate", "address"),
    reference="{address}",
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_local_certificate(RemedyKind.REISSUE_WITH_NAMES, "{address}"),
    undetermined=_doubtful,
    undetermined_message="it is undetermined whether the local certificate contains {address}. {identity_reason}",
    message="direct TLS calls are configured, but the local certificate does not contain {address}.",
    fix="Reissue the certificate with the IP address in both a DNS entry and a sip: URI entry of the subjectAltName.",
)
def ip_address_missing(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate does not contain the device's IP address, but direct TLS calls are configured.

    What it checks: each enabled IP address is in the certificate. MCU204 and MCU205 report an address in a place that
    is ignored or may be ignored.

    Why it matters: in a call without a proxy, the endpoint connects directly to the MCU, and the address is then its
    identity.

    Example: a peer with route = "direct" and connections = ["outgoing_sip"], and a certificate for mcu-1.example.com
    only.

    How to fix: reissue the certificate with the address in both a DNS entry and a sip: URI entry of the
    subjectAltName.

    References: Release Notes 4.4(3.57), appendix, Outgoing SIP calls, note.
    """
    return (view["outcome"] == "fail") & (view["found_in"] != "cn")
