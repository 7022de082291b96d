"""A CA certificate in a trust store is valid for a very long time."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import Context, rule
from mcuaudit.rules.texts import columns_from_view


def _unread(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["lifetimes_unread"] != ""


@rule(
    code="MCU318",
    view="store_profiles",
    adds=("missing_evidence",),
    texts=columns_from_view(missing_evidence="file"),
    severity="note",
    source="CA/Browser Forum Baseline Requirements",
    section="7.1.2.1.1",
    grade="inferred",
    cause=from_view("store_cause_id"),
    message="{file}: of the CA certificates in the {store_title}, {lifetimes}.",
    fix="Plan a new CA with a new key, and move the peers to it.",
    undetermined=_unread,
    undetermined_message=(
        "{file}: it is undetermined how long the CA certificates in the {store_title} are valid: {lifetimes_unread}."
    ),
)
def authority_lives_long(view: pd.DataFrame, context: Context) -> pd.Series:
    """A CA certificate in a trust store is valid for a very long time.

    What it checks: no CA certificate in a trust store is valid for more than [thresholds] ca_lifetime_days (9,132,
    which is 25 years). notBefore and notAfter count. The finding names the certificates of one file.

    Why it matters: the longer a key is used, the more can be done with it once it is stolen, and algorithms age. Public
    root CAs may have 9,132 days at most; mcuaudit infers that the limit suits private CAs too.

    How to fix: plan a new CA with a new key.

    References: CA/Browser Forum Baseline Requirements for TLS server certificates, section 7.1.2.1.1.
    """
    return view["lifetimes"] != ""
