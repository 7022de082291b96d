"""A licence key is in the export."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import FILE
from mcuaudit.rules.remedies import to_export
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU907",
    view="problems",
    severity="note",
    source="API Reference Guide 2.8 to 2.11",
    section="device.query",
    grade="inferred",
    reference="{file}",
    cause=FILE,
    remedy=to_export(RemedyKind.REMOVE_SECRET, "{file}"),
    message="{file} contains licence keys: {problem_text}",
    fix="Remove the keys from the saved response; the names of the features are enough.",
)
def licence_key_in_export(view: pd.DataFrame, context: Context) -> pd.Series:
    """A licence key is in the export.

    What it checks: saved responses contain no licence or feature keys. mcuaudit reads the names of features, never the
    keys.

    Why it matters: device.query returns the keys of all activated features, and an export is copied, mailed and kept.


    How to fix: remove the keys from the saved response.

    References: API Reference Guide 2.8 to 2.11, device.query.
    """
    return view["problem"] == "licence"
