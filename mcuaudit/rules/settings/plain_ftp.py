"""FTP is on."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import setting
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
    message="FTP is on, so a login by it sends the password in clear.",
    fix="Switch FTP off under Network > Services.",
)
def plain_ftp(view: pd.DataFrame, context: Context) -> pd.Series:
    """FTP is on.

    What it checks: the service FTP is off. Under "Certificate-based authentication required" FTP logins are blocked,
    and the question is not put.

    Why it matters: by FTP the password travels in clear, and with it goes the backup of the device, in which older
    versions store the passwords of all users. That FTP encrypts nothing is common knowledge, not in the documents.

    How to fix: switch FTP off.

    References: API Reference Guide 2.8 to 2.11, services.query; Maintenance Manual 4.5, backup.
    """
    return view["service_ftp"] == "true"
