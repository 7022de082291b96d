"""A private key, a password or a backup is in the export."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import FILE
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
    message="{whose}{file}: {told}",
    fix="Take it out of the export and its copies; replace the key or password if others could read it.",
)
def secret_in_export(view: pd.DataFrame, context: Context) -> pd.Series:
    """A private key, a password or a backup is in the export.

    What it checks: no file of the export is a private key, the device's backup, a saved request, or a response with a
    password. Nothing of them is used or repeated.

    Why it matters: an export is copied, mailed and kept. Whoever has the private key of a device can pass for it;
    requests and the backups of older versions hold passwords in plain text. That exports are passed around is inferred.

    How to fix: take the file out of the export and of all copies, and replace what others could read.

    References: Maintenance Manual 4.5, backup; API Reference Guide 2.8 to 2.11, authentication.
    """
    return view["matter"] == "secret"
