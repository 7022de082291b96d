"""What the software of a device can do at all (Release Notes 4.4(3.57), appendix)."""

from __future__ import annotations

from mcuaudit.devices.device import Device
from mcuaudit.domain.answer import Answer, answer
from mcuaudit.domain.versions import verifies_certificates


def can_verify(device: Device) -> Answer:
    """Whether its software has verification, certificate login and OCSP: no before 4.4, open without a version."""
    return answer(verifies_certificates(device.value("device.software_version") or ""))
