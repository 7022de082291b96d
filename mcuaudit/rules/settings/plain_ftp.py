"""FTP is on."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import setting
from mcuaudit.rules.remedies import to_device
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU416",
    view="services",
    severity="warning",
    source="API Reference Guide 2.8 to 2.11",
    section="services.query",
    grade="inferred",
    when={"service_ftp": ("true", "false"), "passwords_taken": ("yes",)},
    cause=setting("services.ftp"),
    remedy=to_device(RemedyKind.SWITCH_OFF, "services.ftp"),
    message="FTP is on; an FTP login sends the password in clear text.",
    fix="Switch off FTP under Network > Services.",
)
def plain_ftp(view: pd.DataFrame, context: Context) -> pd.Series:
    """FTP is on.

    What it checks: the service FTP is off. The rule does not apply with "Certificate-based authentication required",
    because FTP logins are then blocked.

    Why it matters: FTP sends the password in clear text, and also the backup of the device, in which older versions
    store the passwords of all users. That FTP does not encrypt is general knowledge, not in Cisco's documentation.

    How to fix: switch off FTP.

    References: API Reference Guide 2.8 to 2.11, services.query; Maintenance Manual 4.5, backup.
    """
    return view["service_ftp"] == "true"
