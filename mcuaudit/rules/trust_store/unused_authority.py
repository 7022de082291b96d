"""A CA certificate in a trust store is of no use to any known peer."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import from_view
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
    message="{file}: {named} is in the {store_title}, and the certificate of no known peer was issued below it.",
    fix="Take it out of the {store_title}, unless peers need it that the export does not name.",
)
def unused_authority(view: pd.DataFrame, context: Context) -> pd.Series:
    """A CA certificate in a trust store is of no use to any known peer.

    What it checks: the name of every CA of a trust store stands above the certificate of a peer that the store judges.
    It speaks only where the certificates of all peers of the store are known: as long as one is not, nobody can say
    that a CA is not needed.

    Why it matters: every CA of a store can make certificates that are accepted, so one that nobody needs is a risk
    without a use. That it is not needed is inferred from the peers that the export names.

    How to fix: take it out, unless a peer needs it that the export does not name.

    References: RFC 5280, section 6.1.
    """
    return view["is_ca"] & ~view["needed"]
