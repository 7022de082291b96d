"""The local certificate of the device is not in the export."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.devices.file_remedy import file_remedy
from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.rules import remedies
from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule

_FILE: Final = SLOT_FILES[Slot.LOCAL_CERTIFICATE]


def _texts(view: pd.DataFrame, context: Context) -> None:
    damage = [file if isinstance(file, str) else None for file in view["local_certificate_damage"]]
    view["state_cause_id"] = [_cause(file).cause_id for file in damage]
    view["state_remedy_id"] = [_remedy(file).remedy_id for file in damage]


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
    cause=from_view("state_cause_id"),
    remedy=remedies.from_view("state_remedy_id"),
    adds=("state_cause_id", "state_remedy_id"),
    texts=_texts,
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


def _cause(damaged: str | None) -> Cause:
    return Cause(CauseKind.DAMAGED_EVIDENCE, (damaged,)) if damaged else Cause(CauseKind.MISSING_EVIDENCE, (_FILE,))


def _remedy(damaged: str | None) -> Remedy:
    return file_remedy(damaged) if damaged else Remedy(RemedyKind.ADD_EVIDENCE, (_FILE,))
