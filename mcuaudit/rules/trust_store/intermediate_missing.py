"""A trust store lacks a CA certificate that the certificates of peers need."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import from_view
from mcuaudit.rules.remedies import to_trust_store
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
    remedy=to_trust_store(RemedyKind.ADD_AUTHORITY, "{lacking}"),
    message="the {store_title} lacks {lacking}, so there is no path from {needed_by} to a root.",
    fix="Add {lacking} to the {store_title} if the device should trust these peers.",
    undetermined=_may_be_sent,
    undetermined_message=(
        "the {store_title} lacks {lacking}; it is undetermined whether {needed_by} can be verified without it."
    ),
)
def intermediate_missing(view: pd.DataFrame, context: Context) -> pd.Series:
    """A trust store lacks a CA certificate that the certificates of peers need.

    What it checks: for every declared peer that the device verifies with the trust store, each CA certificate from the
    peer's issuer up to the root is in the store or is presented by the peer. Each missing CA is one finding per store,
    with the peers that need it; MCU302 reports the same per connection. MCU304 reports a root that is missing above an
    intermediate of the store, and MCU301 an empty store.

    Why it matters: one missing CA certificate makes the device refuse every peer below it. If the CA certificate is
    elsewhere in the export, and it is not known whether the peer sends it, the outcome is undetermined (reading A11).

    Example: the recorder sends only its own certificate, and the store contains the root but not the issuing CA.

    How to fix: add the CA certificate to the store. Trust stores are meant to contain intermediate and root CAs.

    References: Maintenance Manual 4.5, trust stores; Release Notes 4.4(3.57), appendix; reading A11.
    """
    return view["trust"] == "fail"
