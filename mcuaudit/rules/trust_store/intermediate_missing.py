"""A trust store lacks a CA certificate that the certificates of peers need."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


def _may_be_sent(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["trust"] == "open"


@rule(
    code="MCU305",
    view="lacking_authorities",
    severity="error",
    source=MAINTENANCE_MANUAL,
    section="Trust stores",
    grade="doc",
    reference="{lacking}",
    cause=from_view("store_cause_id"),
    message="the {store_title} lacks {lacking}, without which no path leads from {needed_by} to a root.",
    fix="Add {lacking} to the {store_title} if these peers are to be trusted.",
    undetermined=_may_be_sent,
    undetermined_message=("the {store_title} lacks {lacking}; whether {needed_by} can be verified depends on it."),
)
def intermediate_missing(view: pd.DataFrame, context: Context) -> pd.Series:
    """A trust store lacks a CA certificate that the certificates of peers need.

    What it checks: for every declared peer that a trust store verifies, the store or the peer itself holds each CA
    certificate from the peer's up to the root. A CA that lacks is named once for the store, with the peers that need
    it; MCU302 tells the same connection by connection. A root that lacks above an intermediate of the store is the
    subject of MCU304, an empty store that of MCU301.

    Why it matters: one missing CA certificate refuses every peer below it. Where the certificate is found elsewhere in
    the export, and the peer is not known to send it, the outcome is undetermined (reading A11).

    Example: the recorder sends its own certificate alone, and the store holds the root but not the issuing CA.

    How to fix: add the CA certificate to the store, which is meant to hold intermediate as well as root CAs.

    References: Maintenance Manual 4.5, trust stores; Release Notes 4.4(3.57), appendix; reading A11.
    """
    return view["trust"] == "fail"
