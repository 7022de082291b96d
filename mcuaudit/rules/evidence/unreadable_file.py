"""A file of the export, or a value in it, could not be read."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import FILE
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU905",
    view="problems",
    severity="warning",
    source="docs/export-layout.md",
    section="The export layout",
    grade="doc",
    reference="{file}",
    cause=FILE,
    message="{whose}{file} could not be read, or not in full: {told}",
    fix="Correct the file or export it again; what it should tell is missing until then.",
)
def unreadable_file(view: pd.DataFrame, context: Context) -> pd.Series:
    """A file of the export, or a value in it, could not be read.

    What it checks: every file of the export could be read as a whole, and every key and value in it is allowed.

    Why it matters: what could not be read is left out, and what rests on it is undetermined. A store that was read in
    part may lack the very CA that matters.

    How to fix: correct the file, or export it again.

    References: docs/export-layout.md.
    """
    return view["matter"] == "unreadable"
