"""Which columns of a device cannot be read: damaged settings, and lists with a damaged entry."""

from __future__ import annotations

from collections.abc import Iterable

from mcuaudit.devices.device import Device
from mcuaudit.domain.setting_value import Source
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.rules.views.base import Views
from mcuaudit.rules.views.evidence import CERTIFICATE_COLUMNS, SETTING_COLUMNS


def damaged_columns(views: Views) -> dict[tuple[str, str], str]:
    """By device_id and column, the file or key that cannot be read: of a setting, or of the local certificate."""
    names = ("device_id", "setting", "source", "incomplete", "file", "key")
    found = {
        (device_id, SETTING_COLUMNS.get(setting, setting.rpartition(".")[2])): f"{file} {key or ''}".strip()
        for device_id, setting, source, incomplete, file, key in views.source("settings").each(*names)
        if source == Source.DAMAGED or incomplete
    }
    files = {
        device_id: file
        for device_id, kind, file in views.source("evidence").each("device_id", "kind", "file")
        if kind == Slot.LOCAL_CERTIFICATE and file is not None
    }
    for device_id, state, certificate in views.source("devices").each(
        "device_id", "local_certificate_state", "local_certificate"
    ):
        if state == "damaged" and certificate is None:
            evidence = files.get(device_id, SLOT_FILES[Slot.LOCAL_CERTIFICATE])
            found |= {(device_id, column): evidence for column in (*CERTIFICATE_COLUMNS, "certificate")}
    return found


def damage_of(devices: Iterable[Device], keys: Iterable[str]) -> list[str | None]:
    """For each device the place of one of its settings, if that is there and cannot be read."""
    values = (device.setting(key) for device, key in zip(devices, keys, strict=True))
    return [value.place if value.doubtful else None for value in values]
