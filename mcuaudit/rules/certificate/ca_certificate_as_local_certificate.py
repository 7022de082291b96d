"""The local certificate is a CA certificate."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import REISSUE
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
    remedy=REISSUE,
    message="the local certificate {subject} is a CA certificate.",
    fix=(
        "Have an end entity certificate issued for the device. If only the order in local-certificate.pem is wrong, put"
        " the device's own certificate first."
    ),
)
def ca_certificate_as_local_certificate(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate is a CA certificate.

    What it checks: the basicConstraints extension of the local certificate does not set cA to TRUE. mcuaudit takes the
    first certificate of local-certificate.pem as the device's own, so the rule also reports a file that starts with a
    CA certificate.

    Why it matters: an attacker with the key of the device can issue certificates that every party that trusts this CA
    accepts. Some TLS stacks also refuse a CA certificate from a server. This follows from RFC 5280; the documentation
    of the device does not mention it.

    Example: a self-signed certificate from a tool that marks every certificate as a CA.

    How to fix: have an end entity certificate issued for the device, with a new key.

    References: RFC 5280, sections 4.2.1.9 and 4.2.1.3.
    """
    return view["is_ca"].astype(bool)
