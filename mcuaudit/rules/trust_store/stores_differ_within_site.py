"""The trust store of a device differs from those of the other devices of its site."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import TRUST_STORE
from mcuaudit.rules.rule import Context, rule


def _texts(view: pd.DataFrame, context: Context) -> None:
    tied = view["usual"].isna()
    view["others"] = tied.map({True: "those of other devices", False: "the most common one"})
    view["difference"] = view["difference"].mask(tied, "no store is more common there than the others")


@rule(
    code="MCU312",
    view="site_stores",
    adds=("difference", "others"),
    texts=_texts,
    severity="note",
    source="docs/export-layout.md",
    section="Trust stores",
    grade="inferred",
    when={"compared": ("yes",)},
    cause=TRUST_STORE,
    message="the {store_title} differs from {others} in {site}: {difference}.",
    fix="Upload the same store to all devices of the site, or record the reason in the policy under [known] "
    "different_stores.",
)
def stores_differ_within_site(view: pd.DataFrame, context: Context) -> pd.Series:
    """The trust store of a device differs from those of the other devices of its site.

    What it checks: the SIP and the HTTPS trust store of a device have the same certificates as most stores of its site.
    Order and file names do not matter. If two stores are equally common, for example on two devices, the finding names
    each device. Devices in the policy ([known] different_stores) are not compared, nor are stores that are missing or
    could be read only in part.

    Why it matters: a store without a renewed CA makes the device refuse what the others accept; a store with an extra
    CA makes it accept what they refuse. Identical stores within a site are common practice; Cisco's documentation does
    not require them.

    How to fix: upload the same store to all devices, or record the reason in the policy under [known] different_stores.

    References: docs/export-layout.md; the policy, [known] different_stores.
    """
    return view["usual"].isna() | (view["trust_store"] != view["usual"])
