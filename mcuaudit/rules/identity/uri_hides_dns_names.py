"""A sip: URI in the local certificate hides a DNS name that an RFC 5922 peer looks for."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU209",
    view="expected_sip_names",
    severity="warning",
    source="RFC 5922",
    section="7.1, finding SIP identities",
    grade="doc",
    when={"sip_tls": ("on",), "strict_peers": ("yes",)},
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    message=(
        "the local certificate carries {hidden_names} in DNS entries alone, which {hidden_names_peers}"
        " does not read beside a sip: URI (RFC 5922)."
    ),
    fix=(
        "Issue the local certificate with a sip: URI for every name that stands in a DNS entry, or with"
        " no sip: URI at all."
    ),
)
def uri_hides_dns_names(view: pd.DataFrame, context: Context) -> pd.Series:
    """A sip: URI in the local certificate hides a DNS name that an RFC 5922 peer looks for.

    What it checks: what a SIP peer by RFC 5922 expects (`expects`, else the addresses of the device for direct calls
    and its host names for others) does not stand in a DNS entry alone while a sip: URI without user part is present. It
    applies where such a peer is declared.

    Why it matters: by RFC 5922 the DNS names count only where no such URI is present. An MCU accepts either (reading
    A6), so the certificate works between MCUs and fails with the peer.

    Example: the entries sip:10.1.2.3 and mcu-1.example.com, and a peer that knows the device as mcu-1.example.com.

    How to fix: have it issued with a sip: URI for each of these names too.

    References: RFC 5922, section 7.1; Release Notes 4.4(3.57), appendix, Outgoing SIP calls; reading A6.
    """
    return view["hidden_names"] != ""
