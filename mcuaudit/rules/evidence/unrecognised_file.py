"""A file of the export is not recognised."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import FILE
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU904",
    view="problems",
    severity="note",
    source="docs/export-layout.md",
    section="The export layout",
    grade="doc",
    reference="{file}",
    cause=FILE,
    message="{whose}{file} is not used, or not in full: {told}",
    fix="Give the file the name and place that the layout has for it, take it out, or list it in [export] ignore.",
)
def unrecognised_file(view: pd.DataFrame, context: Context) -> pd.Series:
    """A file of the export is not recognised.

    What it checks: every file of the export, and every block in a file of certificates, is of a kind that is read.

    Why it matters: a file with a slip in its name is missing, and what it holds is not judged.

    How to fix: correct the name, take the file out, or list it in the policy ([export] ignore).

    References: docs/export-layout.md.
    """
    return view["matter"] == "unrecognised"
