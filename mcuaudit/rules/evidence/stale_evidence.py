"""The export of the device is old."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import EXPORT
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU902",
    view="times",
    severity="warning",
    source="docs/export-layout.md",
    section="settings.toml",
    grade="doc",
    when={"dated": ("yes",)},
    cause=EXPORT,
    message="its export was taken on {collected_at}; what was changed since then is not seen.",
    fix="Export the device again, and write the day into collected_at.",
)
def stale_evidence(view: pd.DataFrame, context: Context) -> pd.Series:
    """The export of the device is old.

    What it checks: collected_at is less than [thresholds] evidence_days (90) before the time of the audit. Where nobody
    tells when the export was taken the question is not put.

    Why it matters: everything that the audit says of the device rests on what the export says of it. Certificates,
    stores and settings may have changed.

    How to fix: export the device again.

    References: docs/export-layout.md, settings.toml.
    """
    age = context.at - view["collected_at"]
    return age >= pd.Timedelta(days=context.policy.thresholds.evidence_days)
