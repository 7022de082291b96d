"""The rows of settings.csv by device: a row that names no device damages its settings of those that it may mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from mcuaudit.collect.artefact import Kind
from mcuaudit.decode.odd_rows import ON_ONE_LINE
from mcuaudit.decode.records import DamagedSetting, DecodedFile, DecodedSettings, SettingsPart
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.domain.name_lists import split_names
from mcuaudit.errors import nearest, suggestion
from mcuaudit.frames.export_files import ExportFiles
from mcuaudit.frames.row_devices import Known, Place, Sense, known_devices, meant_devices, named

_NO_DEVICE: Final = "the export has no such device; a device is a directory SITE/DEVICE or a certificate file."
_CONVERTIBLE: Final = re.compile(r"0\d+|\d+[-/.]\d+(?:[-/.]\d+)?|\d+[eE]\d+|\d{12,}")
"""Names of devices that a spreadsheet takes for a number or a date."""
_CONVERTED: Final = re.compile(
    r"\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|[^\W\d_]{3,9}[-. /]+\d{1,4}"
    r"|\d{1,2}[-. /]+[^\W\d_]{3,9}"
)
IDENTITIES: Final = ("device.addresses", "device.host_names", "device.serial")
TableRows = Mapping[str, Mapping[tuple[str, str], SettingsPart]]
"""By the name of a table within the export, and by (site, device)."""


def table_rows(
    export_files: ExportFiles, devices: Sequence[Place], known_words: Callable[[Place], Iterable[str]]
) -> TableRows:
    """The rows of every settings.csv; rows of devices that the export does not have are problems.

    `known_words` gives the addresses, host names and serial number of a device.
    """
    words = cache(known_words)
    return {
        file.artefact.name: _rows(export_files, file, file.content, devices, words)
        for file in export_files.files
        if file.artefact.kind is Kind.SETTINGS_TABLE and isinstance(file.content, DecodedSettings)
    }


def _rows(
    export_files: ExportFiles,
    file: DecodedFile,
    content: DecodedSettings,
    devices: Sequence[Place],
    known_words: Callable[[Place], Iterable[str]],
) -> dict[Place, SettingsPart]:
    site = file.artefact.site
    below = [place for place in devices if not site or place[0] == site]
    placed: dict[Place, list[SettingsPart]] = {}
    unknown: list[SettingsPart] = []
    for part in content.parts:
        place = _exactly(part.device, site, below) or _regardless_of_case(part.device, site, below)
        if place:
            placed.setdefault(place, []).append(part)
        else:
            unknown.append(part)
    own = {place: _one_row(export_files, file, parts) for place, parts in placed.items()}
    rows = dict(own)
    _damage_joined(export_files, file, placed, below, rows)
    if unknown:
        known = known_devices({place: (*known_words(place), *_words(own.get(place))) for place in devices})
        for part in unknown:
            _place_unknown(export_files, file, part, known, own, rows)
    for place in below:
        if place not in own:
            _damage(rows, place, content.unplaced)
    return rows


def _damage_joined(
    export_files: ExportFiles,
    file: DecodedFile,
    placed: Mapping[Place, Sequence[SettingsPart]],
    below: Sequence[Place],
    rows: dict[Place, SettingsPart],
) -> None:
    """Damage a row with a cell that goes on with the name of another device, and the row of that device."""
    for place, part in [(place, part) for place, parts in placed.items() for part in parts if part.begins]:
        for name in part.begins:
            other = _exactly(name, file.artefact.site, below) or _regardless_of_case(name, file.artefact.site, below)
            if other and other != place:
                where = f'device "{part.device}"'
                reason = f'a quotation mark (") joins the row with a line that begins with "{name}"; {ON_ONE_LINE}'
                export_files.report(file, "unreadable", where, reason)
                keys = [value.setting for value in part.values] + [item.setting for item in part.damaged]
                for one in (place, other):
                    _damage(rows, one, [DamagedSetting(key, where, reason) for key in keys])


def _words(row: SettingsPart | None) -> list[str]:
    """The addresses, host names and serial number in the row of a device."""
    values = row.values if row else ()
    return [word for value in values if value.setting in IDENTITIES for word in split_names(value.value)]


def _place_unknown(
    export_files: ExportFiles,
    file: DecodedFile,
    part: SettingsPart,
    known: Known,
    own: Mapping[Place, SettingsPart],
    rows: dict[Place, SettingsPart],
) -> None:
    """Damage the settings of a row without a device, for each device that it may mean."""
    site, devices = file.artefact.site, list(known.words)
    senses = meant_devices(part.device, site, known)
    meant = {place: sense for place, sense in senses.items() if sense > Sense.PERHAPS or place not in own}
    if not meant:
        free = [place for place in devices if place not in own]
        meant = dict.fromkeys(_suggested(part.device, site, free), Sense.PERHAPS)
    where = f'device "{part.device}"'
    reason = _unknown_device(part.device, site, devices, list(meant), own)
    converted = [one for one in devices if one not in own and site in ("", one[0]) and _CONVERTIBLE.fullmatch(one[1])]
    if converted and _CONVERTED.fullmatch(part.device.strip()):
        meant |= dict.fromkeys(converted, Sense.PERHAPS)
        reason = (
            f"{_NO_DEVICE} The spreadsheet may have converted the name {converted[0][1]} into a number or a date. "
            "Format the column as text, and write the name again"
        )
    if not part.joined:
        export_files.report(file, "unreadable", where, reason)
    for place, sense in meant.items():
        mine = {value.setting: value.value for value in own[place].values} if place in own else {}
        same = {value.setting for value in part.values if mine.get(value.setting) == value.value}
        kept = mine.keys() if sense is Sense.UNLESS_ROW else same
        keys = [value.setting for value in part.values] + [item.setting for item in part.damaged]
        _damage(rows, place, [DamagedSetting(key, where, reason) for key in keys if key not in kept])


def _damage(rows: dict[Place, SettingsPart], place: Place, settings: Sequence[DamagedSetting]) -> None:
    if settings:
        found = rows.get(place) or SettingsPart(place[1], ())
        keys = {item.setting for item in settings}
        values = tuple(value for value in found.values if value.setting not in keys)
        rows[place] = replace(found, values=values, damaged=(*found.damaged, *settings))


def _one_row(export_files: ExportFiles, file: DecodedFile, parts: list[SettingsPart]) -> SettingsPart:
    """The row of a device; of several that differ in the form of its name only, what is the same in all."""
    first, *others = parts
    for other in others:
        theirs = {value.setting: value for value in other.values}
        same = tuple(value for value in first.values if _equal(value.value, theirs.get(value.setting)))
        keys = {*(value.setting for value in first.values), *theirs} - {value.setting for value in same}
        where = f'device "{other.device}"'
        reason = f'a second row for the device "{first.device}"; cells that differ from the first are not used'
        differing = tuple(DamagedSetting(key, where, reason) for key in sorted(keys))
        first = replace(first, values=same, damaged=(*first.damaged, *other.damaged, *differing))
        if not other.joined and not parts[0].joined:
            export_files.report(file, "unreadable", where, reason)
    return first


def _equal(value: str, other: object) -> bool:
    return getattr(other, "value", None) == value


def _exactly(name: str, site: str, devices: Sequence[Place]) -> Place | None:
    of_site, device = named(name, site)
    found = [place for place in devices if place[1] == device and of_site in ("", place[0])]
    return found[0] if len(found) == 1 else None


def _regardless_of_case(name: str, site: str, devices: Sequence[Place]) -> Place | None:
    of_site, device = (word.casefold() for word in named(name, site))
    found = [place for place in devices if place[1].casefold() == device and of_site in ("", place[0].casefold())]
    return found[0] if len(found) == 1 else None


def _suggested(name: str, site: str, free: Sequence[Place]) -> list[Place]:
    """The device whose name is most similar, which the problem suggests: its settings may be in the row."""
    labels = _labels(site, free)
    found = nearest(name, labels)
    return [labels[found]] if found else []


def _labels(site: str, places: Sequence[Place]) -> dict[str, Place]:
    """Devices by their names in the column `device` of a table."""
    below = [place for place in places if site in ("", place[0])]
    return {place[1] if site else "/".join(place): place for place in below}


def _unknown_device(
    name: str, site: str, devices: Sequence[Place], meant: Sequence[Place], own: Mapping[Place, SettingsPart]
) -> str:
    """Why a row has no device; a device that has a row of its own is not suggested."""
    if not site and "/" not in name and sum(device == in_nfc(name) for _, device in devices) > 1:
        return "several sites have a device of that name; write SITE/DEVICE"
    elsewhere = [f"{place}/{device}" for place, device in meant if site not in ("", place)]
    if elsewhere:
        return f"the site {site} has no such device; {elsewhere[0]} belongs in the settings.csv of its own site"
    with_row = ["/".join(place) for place in meant if place in own]
    if with_row and len(meant) == 1:
        return f"{_NO_DEVICE} It may mean {with_row[0]}, which has a row too; write one row for the device"
    labels = _labels(site, meant)
    found = nearest(name, labels) if len(labels) > 1 and not with_row else None
    if len(labels) > 1 and not found:
        few = ", ".join([*labels][:3])
        return f"{_NO_DEVICE} It may mean {len(labels)} devices ({few}); write a row for each, with its name"
    return f"{_NO_DEVICE}{suggestion(name, found or next(iter(labels))) if labels else ''}"
