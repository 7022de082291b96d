"""A device has another trust store than the other devices of its site."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU312",
    view="site_stores",
    adds=("difference",),
    severity="note",
    source="docs/export-layout.md",
    section="Trust stores",
    grade="inferred",
    when={"compared": ("yes",)},
    cause="{store_title} of {device_id}",
    message="{device_id}: its {store_title} is not the one that is usual in {site}: {difference}.",
    fix="Make the stores of the site the same, or give the reason in the policy: [known.different_stores].",
)
def stores_differ_within_site(view: pd.DataFrame, context: Context) -> pd.Series:
    """A device has another trust store than the other devices of its site.

    What it checks: the SIP and the HTTPS trust store of a device have the members that most stores of its site have,
    whatever the order and the files. Where two stores are equally frequent, as with two devices that differ, each of
    the devices is named. Devices of which the policy tells the reason ([known] different_stores) are not compared, nor
    are stores that are missing or could be read in part only.

    Why it matters: a store that somebody forgot when a CA was renewed refuses what all others accept, and one with a
    CA too many accepts what they refuse. That the stores of a site should be the same is practice, not documented.

    How to fix: upload the same store to all, or write the reason down in the policy.

    References: docs/export-layout.md; the policy, [known] different_stores.
    """
    tied = view["usual"].isna()
    view["difference"] = view["difference"].mask(tied, "its devices differ, and no store is more frequent than others")
    return tied | (view["trust_store"] != view["usual"])
