"""A private key, a password or a backup is in the export."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import FILE
from mcuaudit.rules.remedies import to_export
from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


@rule(
    code="MCU906",
    view="problems",
    severity="error",
    source=MAINTENANCE_MANUAL,
    section="Backup and restore",
    grade="inferred",
    reference="{file}",
    cause=FILE,
    remedy=to_export(RemedyKind.REMOVE_SECRET, "{file}"),
    message="{file}: {problem_text}",
    fix=(
        "Remove the file from this export and from every copy of the export. If others could have read it, replace the "
        "key or change the password."
    ),
)
def secret_in_export(view: pd.DataFrame, context: Context) -> pd.Series:
    """A private key, a password or a backup is in the export.

    What it checks: no file of the export is a private key, the backup of a device, a saved request, or a response with
    a password. mcuaudit does not use or repeat their content.

    Why it matters: an export is copied, mailed and kept. An attacker with the private key of a device can impersonate
    it. Requests, and the backups of older versions, contain passwords in clear text.

    How to fix: remove the file from the export and from every copy of it, and replace the keys and change the passwords
    that others could have read.

    References: Maintenance Manual 4.5, backup; API Reference Guide 2.8 to 2.11, authentication.
    """
    return view["problem"] == "secret"
