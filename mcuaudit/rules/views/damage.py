"""Which columns of a device cannot be read: damaged settings, and lists with a damaged entry."""

from __future__ import annotations

from mcuaudit.domain.setting_value import Source
from mcuaudit.rules.views.base import Views
from mcuaudit.rules.views.evidence import SETTING_COLUMNS


def damaged_columns(views: Views) -> dict[tuple[str, str], str]:
    """By device_id and column of a setting, the file and key that cannot be read."""
    names = ("device_id", "setting", "source", "incomplete", "file", "key")
    return {
        (device_id, SETTING_COLUMNS.get(setting, setting.rpartition(".")[2])): f"{file} {key or ''}".strip()
        for device_id, setting, source, incomplete, file, key in views.source("settings").each(*names)
        if source == Source.DAMAGED or incomplete
    }
