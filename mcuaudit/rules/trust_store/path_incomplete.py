"""A certification path between a presented certificate and the verifier's trust store is incomplete."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules import remedies
from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule

_INCOMPLETE = ("no_issuer", "root_missing", "self_signed", "root_not_trusted", "intermediate_not_in_store")
_READINGS = r"\bA1[12]\b"


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return (view["outcome"] == "open") & view["readings"].str.contains(_READINGS, na=False)


@rule(
    code="MCU302",
    view="connections",
    severity="error",
    source=RELEASE_NOTES,
    section="Trust stores",
    grade="doc",
    message="{connection_title} {peer}: {reason}",
    fix="{remedy}",
    remedy=remedies.from_view("remedy_id"),
    cause=from_view("cause_id"),
    reference="{connection_id}",
    undetermined=_undetermined,
)
def path_incomplete(view: pd.DataFrame, context: Context) -> pd.Series:
    """A certification path between a presented certificate and the verifier's trust store is incomplete.

    What it checks: every certificate that is presented on a connection has a path to a root in the store of the
    verifying side: the SIP or HTTPS trust store of the MCU, or the trust store of the peer if it is in the export.

    Why it matters: a trust store must contain the root, and also the intermediate CAs, because the other side might not
    send them. If a missing intermediate is elsewhere in the export, the outcome is undetermined (reading A11); it is
    also undetermined if a store contains an intermediate without its root (reading A12).

    How to fix: add the named CA certificate to the named store.

    References: Release Notes 4.4(3.57), appendix; Maintenance Manual 4.5, trust stores; readings A11 and A12.
    """
    return (view["outcome"] == "fail") & view["reason_code"].isin(_INCOMPLETE)
