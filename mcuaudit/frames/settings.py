"""The settings of each device, key by key: responses override typed values, and nearer files override farther ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mcuaudit.collect.artefact import Kind
from mcuaudit.collect.walk import RESPONSES
from mcuaudit.decode.file import DecodedFile
from mcuaudit.decode.records import DecodedSettings
from mcuaudit.decode.settings import LIST_KINDS
from mcuaudit.domain.models import same_model
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.setting_value import SettingValue, Source
from mcuaudit.domain.settings import SETTING_BY_KEY, SETTINGS
from mcuaudit.errors import did_you_mean
from mcuaudit.frames.export_files import ExportFiles, Row

HOST_NAME = "api.system.hostName"


def resolve_settings(
    export_files: ExportFiles, devices: tuple[tuple[str, str], ...]
) -> dict[tuple[str, str], dict[str, SettingValue]]:
    """The values of each device, by (site, device) and setting; settings without a value are absent."""
    tables = _table_rows(export_files, devices)
    inherited = {site: _inherited(export_files, site) for site in {site for site, _ in devices}}
    resolved = {}
    for site, device in devices:
        typed = {**inherited[site], **_own(export_files, site, device, tables)}
        resolved[site, device] = _with_responses(export_files, site, device, typed)
    return resolved


def settings_rows(site: str, device: str, values: dict[str, SettingValue]) -> Iterator[Row]:
    """The rows of one device: every known setting, with a value or missing, then the other members of its responses."""
    keys = [setting.key for setting in SETTINGS]
    for key in (*keys, *sorted(values.keys() - set(keys))):
        row: Row = {
            "device_id": f"{site}/{device}",
            "site": site,
            "device": device,
            "setting": key,
            "source": Source.MISSING,
        }
        value = values.get(key)
        if value:
            row |= {"value": value.value, "source": value.source, "file": value.file, "key": value.key}
            if value.other:
                row["other_value"], row["other_file"], row["other_key"] = value.other
        yield row


def _values(file: DecodedFile, source: Source, device: str = "") -> dict[str, SettingValue]:
    assert isinstance(file.content, DecodedSettings)  # noqa: S101 - the kind of the file decides its content
    return {
        value.setting: SettingValue(
            value.value, Source.SHOWN if ".shown." in value.setting else source, file.artefact.name, value.where
        )
        for part in file.content.parts
        if part.device == device
        for value in part.values
    }


def _inherited(export_files: ExportFiles, site: str) -> dict[str, SettingValue]:
    values: dict[str, SettingValue] = {}
    for place in (("", ""), (site, "")):
        for file in export_files.at(*place, Kind.SETTINGS):
            if file.content is not None:
                values |= _values(file, Source.INHERITED)
    return values


def _own(
    export_files: ExportFiles, site: str, device: str, tables: dict[tuple[str, str], dict[str, SettingValue]]
) -> dict[str, SettingValue]:
    values = dict(tables.get((site, device), {}))
    for file in export_files.at(site, device, Kind.SETTINGS):
        if file.content is not None:
            values |= _values(file, Source.TYPED)
    return values


def _table_rows(
    export_files: ExportFiles, devices: tuple[tuple[str, str], ...]
) -> dict[tuple[str, str], dict[str, SettingValue]]:
    """The rows of every settings.csv, by device; rows of devices that the export does not have are problems."""
    known = set(devices)
    by_device: dict[str, list[tuple[str, str]]] = {}
    for site, device in devices:
        by_device.setdefault(device, []).append((site, device))
    rows: dict[tuple[str, str], dict[str, SettingValue]] = {}
    # The fleet's table first, so that the site's overrides it.
    for file in sorted(export_files.files, key=lambda item: item.artefact.site):
        if file.artefact.kind is not Kind.SETTINGS_TABLE or not isinstance(file.content, DecodedSettings):
            continue
        for part in file.content.parts:
            place = _place(part.device, file.artefact.site, known, by_device)
            if place is None:
                reason = _unknown_device(part.device, file.artefact.site, devices)
                export_files.report(file, "unreadable", f'device "{part.device}"', reason)
                continue
            rows.setdefault(place, {}).update(_values(file, Source.TYPED, part.device))
    return rows


def _place(
    name: str, site: str, known: set[tuple[str, str]], by_device: dict[str, list[tuple[str, str]]]
) -> tuple[str, str] | None:
    """The device that a row names, with or without its site; in upper or lower case where that leaves one."""
    head, slash, tail = name.rpartition("/")
    exact = (site or head, tail if slash else name)
    if exact in known and (not slash or not site or head == site):
        return exact
    if not slash and not site and name in by_device:
        return by_device[name][0] if len(by_device[name]) == 1 else None
    wanted = [word.casefold() for word in (site, head, tail)]
    similar = [
        (place, device)
        for place, device in known
        if device.casefold() == wanted[2]
        and place.casefold() in (wanted[0] or place.casefold(),)
        and place.casefold() in (wanted[1] or place.casefold(),)
    ]
    return similar[0] if len(similar) == 1 else None


def _unknown_device(name: str, site: str, devices: tuple[tuple[str, str], ...]) -> str:
    names = [device for place, device in devices if place == site] if site else ["/".join(pair) for pair in devices]
    if not site and sum(device == name for _, device in devices) > 1:
        return "several sites have a device of that name; write SITE/DEVICE"
    near = did_you_mean(name, names)
    return f"the export has no such device; a device is a directory SITE/DEVICE or a certificate file.{near}"


def _with_responses(
    export_files: ExportFiles, site: str, device: str, typed: dict[str, SettingValue]
) -> dict[str, SettingValue]:
    order = {f"{name}.xml".lower(): number for number, name in enumerate(RESPONSES)}
    files = sorted(
        export_files.at(site, device, Kind.RESPONSE),
        key=lambda file: order.get(file.artefact.path.name.lower(), len(order)),
    )
    values: dict[str, SettingValue] = {}
    for file in files:
        if file.content is not None:
            for key, value in _values(file, Source.READ).items():
                values[key] = _with_other(key, values[key], value) if key in values else value
    if HOST_NAME in values and "device.host_names" not in typed:
        # The device's own short name is used only if the names by which people reach it are not recorded.
        values["device.host_names"] = replace(values[HOST_NAME], value=join_names([values[HOST_NAME].value or ""]))
    for key, value in typed.items():
        values[key] = _with_other(key, values[key], value) if key in values else value
    return values


def _with_other(key: str, winner: SettingValue, other: SettingValue) -> SettingValue:
    """`winner`, with `other` recorded beside it if the two differ."""
    if winner.other or _same(key, winner.value, other.value):
        return winner
    return replace(winner, other=(other.value or "", other.file, other.key))


def _same(key: str, one: str | None, two: str | None) -> bool:
    if key == "device.model":
        return same_model(one, two)
    setting = SETTING_BY_KEY.get(key)
    if setting and setting.kind in LIST_KINDS:
        return set((one or "").split()) == set((two or "").split())
    return one == two
