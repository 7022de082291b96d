"""Two files have different values for one setting."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import setting
from mcuaudit.rules.remedies import to_export
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU901",
    view="settings",
    severity="warning",
    source="docs/export-layout.md",
    section="Conflicting values",
    grade="doc",
    reference="{setting}",
    cause=setting("{setting}"),
    remedy=to_export(RemedyKind.CORRECT_EVIDENCE, "{other_file}"),
    message=("{setting} is “{value}” in {file} ({key}), but “{other_value}” in {other_file} ({other_key})."),
    fix="Correct or remove the value in {other_file}; the audit used the response of the device.",
)
def conflicting_values(view: pd.DataFrame, context: Context) -> pd.Series:
    """Two files have different values for one setting.

    What it checks: a value in a saved response of the device is the same as in settings.toml or settings.csv.

    Why it matters: one of the two is out of date. The audit uses the response, because it comes from the device itself.

    How to fix: correct or remove the typed value.

    References: docs/export-layout.md.
    """
    return view["other_value"].notna()
