"""A file is missing without which connections cannot be judged."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import missing
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
    message="{file_name} is not in the export; {what_rests} cannot be judged without it.",
    fix="Add {file_name} to the export, for the device, its site or the fleet.",
)
def missing_file(view: pd.DataFrame, context: Context) -> pd.Series:
    """A file is missing without which connections cannot be judged.

    What it checks: the SIP and the HTTPS trust store, the settings and the peers of every device are in its export, of
    its own or from its site or fleet, as far as a connection rests on them. A missing local certificate is the subject
    of MCU101.

    Why it matters: what rests on the file is undetermined, and one file settles many connections.

    How to fix: add the file.

    References: docs/export-layout.md.
    """
    return view["absent"] == "yes"
