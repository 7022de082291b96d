"""A restart is pending, so an uploaded certificate may not be in use."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import RESTART
from mcuaudit.rules.rule import HTTPS_ARTICLE, Context, rule


@rule(
    code="MCU117",
    view="local_certificate_pages",
    severity="warning",
    source=HTTPS_ARTICLE,
    section="Restart after the upload",
    grade="inferred",
    when={"restart_told": ("yes",)},
    slot="local_certificate",
    cause=RESTART,
    message="a restart is pending; a certificate that was uploaded may not be in use before it.",
    fix="Restart the device when no conference is running, and export it again.",
)
def restart_pending(view: pd.DataFrame, context: Context) -> pd.Series:
    """A restart is pending, so an uploaded certificate may not be in use.

    What it checks: restart_required, which the device tells as rebootRequired, is not true. Devices that nobody tells
    it of are passed over.

    Why it matters: older documents ask for a restart before an uploaded certificate is used. That rebootRequired shows
    it pending is inferred; another change may be waiting as well. Until then the device may present another
    certificate than the one that is judged here.

    How to fix: restart the device, and export it again.

    References: Cisco article on certifying HTTPS connections; API Reference Guide 2.8 to 2.11, device.query.
    """
    return view["restart_required"] == "true"
