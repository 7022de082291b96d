"""The device's IP address stands only in the iPAddress entry."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
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
    when={"direct_calls": ("yes",)},
    needs=("certificate", "address"),
    reference="{address}",
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    message="the IP address {address} is only in the iPAddress entry of the subjectAltName.",
    fix=(
        "Issue the local certificate with the address in a DNS entry and in a sip: URI entry as"
        " well; keep the iPAddress entry."
    ),
    undetermined=_only_in_ip_address,
    reading="A1",
)
def ip_address_only_in_ip_address_entry(view: pd.DataFrame, context: Context) -> pd.Series:
    """The device's IP address stands only in the iPAddress entry.

    What it checks: an address that the certificate carries stands in a DNS or URI entry, not in an iPAddress entry
    alone.

    Why it matters: the documents name the URI and DNS fields as the places that are looked at. Whether an iPAddress
    entry counts is not written anywhere, so the outcome is undetermined (reading A1).

    How to fix: carry the address in a DNS entry and in a sip: URI entry as well.

    References: Release Notes 4.4(3.57), appendix, Outgoing SIP calls; reading A1.
    """
    return pd.Series(False, index=view.index)
