"""A file that connections depend on is missing."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import missing
from mcuaudit.rules.remedies import to_export
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU903",
    view="expected_files",
    severity="note",
    source="docs/export-layout.md",
    section="The export layout",
    grade="doc",
    when={"wanted": ("yes",)},
    reference="{kind}",
    cause=missing("{file_name}"),
    remedy=to_export(RemedyKind.ADD_EVIDENCE, "{file_name}"),
    message="{file_name} {absence_words}; without it, {undetermined_words}.",
    fix="{advice}",
)
def missing_file(view: pd.DataFrame, context: Context) -> pd.Series:
    """A file that connections depend on is missing.

    What it checks: the export contains the SIP and the HTTPS trust store, the settings and the peers of every device,
    or of its site or fleet, if a connection depends on them. MCU101 reports a missing local
    certificate. A settings.toml that has comments alone counts as missing, as `mcuaudit init` writes it.

    Why it matters: the connections that depend on the file are undetermined. One file often settles many connections.

    How to fix: add the file; in one with comments alone, remove the # before the lines that you know.

    References: docs/export-layout.md.
    """
    return view["absent"] == "yes"
