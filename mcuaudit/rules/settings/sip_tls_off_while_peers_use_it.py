"""Encrypted SIP is off, but SIP peers are declared."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import setting
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU412",
    view="services",
    severity="warning",
    source="API Reference Guide 2.8 to 2.11",
    section="services.query",
    grade="doc",
    when={"has_sip_peers": ("yes",)},
    needs=("service_sips_tcp",),
    cause=setting("services.sips_tcp"),
    message="encrypted SIP (TLS) is off, but SIP peers are declared ({sip_peers}): {plain_sip}.",
    fix="Switch on encrypted SIP (TLS) under Network > Services, or remove the peers from peers.toml.",
)
def sip_tls_off_while_peers_use_it(view: pd.DataFrame, context: Context) -> pd.Series:
    """Encrypted SIP is off, but SIP peers are declared.

    What it checks: if peers are declared for incoming or outgoing SIP calls, the service Encrypted SIP (TLS) is on.

    Why it matters: without this service, no SIP call uses TLS, so certificates and trust stores have no effect. Calls
    use SIP over TCP or UDP in clear text if these services are on; otherwise there are no SIP calls. The certificates
    of such calls are not checked.

    How to fix: switch on the service, or correct peers.toml.

    References: API Reference Guide 2.8 to 2.11, services.query; Release Notes 4.4(3.57), appendix.
    """
    return view["service_sips_tcp"] == "false"
