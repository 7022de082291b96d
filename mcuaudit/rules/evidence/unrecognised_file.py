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
    message="{file} {use_words}: {problem_text}",
    fix="Use the file name and directory of the export layout, remove the file, or list it in [export] ignore.",
)
def unrecognised_file(view: pd.DataFrame, context: Context) -> pd.Series:
    """A file of the export is not recognised.

    What it checks: mcuaudit recognises every file of the export, and every block in a certificate file.

    Why it matters: a file whose name contains a typo is not audited.

    How to fix: correct the name, remove the file, or list it in the policy ([export] ignore).

    References: docs/export-layout.md.
    """
    return view["problem"] == "unrecognised"
