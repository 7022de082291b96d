"""A trust store holds two CA certificates of the same name and key."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU308",
    view="store_authorities",
    adds=("relation", "twin_fix"),
    severity="note",
    source="RFC 5280",
    section="6.1, certification path validation",
    grade="inferred",
    needs=("rootless",),
    reference="{subject} {certificate}",
    cause="{store_holder}",
    message=(
        "{file}: the {store_title} holds {named} twice with the same key: the older one, valid until {not_after}, is "
        "{relation} valid until {newer_not_after}."
    ),
    fix="{twin_fix}",
)
def duplicate_authority(view: pd.DataFrame, context: Context) -> pd.Series:
    """A trust store holds two CA certificates of the same name and key.

    What it checks: no two CA certificates of a trust store have the same subject and the same public key. The older
    ones are named: those that begin earlier, or end earlier if they begin together.

    Why it matters: each of them fits every certificate below it, and a verifier takes one. If that is the old one, it
    fails when the old one ends, although the new one is there; whether the MCU then tries the other is not documented
    (reading A19). One that another CA has cross-signed leads to another root.

    How to fix: take the older certificate out if the newer one replaces it. A cross-signed one may stay as long as
    both roots are wanted.

    References: RFC 5280, section 6.1; reading A19.
    """
    same_issuer = view["issuer"].eq(view["newer_issuer"])
    crossed = "cross-signed: it was issued by " + view["issuer"] + ", the newer one by " + view["newer_issuer"] + " and"
    view["relation"] = crossed.mask(same_issuer, "superseded by the newer one,")
    keep = "Take out whichever leads to a root that is not wanted, once every peer is verified by the other."
    view["twin_fix"] = pd.Series(keep, index=view.index).mask(
        same_issuer, "Take the older one out of the " + view["store_title"] + "."
    )
    return view["newer"].notna()
