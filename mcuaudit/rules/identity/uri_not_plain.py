"""A SIP URI in the local certificate is not just sip: and a host."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule
from mcuaudit.rules.texts import columns_from_view


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["uris_not_plain"] != ""


@rule(
    code="MCU208",
    view="local_names",
    adds=("readings",),
    texts=columns_from_view(readings="uri_readings"),
    severity="warning",
    source=RELEASE_NOTES,
    section="Outgoing SIP calls",
    grade="open",
    when={"sip_tls": ("on",)},
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    message=(
        "it is undetermined whether {uris_not_plain} in the local certificate identifies its host; no"
        " plain sip: URI and no DNS entry has the same host."
    ),
    fix="Have the local certificate issued with sip: and the host only, without sips:, user, port or parameters.",
    undetermined=_undetermined,
)
def uri_not_plain(view: pd.DataFrame, context: Context) -> pd.Series:
    """A SIP URI in the local certificate is not just sip: and a host.

    What it checks: the host of a sips: URI, or of a sip: URI with user, port or parameters, is also in a plain sip: URI
    or in a DNS entry. The rule does not apply if SIP over TLS is off.

    Why it matters: Cisco's documentation says that the URI field is read, but not how. Whether user, port and
    parameters are ignored (reading A2) and whether sips: counts (reading A3) is open. Peers that follow RFC 5922 ignore
    port and parameters, and do not accept sips: or a user.

    Example: sips:mcu-1.example.com as the only entry of the subjectAltName.

    How to fix: reissue the certificate with sip: and the host only.

    References: Release Notes 4.4(3.57), appendix, Outgoing SIP calls; RFC 5922, section 7.1; readings A2 and A3.
    """
    return pd.Series(False, index=view.index)
