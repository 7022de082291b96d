"""The local certificate is self-signed."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import REISSUE
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["self_signed"] == "open"


def _texts(view: pd.DataFrame, context: Context) -> None:
    view["missing_evidence"] = SLOT_FILES[Slot.LOCAL_CERTIFICATE]


@rule(
    code="MCU108",
    view="local_certificates",
    severity="warning",
    source=RELEASE_NOTES,
    section="Local certificate",
    grade="inferred",
    adds=("missing_evidence",),
    texts=_texts,
    needs=("self_issued",),
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=REISSUE,
    message="the local certificate is self-signed; each peer needs it in its own trust store.",
    fix="Have a certificate issued by a CA that the peers trust.",
    undetermined=_undetermined,
    undetermined_message=(
        "subject and issuer of the local certificate are the same name; it is undetermined whether its own key signed "
        "it."
    ),
)
def self_signed(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate is self-signed.

    What it checks: the key of the certificate is not the one that signed it. A self-issued certificate, in which issuer
    and subject are the same name, but which another key signed, is not self-signed. If the signature cannot be checked,
    the outcome is undetermined.

    Why it matters: peers must be able to verify the MCU. They trust a self-signed certificate only if it is in the
    trust store of each of them. A self-issued one has a path to the CA whose key signed it.

    How to fix: have a certificate issued by a CA that the peers trust.

    References: Release Notes 4.4(3.57), appendix, Local certificate; RFC 5280, section 3.2.
    """
    return view["self_signed"] == "yes"
