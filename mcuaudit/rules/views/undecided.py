"""What would settle whether a rule applies to a device, where that is open: the setting that is missing or damaged."""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.ocsp import asks_ocsp, ocsp_asked
from mcuaudit.devices.services import service_exists
from mcuaudit.devices.users import certificate_logs_in, client_certificate_security, security_lacking
from mcuaudit.devices.verification import admits_callers, verification_lacking
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.slots import Slot

_CALLS: Final = CONNECTION_TABLE[ConnectionType.INCOMING_SIP]
_WEB: Final = CONNECTION_TABLE[ConnectionType.WEB_USER]


def asking_evidence(device: Device) -> str | None:
    """What would say whether OCSP is asked about client certificates."""
    if asks_ocsp(device) is not Answer.OPEN:
        return None
    return ocsp_asked(device).missing_evidence or security_lacking(device).missing_evidence


def login_evidence(device: Device) -> str | None:
    """What would say whether a client certificate can log a user in."""
    if certificate_logs_in(device) is not Answer.OPEN:
        return None
    lacking = security_lacking(device).missing_evidence
    if client_certificate_security(device) is None:
        return lacking
    return service_exists(device, _WEB).missing_evidence or lacking


def admitting_evidence(device: Device, slot: str) -> str | None:
    """What would say whether a trust store alone decides who calls or who logs in."""
    if slot != Slot.SIP_TRUST_STORE:
        return login_evidence(device)
    if admits_callers(device) is not Answer.OPEN:
        return None
    lacking = verification_lacking(device, _CALLS, "").missing_evidence
    if device.value(_CALLS.setting) is None:
        return lacking
    return service_exists(device, _CALLS).missing_evidence or lacking
