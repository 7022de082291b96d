"""A trust store has two CA certificates with the same name and key."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import Context, rule


def _texts(view: pd.DataFrame, context: Context) -> None:
    same_issuer = view["issuer"].eq(view["newer_issuer"])
    crossed = "cross-signed: it was issued by " + view["issuer"] + ", the newer one by " + view["newer_issuer"] + " and"
    view["relation"] = crossed.mask(same_issuer, "superseded by the newer one,")
    keep = "Remove the one whose root you no longer need, once every peer is verified through the other."
    view["twin_fix"] = pd.Series(keep, index=view.index).mask(
        same_issuer, "Remove the older one from the " + view["store_title"] + "."
    )


@rule(
    code="MCU308",
    view="store_authorities",
    adds=("relation", "twin_fix"),
    texts=_texts,
    severity="note",
    source="RFC 5280",
    section="6.1, certification path validation",
    grade="inferred",
    needs=("rootless",),
    reference="{subject} {certificate}",
    cause=from_view("store_cause_id"),
    message=(
        "{file}: the {store_title} has two certificates of {named} with the same key: the older one, valid until "
        "{not_after}, is {relation} valid until {newer_not_after}."
    ),
    fix="{twin_fix}",
)
def duplicate_authority(view: pd.DataFrame, context: Context) -> pd.Series:
    """A trust store has two CA certificates with the same name and key.

    What it checks: no two CA certificates of a trust store have the same subject and the same public key. The finding
    names the older certificate: the one with the earlier notBefore, or with the earlier notAfter if both start
    together.

    Why it matters: either of the two can be the issuer of every certificate below it, and a verifier uses one of
    them. If that is the older one, paths fail when it expires, although the newer one is in the store. Whether the MCU
    then tries the other is not documented (reading A19). A certificate that is cross-signed by another CA belongs to a
    path to another root.

    How to fix: remove the older certificate if the newer one replaces it. Keep a cross-signed certificate as long as
    you need both roots.

    References: RFC 5280, section 6.1; reading A19.
    """
    return view["newer"].notna()
