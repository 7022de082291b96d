"""Verification is on, but the trust store is empty."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.domain.slots import Slot
from mcuaudit.rules.causes import TRUST_STORE
from mcuaudit.rules.remedies import to_trust_store
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule

_STORE_WORDS: Final = {"missing": "is missing from the export", "damaged": "cannot be read"}

_IN_PART: Final = "could be read only in part; see Problems for the damaged block"


def _unknown(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["store_state"].isin(["missing", "damaged"])


def _texts(view: pd.DataFrame, context: Context) -> None:
    words = view["store_state"].map(_STORE_WORDS).fillna("")
    for slot in (Slot.SIP_TRUST_STORE.value, Slot.HTTPS_TRUST_STORE.value):
        in_part = (view["slot"] == slot) & (view["store_state"] == "damaged") & view[slot].notna()
        words = words.mask(in_part, _IN_PART)
    view["store_words"] = words


@rule(
    code="MCU301",
    view="used_stores",
    adds=("store_words",),
    texts=_texts,
    severity="error",
    source=RELEASE_NOTES,
    section="Connections that may involve certificate exchange",
    grade="doc",
    when={"verifies_certificates": ("yes",), "verifying": ("yes", "open")},
    needs=("verifying_known",),
    undetermined=_unknown,
    undetermined_message="verification is on, but the {store_title} {store_words}.",
    message="verification is on, but the {store_title} is empty, so every peer that is verified against it is refused.",
    fix=(
        "Add the root and intermediate CA certificates of the peers to the store, or switch verification off until you "
        "have."
    ),
    cause=TRUST_STORE,
    remedy=to_trust_store(RemedyKind.ADD_PEERS_AUTHORITIES),
)
def empty_while_verifying(view: pd.DataFrame, context: Context) -> pd.Series:
    """Verification is on, but the trust store is empty.

    What it checks: if Verification settings, Client certificate security or Server certificate security makes the
    device verify peers, the SIP or HTTPS trust store that it uses contains at least one certificate.

    Why it matters: with an empty store, the device trusts no certificate: calls fail, or every administrator is locked
    out.

    How to fix: fill the store first, then switch on verification.

    References: Release Notes 4.4(3.57), appendix, table of connections.
    """
    return view["store_state"] == "empty"
