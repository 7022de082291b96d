"""A SIP URI in the local certificate is more than sip: and a host."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["uris_not_plain"] != ""


@rule(
    code="MCU208",
    view="local_names",
    adds=("readings",),
    severity="warning",
    source=RELEASE_NOTES,
    section="Outgoing SIP calls",
    grade="open",
    when={"sip_tls": ("on",)},
    slot="local_certificate",
    cause="local certificate of {device_id}",
    message=(
        "{device_id}: whether {uris_not_plain} in the local certificate stands for its host is undetermined; no plain"
        " sip: URI and no DNS entry carries the same."
    ),
    fix="Issue the local certificate with sip: and the host alone, without sips:, user, port and parameters.",
    undetermined=_undetermined,
)
def uri_not_plain(view: pd.DataFrame, context: Context) -> pd.Series:
    """A SIP URI in the local certificate is more than sip: and a host.

    What it checks: the host of a sips: URI, and of a sip: URI with user, port or parameters, is also carried by a
    plain sip: URI or by a DNS entry. Without SIP over TLS the rule does not apply.

    Why it matters: the documents say that the URI field is looked at, not how. Whether user, port and parameters are
    passed over (reading A2) and sips: counts (reading A3) is open. Peers by RFC 5922 pass over port and parameters, and
    do not accept sips: or a user.

    Example: sips:mcu-1.example.com as the only entry of the subjectAltName.

    How to fix: have it issued with sip: and the host alone.

    References: Release Notes 4.4(3.57), appendix, Outgoing SIP calls; RFC 5922, section 7.1; readings A2 and A3.
    """
    view["readings"] = view["uri_readings"]
    return pd.Series(False, index=view.index)
