"""OCSP is on under certificate-based authentication required, and the export has no good response."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import missing
from mcuaudit.rules.remedies import to_export
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule

_EVIDENCE = "peers.toml ocsp_response"


def _nothing_shows_it(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["good_answer"] == "no"


def _texts(view: pd.DataFrame, context: Context) -> None:
    view["missing_evidence"] = _EVIDENCE


@rule(
    code="MCU425",
    view="transitions",
    adds=("missing_evidence",),
    texts=_texts,
    severity="warning",
    source=RELEASE_NOTES,
    section="OCSP",
    grade="inferred",
    when={"asked": ("yes",), "passwords_refused": ("yes",), "server_may_answer": ("yes",)},
    slot="https_trust_store",
    cause=missing(_EVIDENCE),
    remedy=to_export(RemedyKind.ADD_EVIDENCE, _EVIDENCE),
    message="OCSP is on under “Certificate-based authentication required”, and the export has no good response.",
    fix="Save the response of the OCSP server about the certificate of an administrator, and add it to the export.",
    undetermined=_nothing_shows_it,
    undetermined_message=(
        "OCSP is on under “Certificate-based authentication required”, and nothing in the export shows that the OCSP "
        "server returns a good response; without one, no administrator can log in."
    ),
)
def ocsp_answer_unproven(view: pd.DataFrame, context: Context) -> pd.Series:
    """OCSP is on under certificate-based authentication required, and the export has no good response.

    What it checks: on a device that asks an OCSP server under "Certificate-based authentication required", at least one
    web or API user has a saved OCSP response (ocsp_response in peers.toml) that is good and current, so that the login
    passes. Without one the outcome is undetermined. MCU419 and MCU420 report a server that certainly gives no answer.

    Why it matters: the device rejects every client whose OCSP response is not good. Under "required" no password is
    accepted, so an OCSP server that does not answer locks out every administrator. That OCSP is to be tested before the
    last step follows from the documented order of the transition.

    How to fix: ask the OCSP server about the certificate of an administrator, for example with openssl ocsp -respout,
    and save the response beside the certificate.

    References: Release Notes 4.4(3.57), appendix, OCSP; MCU 5300 online help 4.5, for the order of the transition.
    """
    return pd.Series(False, index=view.index)
