"""The order of a safe transition to certificate-based security (MCU 5300 online help 4.5; Release Notes 4.4(3.57)).

HTTPS trust store and a client certificate; a lesser mode; tests of the logins; HTTP off or redirected; OCSP on, and
tested; "Certificate-based authentication required" last. OCSP that is switched on together with the last step, or after
it, was never tested while there was another way in.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from mcuaudit.devices.damage import SOFTWARE_VERSION
from mcuaudit.devices.device import Device
from mcuaudit.devices.ocsp import ENABLED, asks_ocsp
from mcuaudit.devices.users import client_certificate_security, passwords_refused
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.settings import CLIENT_CERTIFICATE_SECURITY

_DECIDING: Final = (ENABLED, CLIENT_CERTIFICATE_SECURITY, "services.https", SOFTWARE_VERSION)


class OcspStep(StrEnum):
    """Since when OCSP is asked under "required", seen from an earlier export of the same device."""

    BEFORE = "before"
    """It was asked already."""
    TOGETHER = "together"
    """Both are new."""
    AFTER = "after"
    """Only OCSP is new; "required" was set before."""
    UNKNOWN = "unknown"
    """The earlier export does not say."""


def asks_under_required(device: Device) -> bool:
    """Whether only certificates log in, and only with a good OCSP response."""
    return passwords_refused(device) and asks_ocsp(device) is Answer.YES


def ocsp_step(before: Device) -> OcspStep:
    """Since when OCSP is asked on a device that now asks it under "required", by the device as it was `before`.

    OCSP that was on below "Verify certificate" was not asked, so nothing was tested.
    """
    match asks_ocsp(before):
        case Answer.YES:
            return OcspStep.BEFORE
        case Answer.OPEN:
            return OcspStep.UNKNOWN
    if client_certificate_security(before) is None:
        return OcspStep.UNKNOWN
    return OcspStep.AFTER if passwords_refused(before) else OcspStep.TOGETHER


def undecided_step(before: Device) -> str:
    """The first setting of the earlier export without which the step is not known."""
    return next(
        (key for key in _DECIDING if before.value(key) is None or before.setting(key).doubtful),
        CLIENT_CERTIFICATE_SECURITY,
    )
