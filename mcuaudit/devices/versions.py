"""The features of the software of a device (Release Notes 4.4(3.57), appendix)."""

from __future__ import annotations

from mcuaudit.devices.damage import SOFTWARE_VERSION, lacking
from mcuaudit.devices.device import Device
from mcuaudit.devices.once import once
from mcuaudit.domain.answer import Answer, answer
from mcuaudit.domain.models import is_mcu
from mcuaudit.domain.verdict import Verdict
from mcuaudit.domain.versions import verifies_certificates


@once
def can_verify(device: Device) -> Answer:
    """Whether its software has verification, certificate login and OCSP: no before 4.4, open without a version.

    The versions of a device that is not an MCU say nothing about it.
    """
    if is_mcu(device.value("device.model")) is Answer.NO:
        return Answer.OPEN
    return answer(verifies_certificates(device.value(SOFTWARE_VERSION) or ""))


def version_decides(device: Device) -> bool:
    """Whether its version would say if its software verifies at all, and the export does not have it.

    Of another model no version says so.
    """
    return can_verify(device) is Answer.OPEN and is_mcu(device.value("device.model")) is not Answer.NO


def version_is_missing(device: Device) -> bool:
    """Whether the export has no version at all, not even one that cannot be read."""
    return device.value(SOFTWARE_VERSION) is None and not device.setting(SOFTWARE_VERSION).damaged


def version_lacking(device: Device) -> Verdict:
    """The open verdict if the version decides: it cannot be read, or it is missing."""
    reason = (
        f"The software version of {device.device_id} is not in the export, and software before 4.4 verifies nothing."
    )
    return lacking(device, SOFTWARE_VERSION, reason)
