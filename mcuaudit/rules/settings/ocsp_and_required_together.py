"""OCSP was switched on together with, or after, certificate-based authentication required."""

from __future__ import annotations

import pandas as pd

from mcuaudit.devices.ocsp import ENABLED
from mcuaudit.devices.transition import OcspStep
from mcuaudit.rules.causes import setting
from mcuaudit.rules.rule import Context, rule


def _unknown(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["ocsp_step"] == OcspStep.UNKNOWN


def _texts(view: pd.DataFrame, context: Context) -> None:
    day = view["baseline_at"].map(lambda at: f"{at.day} {at:%B %Y}" if pd.notna(at) else "")
    both = "since the baseline of " + day + ", OCSP and “Certificate-based authentication required” are both new"
    after = "since the baseline of " + day + ", OCSP is new, after “Certificate-based authentication required”"
    view["new"] = both.mask(view["ocsp_step"] == OcspStep.AFTER, after)
    view["missing_evidence"] = view["ocsp_step_evidence"]


@rule(
    code="MCU424",
    view="transitions",
    adds=("new", "missing_evidence"),
    texts=_texts,
    severity="warning",
    source="MCU 5300 online help 4.5",
    section="Transitioning to certificate-based security",
    grade="doc",
    when={"asked": ("yes",), "passwords_refused": ("yes",), "compared": ("yes",)},
    slot="https_trust_store",
    cause=setting(ENABLED),
    message=(
        "{new}. If the OCSP response is not good, no administrator can log in. Test OCSP at a lower level first, and "
        "set “Certificate-based authentication required” last."
    ),
    fix=(
        "While a session is open, test a login with a certificate. If it fails, set “Certificate-based authentication "
        "allowed” until a login with OCSP works."
    ),
    undetermined=_unknown,
    undetermined_message=(
        "OCSP is on under “Certificate-based authentication required”, and the baseline of {baseline_at} does not say "
        "whether OCSP is new."
    ),
)
def ocsp_and_required_together(view: pd.DataFrame, context: Context) -> pd.Series:
    """OCSP was switched on together with, or after, certificate-based authentication required.

    What it checks: on a device that asks an OCSP server under "Certificate-based authentication required", the server
    was asked in the baseline already, under that level or a lower one. OCSP that was on below "Verify certificate" was
    not asked. The rule applies to comparisons only: the audit has a baseline, and the baseline has the device.

    Why it matters: the device rejects every client whose OCSP response is not good, and under "required" there is no
    other way in over the network. The documented order has OCSP as the step before "required", so that an OCSP server
    that does not answer is found while passwords still work.

    Example: in the baseline Client certificate security is "Certificate-based authentication allowed" without OCSP; a
    week later it is "…required" with OCSP.

    How to fix: while a session is open, test a login with a certificate. If it fails, go back to "Certificate-based
    authentication allowed", and set "…required" when a login with OCSP works.

    References: MCU 5300 online help 4.5, and Release Notes 4.4(3.57), transitioning appendix, for the order; Release
    Notes 4.4(3.57), appendix, OCSP.
    """
    return view["ocsp_step"].isin([OcspStep.TOGETHER, OcspStep.AFTER])
