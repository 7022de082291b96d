"""Two files tell different values of one setting."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import setting
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU901",
    view="settings",
    severity="warning",
    source="docs/export-layout.md",
    section="Values that two files tell",
    grade="doc",
    reference="{setting}",
    cause=setting("{setting}"),
    message=("{setting} is “{value}” in {file} ({key}), but “{other_value}” in {other_file} ({other_key})."),
    fix="The response of the device was used. Correct or remove the value in {other_file}.",
)
def conflicting_values(view: pd.DataFrame, context: Context) -> pd.Series:
    """Two files tell different values of one setting.

    What it checks: what a saved response of the device tells is what settings.toml or settings.csv tell.

    Why it matters: one of the two is out of date. The response wins, as it comes from the device itself.

    How to fix: correct or remove the typed value.

    References: docs/export-layout.md.
    """
    return view["other_value"].notna()
