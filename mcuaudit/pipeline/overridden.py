"""The settings of one device with the values that they override: the export is read again for these alone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mcuaudit.collect.artefact import Kind
from mcuaudit.collect.walk import walk_export
from mcuaudit.decode.batch import decode_files
from mcuaudit.domain.setting_value import SettingValue
from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Fleet
from mcuaudit.frames.export_files import ExportFiles
from mcuaudit.frames.settings import overridden_values
from mcuaudit.frames.stray_devices import without_strays

_READ: Final = (Kind.SITE, Kind.SETTINGS, Kind.SETTINGS_TABLE, Kind.RESPONSE, Kind.LOCAL_CERTIFICATE)
"""Kinds of files that have settings, and that say which row of a table is that of a device."""


def values_of_device(fleet: Fleet, device_id: str) -> dict[str, list[SettingValue]] | None:
    """The values by setting, that in force first; None where the export is not there, or is not as it was read."""
    source = Path(fleet.source) if fleet.source and not fleet.redacted else None
    if source is None or not source.is_dir():
        return None
    try:
        export = walk_export(source, fleet.policy)
    except UsageError:
        return None
    files = decode_files([one for one in export.artefacts if one.kind in _READ], fleet.policy.limits)
    read = without_strays(export.devices, files, export.doubles)
    site, _, device = device_id.partition("/")
    if (site, device) not in read.devices:
        return None
    found = overridden_values(ExportFiles(read.files, export.doubles), read.devices, site, device)
    return found if _as_it_was(fleet, device_id, found) else None


def _as_it_was(fleet: Fleet, device_id: str, found: dict[str, list[SettingValue]]) -> bool:
    rows = fleet.settings[fleet.settings["device_id"] == device_id]
    known = {
        setting: (value if isinstance(value, str) else None, file, key)
        for setting, value, file, key in zip(rows["setting"], rows["value"], rows["file"], rows["key"], strict=True)
        if isinstance(file, str)
    }
    return known == {setting: (values[0].value, values[0].file, values[0].key) for setting, values in found.items()}
