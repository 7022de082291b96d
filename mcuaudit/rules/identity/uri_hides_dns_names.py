"""A sip: URI in the local certificate hides a DNS name that a peer that follows RFC 5922 expects."""

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
        "the local certificate contains {hidden_names} only in DNS entries, which {hidden_names_peers}"
        " ignores when a sip: URI is present (RFC 5922)."
    ),
    fix=("Have the local certificate issued with a sip: URI for every name in a DNS entry, or without any sip: URI."),
)
def uri_hides_dns_names(view: pd.DataFrame, context: Context) -> pd.Series:
    """A sip: URI in the local certificate hides a DNS name that a peer that follows RFC 5922 expects.

    What it checks: if a SIP peer that follows RFC 5922 expects a name, the name is not only in a DNS entry of a
    certificate that has a sip: URI without a user part. The expected names are those of `expects`, otherwise the
    addresses of the device for direct calls and its host names for other calls. The rule applies if such a peer is
    declared.

    Why it matters: under RFC 5922, DNS names are compared only if there is no such URI. An MCU accepts both (reading
    A6), so the certificate works between MCUs and fails with the peer.

    Example: the entries sip:10.1.2.3 and mcu-1.example.com, and a peer that expects mcu-1.example.com.

    How to fix: reissue the certificate with a sip: URI for each of these names too.

    References: RFC 5922, section 7.1; Release Notes 4.4(3.57), appendix, Outgoing SIP calls; reading A6.
    """
    return view["hidden_names"] != ""
