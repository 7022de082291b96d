"""The device's IP address is only in an iPAddress entry."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _only_in_ip_address(view: pd.DataFrame, context: Context) -> pd.Series:
    return (view["outcome"] == "open") & (view["found_in"] == "ip")


@rule(
    code="MCU204",
    view="own_addresses",
    severity="warning",
    source=RELEASE_NOTES,
    section="Outgoing SIP calls",
    grade="open",
    when={"direct_calls": ("yes", "open")},
    needs=("direct_calls_known", "certificate", "address"),
    reference="{address}",
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_local_certificate(RemedyKind.REISSUE_WITH_NAMES, "{address}"),
    message="the IP address {address} is only in the iPAddress entry of the subjectAltName.",
    fix=(
        "Have the local certificate issued with the address also in a DNS entry and in a sip: URI entry; keep the"
        " iPAddress entry."
    ),
    undetermined=_only_in_ip_address,
    reading="A1",
)
def ip_address_only_in_ip_address_entry(view: pd.DataFrame, context: Context) -> pd.Series:
    """The device's IP address is only in an iPAddress entry.

    What it checks: an address in the certificate is in a DNS or URI entry, not only in an iPAddress entry.

    Why it matters: according to Cisco's documentation, the device looks in the URI and DNS fields. It does not mention
    iPAddress entries, so the outcome is undetermined (reading A1).

    How to fix: reissue the certificate with the address also in a DNS entry and in a sip: URI entry.

    References: Release Notes 4.4(3.57), appendix, Outgoing SIP calls; reading A1.
    """
    return pd.Series(False, index=view.index)
