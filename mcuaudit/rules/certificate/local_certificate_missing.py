"""The export holds no local certificate of the device."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.rules.causes import missing
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


@rule(
    code="MCU101",
    view="devices",
    severity="warning",
    source=RELEASE_NOTES,
    section="Local certificate",
    grade="doc",
    message=("local-certificate.pem is {local_certificate_state}, so nothing that rests on it can be judged."),
    fix=(
        "Put the certificate that was uploaded to the device, or one taken from a TLS handshake with it, into"
        " local-certificate.pem."
    ),
    slot="local_certificate",
    cause=missing(SLOT_FILES[Slot.LOCAL_CERTIFICATE]),
)
def local_certificate_missing(view: pd.DataFrame, context: Context) -> pd.Series:
    """The export holds no local certificate of the device.

    What it checks: local-certificate.pem is there, and its first certificate can be read.

    Why it matters: the MCU presents its one local certificate on every connection; without it neither identity nor
    trust nor expiry can be judged. Every MCU has one, if only the default that it ships with.

    How to fix: export the certificate that was uploaded, or take it from a TLS handshake with the device.

    References: Release Notes 4.4(3.57), appendix, Local certificate.
    """
    return view["local_certificate_state"] != "present"
