"""The local certificate is the certificate of a CA."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU110",
    view="readable_local_certificates",
    severity="warning",
    source="RFC 5280",
    section="4.2.1.9",
    grade="inferred",
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    message="the local certificate {subject} is that of a CA.",
    fix=(
        "Have an end entity certificate issued for the device. If local-certificate.pem only begins with the wrong"
        " certificate, put the device's own first."
    ),
)
def ca_certificate_as_local_certificate(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate is the certificate of a CA.

    What it checks: basicConstraints does not say cA. A CA certificate that merely stands first in
    local-certificate.pem is found as well, as the first one is taken for the device's own.

    Why it matters: whoever gets hold of the device's key can issue certificates that everybody who trusts this CA
    accepts, and some TLS stacks refuse a CA certificate as that of a server. That follows from RFC 5280; no document
    of the device speaks of it.

    Example: a self-signed certificate made by a tool that marks each one as a CA.

    How to fix: have an end entity certificate issued for the device, with a key of its own.

    References: RFC 5280, sections 4.2.1.9 and 4.2.1.3.
    """
    return view["is_ca"].astype(bool)
