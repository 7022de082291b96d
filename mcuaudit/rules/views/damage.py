"""Which columns of a device cannot be read: damaged settings, and lists with a damaged entry."""

from __future__ import annotations

from collections.abc import Iterable

from mcuaudit.devices.device import Device
from mcuaudit.domain.setting_value import Source
from mcuaudit.domain.slots import Slot
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
    for device in views.devices_of(views.source("devices")):
        if file := device.damage.get(Slot.LOCAL_CERTIFICATE):
            found |= {(device.device_id, column): file for column in (*CERTIFICATE_COLUMNS, "certificate")}
    return found


def damage_of(devices: Iterable[Device], keys: Iterable[str]) -> list[str | None]:
    """For each device the place of one of its settings, if that is there and cannot be read."""
    values = (device.setting(key) for device, key in zip(devices, keys, strict=True))
    return [value.place if value.doubtful else None for value in values]
