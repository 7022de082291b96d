"""No known peer needs a CA certificate in a trust store."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import from_view
from mcuaudit.rules.remedies import to_trust_store
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU313",
    view="needed_authorities",
    severity="note",
    source="RFC 5280",
    section="6.1, certification path validation",
    grade="inferred",
    when={"peers_known": ("yes",)},
    reference="{subject} {certificate}",
    cause=from_view("store_cause_id"),
    remedy=to_trust_store(RemedyKind.REMOVE_CERTIFICATE, "{subject}", "{certificate}"),
    message="{file}: {named} is in the {store_title}, but no known peer's certificate chains to it.",
    fix="Remove it from the {store_title}, unless a peer that is not in the export needs it.",
)
def unused_authority(view: pd.DataFrame, context: Context) -> pd.Series:
    """No known peer needs a CA certificate in a trust store.

    What it checks: the certificate of at least one verified peer chains to every CA in the store. The rule applies only
    if the certificates of all these peers are known; otherwise an unknown peer may need the CA.

    Why it matters: every CA of a store can issue certificates that the device accepts, so an unused CA is a risk
    without a benefit. mcuaudit infers from the peers in the export that it is unused.

    How to fix: remove it, unless a peer that is not in the export needs it.

    References: RFC 5280, section 6.1.
    """
    return view["is_ca"] & ~view["needed"]
