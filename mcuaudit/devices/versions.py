"""The features of the software of a device (Release Notes 4.4(3.57), appendix)."""

from __future__ import annotations

from mcuaudit.devices.device import Device
from mcuaudit.domain.answer import Answer, answer
from mcuaudit.domain.models import is_mcu
from mcuaudit.domain.versions import verifies_certificates


def can_verify(device: Device) -> Answer:
    """Whether its software has verification, certificate login and OCSP: no before 4.4, open without a version.

    The versions of a device that is not an MCU say nothing about it.
    """
    if is_mcu(device.value("device.model")) is Answer.NO:
        return Answer.OPEN
    return answer(verifies_certificates(device.value("device.software_version") or ""))
