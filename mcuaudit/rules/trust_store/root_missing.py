"""A trust store has an intermediate CA without its root."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import from_view
from mcuaudit.rules.remedies import to_trust_store
from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


def _rootless(view: pd.DataFrame, context: Context) -> pd.Series:
    # The part of a damaged file that could not be read may hold the root.
    return view["rootless"] == "yes"


def _texts(view: pd.DataFrame, context: Context) -> None:
    damaged = view["store_state"].eq("damaged")
    view["issuer_named"] = view["issuer"].mask(view["issuer"].eq(""), "a CA without a name")
    view["missing_evidence"] = view["file"].where(damaged)
    view["in_part"] = damaged.map({True: "; the file could be read only in part", False: ""})


@rule(
    code="MCU304",
    view="store_authorities",
    adds=("issuer_named", "in_part", "missing_evidence"),
    texts=_texts,
    severity="warning",
    source=MAINTENANCE_MANUAL,
    section="Trust stores",
    grade="open",
    needs=("rootless",),
    reference="{subject} {certificate}",
    cause=from_view("store_cause_id"),
    remedy=to_trust_store(RemedyKind.ADD_AUTHORITY, "{issuer_named}"),
    message="{file}: {named} is in the {store_title} without {issuer_named}, which issued it{in_part}.",
    fix="Add {issuer_named} to the {store_title}, and every CA above it up to the root.",
    undetermined=_rootless,
    reading="A12",
)
def root_missing(view: pd.DataFrame, context: Context) -> pd.Series:
    """A trust store has an intermediate CA without its root.

    What it checks: every CA certificate of a trust store has a path to a self-signed certificate within the same store.
    If several CAs form a chain, the finding names the topmost. A CA is skipped if the store also has a self-signed
    certificate with the same name and key.

    Why it matters: some verifiers accept an intermediate as a trust anchor; others, such as OpenSSL by default, require
    the root. Cisco's documentation does not say what the MCU does, so the outcome is undetermined (reading A12).

    How to fix: add the root, and every intermediate up to it. If the CA is no longer needed, remove it.

    References: Maintenance Manual 4.5, trust stores, which contain intermediate and root CA certificates; reading A12.
    """
    return pd.Series(False, index=view.index)
