"""A file in the export, or a value in it, could not be read."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import FILE
from mcuaudit.rules.remedies import to_export
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
    remedy=to_export(RemedyKind.CORRECT_EVIDENCE, "{file}"),
    message="{file} {read_words}: {problem_text}",
    fix="Correct the file or export it again; until then, checks that need it are undetermined.",
)
def unreadable_file(view: pd.DataFrame, context: Context) -> pd.Series:
    """A file in the export, or a value in it, could not be read.

    What it checks: every file in the export can be read completely, and every key and value in it is allowed.

    Why it matters: what cannot be read counts as damaged. No site-level or fleet-level file is used instead, and what
    depends on it is undetermined. A store that was read only in part may be missing the very CA that is needed.

    How to fix: correct the file, or export it again.

    References: docs/export-layout.md.
    """
    return view["problem"] == "unreadable"
