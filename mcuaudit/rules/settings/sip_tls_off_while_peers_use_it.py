"""Encrypted SIP is off while SIP peers are declared."""

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
    message="encrypted SIP (TLS) is off, while SIP peers are declared ({sip_peers}): {plain_sip}.",
    fix="Switch encrypted SIP (TLS) on under Network > Services, or take the peers out of peers.toml.",
)
def sip_tls_off_while_peers_use_it(view: pd.DataFrame, context: Context) -> pd.Series:
    """Encrypted SIP is off while SIP peers are declared.

    What it checks: where peers are declared for incoming or outgoing SIP calls, the service Encrypted SIP (TLS) is on.

    Why it matters: without the service no SIP call uses TLS, whatever certificates and trust stores say. Calls go in
    clear by SIP over TCP or UDP if these are on, or not at all; the certificates of such calls are not judged.

    How to fix: switch the service on, or correct peers.toml.

    References: API Reference Guide 2.8 to 2.11, services.query; Release Notes 4.4(3.57), appendix.
    """
    return view["service_sips_tcp"] == "false"
