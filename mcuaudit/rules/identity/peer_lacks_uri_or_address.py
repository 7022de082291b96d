"""The certificate of a SIP peer on a direct route lacks its SIP URI or its IP address."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import PEER_CERTIFICATE
from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


@rule(
    code="MCU212",
    view="direct_peers",
    severity="note",
    source=MAINTENANCE_MANUAL,
    section="Certificate identity requirements",
    grade="doc",
    reference="{peer}",
    cause=PEER_CERTIFICATE,
    message="the certificate of {peer}, a SIP peer on a direct route, has {lacking}.",
    fix="Have the certificate of {peer} issued with a sip: URI and its IP address in the subjectAltName.",
)
def peer_lacks_uri_or_address(view: pd.DataFrame, context: Context) -> pd.Series:
    """The certificate of a SIP peer on a direct route lacks its SIP URI or its IP address.

    What it checks: the certificate of a declared SIP peer with the route direct contains a sip: or sips: URI, and the
    IP address that the device uses for the peer, in any entry. If no address is recorded, any address counts. Other
    MCUs of the fleet are checked by their own local certificates.

    Why it matters: according to the guideline, the certificate of every SIP entity contains both. The connection rules
    check whether a call works without them; this finding is a reminder for the next certificate.

    How to fix: have the next certificate of the peer issued with both, and with the address also in a DNS entry.

    References: Maintenance Manual 4.5, certificate identity requirements; reading A1.
    """
    return view["lacking"] != ""
