"""A certification path between a peer's certificate and a trust store is incomplete."""

from __future__ import annotations

import pandas as pd

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
    remedy="{remedy_id}",
    cause=from_view("cause_id"),
    reference="{connection_id}",
    undetermined=_undetermined,
)
def path_incomplete(view: pd.DataFrame, context: Context) -> pd.Series:
    """A certification path between a peer's certificate and a trust store is incomplete.

    What it checks: from every certificate that a connection presents, a path leads to a root in the store that
    judges it: the MCU's SIP or HTTPS trust store, or the trust store of the peer where the export has it.

    Why it matters: trust stores must hold the root and, as a presenter may not send them, the intermediate CAs. A
    missing intermediate that lies elsewhere in the export is undetermined (reading A11), as is a store that holds
    an intermediate without its root (reading A12).

    How to fix: add the named CA certificate to the named store.

    References: Release Notes 4.4(3.57), appendix; Maintenance Manual 4.5, trust stores; readings A11 and A12.
    """
    return (view["outcome"] == "fail") & view["reason_code"].isin(_INCOMPLETE)
