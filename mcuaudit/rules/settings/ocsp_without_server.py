"""OCSP is on, but no OCSP server is set."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import setting
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule
from mcuaudit.rules.texts import columns_from_view


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    """It is not known whether the server is asked."""
    return view["asked"].eq("open") & _no_server(view)


def _no_server(view: pd.DataFrame) -> pd.Series:
    return view["ocsp_server_url"].str.strip().eq("").fillna(value=False)


@rule(
    code="MCU419",
    view="ocsp_servers",
    adds=("missing_evidence",),
    texts=columns_from_view(missing_evidence="asked_evidence"),
    severity="error",
    source=RELEASE_NOTES,
    section="OCSP",
    grade="inferred",
    when={"asked": ("yes", "open")},
    needs=("ocsp_server_url",),
    cause=setting("ssl_certificates.ocsp.server_url"),
    message="OCSP is on, but no server URL is set, so every client certificate is rejected.",
    undetermined=_undetermined,
    undetermined_message=(
        "no server URL is set; if OCSP is on and client certificates are verified, every client certificate is "
        "rejected."
    ),
    fix="Set the http or https URL of the OCSP server, or switch off OCSP.",
)
def ocsp_without_server(view: pd.DataFrame, context: Context) -> pd.Series:
    """OCSP is on, but no OCSP server is set.

    What it checks: if OCSP is on and client certificates are verified, the URL of the OCSP server is set. If it is not
    known whether OCSP is asked, the outcome is undetermined.

    Why it matters: the MCU asks only its configured server, never the one that a certificate names, and rejects the
    client unless the response is good. mcuaudit infers that it rejects every client if no server is configured; Cisco's
    documentation does not say so.

    How to fix: set the URL, or switch off OCSP.

    References: Release Notes 4.4(3.57), appendix, OCSP.
    """
    return view["asked"].eq("yes") & _no_server(view)
