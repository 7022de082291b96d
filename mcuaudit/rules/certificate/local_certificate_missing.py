"""The local certificate of the device is not in the export."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.rules.causes import missing
from mcuaudit.rules.remedies import to_export
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


@rule(
    code="MCU101",
    view="devices",
    severity="warning",
    source=RELEASE_NOTES,
    section="Local certificate",
    grade="doc",
    message=("local-certificate.pem is {local_certificate_state}; checks that need it are undetermined."),
    fix=(
        "Save the certificate that was uploaded to the device, or the one that it presents in a TLS handshake, as"
        " local-certificate.pem."
    ),
    slot="local_certificate",
    cause=missing(SLOT_FILES[Slot.LOCAL_CERTIFICATE]),
    remedy=to_export(RemedyKind.ADD_EVIDENCE, "local-certificate.pem"),
)
def local_certificate_missing(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate of the device is not in the export.

    What it checks: local-certificate.pem is in the export, and its first certificate can be read.

    Why it matters: the MCU presents its one local certificate on every connection. Without it, identity, trust and
    expiry cannot be checked. Every MCU has a certificate, at least the default one.

    How to fix: add the certificate that was uploaded to the device, or save it from a TLS handshake with the device.

    References: Release Notes 4.4(3.57), appendix, Local certificate.
    """
    return view["local_certificate_state"] != "present"
