"""The local certificate is X.509 version 1."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import REISSUE
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
    remedy=REISSUE,
    message="the local certificate is X.509 version 1; it has no subjectAltName and no extendedKeyUsage.",
    fix="Have a version 3 certificate issued, with a subjectAltName and with serverAuth and clientAuth.",
)
def version_1_certificate(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate is X.509 version 1.

    What it checks: the certificate is X.509 version 3.

    Why it matters: only version 3 has extensions. A version 1 certificate has no subjectAltName, in which HTTPS clients
    look for the host name, and no extendedKeyUsage. Each SIP peer decides whether it accepts the CN.

    How to fix: have a version 3 certificate issued. Tools create version 1 certificates if no extensions are
    configured.

    References: RFC 5280, sections 4.1.2.1 and 4.1.2.9; RFC 9525, section 2; RFC 5922, section 7.1.
    """
    return view["version"] == 1
