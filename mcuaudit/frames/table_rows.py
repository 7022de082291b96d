"""The rows of settings.csv by device: a row that names no device damages its settings of those that it may mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mcuaudit.collect.artefact import Kind
from mcuaudit.decode.file import DecodedFile
from mcuaudit.decode.records import DamagedSetting, DecodedSettings, SettingsPart
from mcuaudit.domain.likeness import within_one_edit
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.errors import did_you_mean, nearest
from mcuaudit.frames.export_files import ExportFiles

TableRows = Mapping[str, Mapping[tuple[str, str], SettingsPart]]
"""By the name of a table within the export, and by (site, device)."""
_Place = tuple[str, str]


def table_rows(export_files: ExportFiles, devices: Sequence[_Place]) -> TableRows:
    """The rows of every settings.csv; rows of devices that the export does not have are problems."""
    return {
        file.artefact.name: _rows(export_files, file, file.content, devices)
        for file in export_files.files
        if file.artefact.kind is Kind.SETTINGS_TABLE and isinstance(file.content, DecodedSettings)
    }


def _rows(
    export_files: ExportFiles, file: DecodedFile, content: DecodedSettings, devices: Sequence[_Place]
) -> dict[_Place, SettingsPart]:
    site = file.artefact.site
    below = [place for place in devices if not site or place[0] == site]
    placed: dict[_Place, list[SettingsPart]] = {}
    unknown: list[SettingsPart] = []
    for part in content.parts:
        place = _exactly(part.device, site, below)
        if place:
            placed.setdefault(place, []).append(part)
        else:
            unknown.append(part)
    without_row = [place for place in below if place not in placed]
    for part in unknown.copy():
        place = _regardless_of_case(part.device, site, without_row)
        if place:
            placed.setdefault(place, []).append(part)
            unknown.remove(part)
    rows = {place: _one_row(parts) for place, parts in placed.items()}
    free = [place for place in devices if place not in rows]
    for part in unknown:
        near = [place for place in free if _may_mean(part.device, place, site)] or _suggested(part.device, site, free)
        keys = [value.setting for value in part.values] + [item.setting for item in part.damaged]
        where = f'device "{part.device}"'
        reason = _unknown_device(part.device, site, devices, near)
        export_files.report(file, "unreadable", where, reason)
        _damage(rows, near, [DamagedSetting(key, where, reason) for key in keys])
    _damage(rows, [place for place in below if place in free], content.unplaced)
    return rows


def _damage(rows: dict[_Place, SettingsPart], places: Iterable[_Place], settings: Sequence[DamagedSetting]) -> None:
    for place in places if settings else ():
        found = rows.get(place) or SettingsPart(place[1], ())
        rows[place] = replace(found, damaged=(*found.damaged, *settings))


def _one_row(parts: list[SettingsPart]) -> SettingsPart:
    """The row of a device; of several that differ in the form of its name only, what is the same in all."""
    first, *others = parts
    for other in others:
        theirs = {value.setting: value for value in other.values}
        same = tuple(value for value in first.values if _equal(value.value, theirs.get(value.setting)))
        keys = {*(value.setting for value in first.values), *theirs} - {value.setting for value in same}
        where = f'device "{other.device}"'
        differing = tuple(DamagedSetting(key, where, "a second row for the same device") for key in sorted(keys))
        first = replace(first, values=same, damaged=(*first.damaged, *other.damaged, *differing))
    return first


def _equal(value: str, other: object) -> bool:
    return getattr(other, "value", None) == value


def _named(name: str, site: str) -> tuple[str, str]:
    """Site and device of a cell; the site is that of the table, or "" if the cell names none."""
    head, slash, tail = in_nfc(name).partition("/")
    return (head, tail) if slash else (site, head)


def _exactly(name: str, site: str, devices: Sequence[_Place]) -> _Place | None:
    named = _named(name, site)
    found = [place for place in devices if place[1] == named[1] and named[0] in ("", place[0])]
    return found[0] if len(found) == 1 else None


def _regardless_of_case(name: str, site: str, devices: Sequence[_Place]) -> _Place | None:
    named = tuple(word.casefold() for word in _named(name, site))
    found = [place for place in devices if place[1].casefold() == named[1] and named[0] in ("", place[0].casefold())]
    return found[0] if len(found) == 1 else None


def _may_mean(name: str, place: _Place, site: str) -> bool:
    """Whether a name is within one edit of a device, or equal but for case, form or site."""
    named = _named(name, site)
    device = place[1].casefold()
    if site not in ("", place[0]):
        # The table of another site: a device of the same name may be meant.
        return named[1].casefold() == device
    whole = f"{named[0]}/{named[1]}".casefold() if named[0] else ""
    return (
        within_one_edit(named[1].casefold(), device)
        or within_one_edit(whole, f"{place[0]}/{place[1]}".casefold())
        or within_one_edit(in_nfc(name).casefold(), device)
    )


def _suggested(name: str, site: str, free: Sequence[_Place]) -> list[_Place]:
    """The device whose name is most similar, which the problem suggests: its settings may be in the row."""
    labels = _labels(site, free)
    found = nearest(name, labels)
    return [labels[found]] if found else []


def _labels(site: str, places: Sequence[_Place]) -> dict[str, _Place]:
    """Devices by their names in the column `device` of a table."""
    below = [place for place in places if site in ("", place[0])]
    return {place[1] if site else "/".join(place): place for place in below}


def _unknown_device(name: str, site: str, devices: Sequence[_Place], near: Sequence[_Place]) -> str:
    """Why a row has no device; a device that has a row of its own is not suggested."""
    if not site and "/" not in name and sum(device == in_nfc(name) for _, device in devices) > 1:
        return "several sites have a device of that name; write SITE/DEVICE"
    elsewhere = [f"{place}/{device}" for place, device in near if site not in ("", place)]
    if elsewhere:
        return f"the site {site} has no such device; {elsewhere[0]} belongs in the settings.csv of its own site"
    return (
        "the export has no such device; a device is a directory SITE/DEVICE or a certificate file."
        f"{did_you_mean(name, _labels(site, near))}"
    )
