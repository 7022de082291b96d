"""A trust store holds an intermediate CA without the root above it."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


def _rootless(view: pd.DataFrame, context: Context) -> pd.Series:
    # The part of a damaged file that could not be read may hold the root.
    damaged = view["store_state"].eq("damaged")
    view["missing_evidence"] = view["file"].where(damaged)
    view["in_part"] = damaged.map({True: "; the file could be read in part only", False: ""})
    return view["rootless"] == "yes"


@rule(
    code="MCU304",
    view="store_authorities",
    adds=("issuer_named", "in_part", "missing_evidence"),
    severity="warning",
    source=MAINTENANCE_MANUAL,
    section="Trust stores",
    grade="open",
    needs=("rootless",),
    reference="{subject} {certificate}",
    cause="{store_holder}",
    message="{file}: {named} is in the {store_title} without {issuer_named}, which issued it{in_part}.",
    fix="Add {issuer_named} to the {store_title}, and what stands above it up to the root.",
    undetermined=_rootless,
    reading="A12",
)
def root_missing(view: pd.DataFrame, context: Context) -> pd.Series:
    """A trust store holds an intermediate CA without the root above it.

    What it checks: from every CA certificate of a trust store a path leads, through certificates of that store alone,
    to a self-signed one. Of several that stand below one another the uppermost is named. A CA of which the store has
    a self-signed certificate with the same name and key as well is passed over.

    Why it matters: some verifiers take an intermediate for a trust anchor, others, OpenSSL by default, want the root.
    Which of them the MCU is, no document says, so the outcome is undetermined (reading A12).

    How to fix: add the root, and every intermediate in between. If the CA is not needed any more, take it out.

    References: Maintenance Manual 4.5, trust stores, which hold intermediate and root CA certificates; reading A12.
    """
    view["issuer_named"] = view["issuer"].mask(view["issuer"].eq(""), "a CA without a name")
    return pd.Series(False, index=view.index)
