"""OCSP is on without a server."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


@rule(
    code="MCU419",
    view="ocsp_servers",
    adds=("url_words",),
    severity="error",
    source=RELEASE_NOTES,
    section="OCSP",
    grade="inferred",
    when={"asked": ("yes",)},
    needs=("ocsp_server_url",),
    cause="setting ssl_certificates.ocsp.server_url of {device_id}",
    message="{device_id}: OCSP is on, and {url_words}, so every client certificate is rejected.",
    fix="Set the http or https URL of the OCSP server, or switch OCSP off.",
)
def ocsp_without_server(view: pd.DataFrame, context: Context) -> pd.Series:
    """OCSP is on without a server.

    What it checks: where OCSP is on and client certificates are verified, the URL of its server is an http or https
    URL with a host.

    Why it matters: the MCU asks its one configured server, never the one that a certificate names, and rejects the
    client in every case but a good answer. Without a server there is none; that this rejects everybody is inferred.

    How to fix: set the URL, or switch OCSP off.

    References: Release Notes 4.4(3.57), appendix, OCSP.
    """
    url = view["ocsp_server_url"].str.strip()
    view["url_words"] = ("its server URL “" + url + "” is no http or https URL").mask(
        url.eq(""), "it has no server URL"
    )
    return ~url.str.match(r"https?://[^/?#\s]+", case=False, na=False)
