"""SIP peers would have to take a wildcard for the name of the device."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.rule import Context, rule


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["wildcards"].ne("") & view["by_wildcard"].ne("")


@rule(
    code="MCU207",
    view="expected_sip_names",
    adds=("by_wildcard",),
    severity="warning",
    source="RFC 5922",
    section="7.2, comparing SIP identities",
    grade="open",
    when={"sip_tls": ("on",)},
    slot="local_certificate",
    cause="local certificate of {device_id}",
    message=(
        "{device_id}: only the wildcard {wildcards} of the local certificate covers {refused_names}, and"
        " {refused_names_peers} takes no wildcards (RFC 5922)."
    ),
    fix="Issue the local certificate with the names of the device itself, in DNS and sip: URI entries.",
    undetermined=_undetermined,
    undetermined_message=(
        "{device_id}: the local certificate names {by_wildcard} by the wildcard {wildcards} alone; whether SIP peers"
        " accept that is undetermined, those by RFC 5922 do not."
    ),
    reading="A5",
)
def wildcard_name(view: pd.DataFrame, context: Context) -> pd.Series:
    """SIP peers would have to take a wildcard for the name of the device.

    What it checks: no host name of the device, and no name that a SIP peer is told to expect, is covered by a wildcard
    alone. It fails where a declared SIP peer compares by RFC 5922 and expects such a name. Otherwise it is
    undetermined, also where a wildcard is there and no name of the device is told. A wildcard beside the full name does
    no harm. Without SIP over TLS the rule does not apply.

    Why it matters: RFC 5922 allows no wildcards. Whether another MCU, an endpoint, Expressway or Unified CM accepts one
    is not documented (reading A5). HTTPS clients accept a wildcard as the complete left-most label; MCU202 judges that.

    Example: *.example.com as the only DNS entry, for all devices of a site.

    How to fix: have it issued with the names of the device itself.

    References: RFC 5922, section 7.2; RFC 9525, section 6.3; reading A5.
    """
    view["by_wildcard"] = view["by_wildcard"].mask(view["names_known"].eq("no"), "the device")
    return view["refused_names"] != ""
