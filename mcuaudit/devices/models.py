"""Whether a device is one that this law is about (domain: models)."""

from __future__ import annotations

from mcuaudit.devices.damage import doubt
from mcuaudit.devices.device import Device
from mcuaudit.devices.once import once
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.models import is_mcu
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.settings import MODEL
from mcuaudit.domain.verdict import Verdict


@once
def another_model(device: Device) -> bool:
    """Whether its model is another one than an MCU."""
    return is_mcu(device.value(MODEL)) is Answer.NO


def not_judged(device: Device | None) -> Verdict | None:
    """The open verdict about a device whose model is not an MCU, or cannot be read.

    None for an MCU, and for a device without a model.
    """
    if device is None:
        return None
    if not another_model(device):
        return doubt(device, MODEL)
    model = device.value(MODEL)
    return Verdict(
        Outcome.OPEN,
        "not_an_mcu",
        f"{device.device_id} is a {model}, not an MCU: how it uses certificates is not evaluated.",
        missing_evidence="settings.toml [device] model, if the device is an MCU",
        cause=Cause(CauseKind.MODEL, (device.device_id,)),
    )
