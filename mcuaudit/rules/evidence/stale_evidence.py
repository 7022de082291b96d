"""The export of the device is old."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import EXPORT
from mcuaudit.rules.remedies import to_export
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
    remedy=to_export(RemedyKind.EXPORT_AGAIN, "{device_id}"),
    message="the export was taken on {collected_at}; later changes are not in it.",
    fix="Export the device again, and set collected_at to the day of the export.",
)
def stale_evidence(view: pd.DataFrame, context: Context) -> pd.Series:
    """The export of the device is old.

    What it checks: collected_at is less than [thresholds] evidence_days (90) before the time of the audit. The rule
    does not apply if the export has no collected_at.

    Why it matters: the audit evaluates the device as it was when its export was taken. Certificates, stores and
    settings may have changed since.

    How to fix: export the device again.

    References: docs/export-layout.md, settings.toml.
    """
    age = context.at - view["collected_at"]
    return age >= pd.Timedelta(days=context.policy.thresholds.evidence_days)
