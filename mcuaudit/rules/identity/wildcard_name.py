"""Only a wildcard in the local certificate covers a name that SIP peers expect."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.rule import Context, rule


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["wildcards"].ne("") & (view["by_wildcard"].ne("") | view["names_known"].eq("no"))


def _texts(view: pd.DataFrame, context: Context) -> None:
    view["by_wildcard"] = view["by_wildcard"].mask(view["names_known"].eq("no"), "the device")


@rule(
    code="MCU207",
    view="expected_sip_names",
    adds=("by_wildcard",),
    texts=_texts,
    severity="warning",
    source="RFC 5922",
    section="7.2, comparing SIP identities",
    grade="open",
    when={"sip_tls": ("on",)},
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    message=(
        "only the wildcard {wildcards} of the local certificate covers {refused_names}, and"
        " {refused_names_peers} does not accept wildcards (RFC 5922)."
    ),
    fix="Have the local certificate issued with the names of the device itself, in DNS and sip: URI entries.",
    undetermined=_undetermined,
    undetermined_message=(
        "the local certificate names {by_wildcard} only by the wildcard {wildcards}; it is undetermined"
        " whether SIP peers accept that (peers that follow RFC 5922 do not)."
    ),
    reading="A5",
)
def wildcard_name(view: pd.DataFrame, context: Context) -> pd.Series:
    """Only a wildcard in the local certificate covers a name that SIP peers expect.

    What it checks: no host name of the device, and no name that a SIP peer expects, is covered only by a wildcard. The
    rule fails if a declared SIP peer compares names as RFC 5922 specifies and expects such a name. Otherwise the
    outcome is undetermined, even if the certificate has a wildcard and no name of the device is recorded. A wildcard
    beside the full name is accepted. The rule does not apply if SIP over TLS is off.

    Why it matters: RFC 5922 does not allow wildcards. Whether another MCU, an endpoint, Expressway or Unified CM
    accepts one is not documented (reading A5). HTTPS clients accept a wildcard as the complete left-most label; MCU202
    checks that.

    Example: *.example.com as the only DNS entry, for all devices of a site.

    How to fix: reissue the certificate with the names of the device itself.

    References: RFC 5922, section 7.2; RFC 9525, section 6.3; reading A5.
    """
    return view["refused_names"] != ""
