"""A restart is pending, so an uploaded certificate might not be in use."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import RESTART
from mcuaudit.rules.remedies import to_device
from mcuaudit.rules.rule import HTTPS_ARTICLE, Context, rule


@rule(
    code="MCU117",
    view="local_certificate_pages",
    severity="warning",
    source=HTTPS_ARTICLE,
    section="Restart after the upload",
    grade="inferred",
    when={"restart_known": ("yes",)},
    slot="local_certificate",
    cause=RESTART,
    remedy=to_device(RemedyKind.RESTART),
    message="a restart is pending; the device might not use an uploaded certificate until it restarts.",
    fix="Restart the device when no conference is running, and export it again.",
)
def restart_pending(view: pd.DataFrame, context: Context) -> pd.Series:
    """A restart is pending, so an uploaded certificate might not be in use.

    What it checks: restart_required, which the device reports as rebootRequired, is not true. Devices without this
    value in the export are skipped.

    Why it matters: according to older documentation, the device uses an uploaded certificate only after a restart.
    mcuaudit infers that rebootRequired shows a pending restart; it can have another reason. Until the restart, the
    device may present a certificate that differs from the one in the export.

    How to fix: restart the device, and export it again.

    References: Cisco article on certifying HTTPS connections; API Reference Guide 2.8 to 2.11, device.query.
    """
    return view["restart_required"] == "true"
