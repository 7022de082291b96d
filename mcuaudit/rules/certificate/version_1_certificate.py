"""The local certificate is of X.509 version 1."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU111",
    view="readable_local_certificates",
    severity="warning",
    source="RFC 5280",
    section="4.1.2.1 and 4.1.2.9",
    grade="doc",
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    message="the local certificate is of X.509 version 1, so it has no subjectAltName and no purposes.",
    fix="Have a version 3 certificate issued, with a subjectAltName and with serverAuth and clientAuth.",
)
def version_1_certificate(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate is of X.509 version 1.

    What it checks: the version is 3.

    Why it matters: only version 3 has extensions. A version 1 certificate has no subjectAltName, where HTTPS clients
    look for the host name, and no extendedKeyUsage; whether SIP peers take its CN is left to each of them.

    How to fix: have a version 3 certificate issued; tools make version 1 where no extensions are configured.

    References: RFC 5280, sections 4.1.2.1 and 4.1.2.9; RFC 9525, section 2; RFC 5922, section 7.1.
    """
    return view["version"] == 1
