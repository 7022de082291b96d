"""The settings of each device, key by key: responses override typed values, and nearer files override farther ones.

What is there and cannot be read overrides as well: such a setting is damaged, and nothing farther is used instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from mcuaudit.collect.artefact import Kind
from mcuaudit.collect.file_names import RESPONSES, response_name
from mcuaudit.decode.records import DecodedFile, DecodedSettings, DecodedSite, SettingsPart
from mcuaudit.decode.response_settings import HOST_NAME, SETTINGS_OF_RESPONSE
from mcuaudit.decode.settings import LIST_KINDS
from mcuaudit.domain.models import same_model
from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.domain.setting_value import SettingValue, Source
from mcuaudit.domain.settings import SETTING_BY_KEY, SETTINGS
from mcuaudit.frames.certificates import end_entity_of
from mcuaudit.frames.export_files import ExportFiles, Found, Row
from mcuaudit.frames.table_rows import IDENTITIES, TableRows, table_rows

_HOST_NAMES = "device.host_names"
_Values = dict[str, SettingValue]


def resolve_settings(
    export_files: ExportFiles, devices: tuple[tuple[str, str], ...]
) -> dict[tuple[str, str], dict[str, SettingValue]]:
    """The values of each device, by (site, device) and setting; settings without a value are absent."""
    inherited = {site: _inherited(export_files, site)[-1] for site in {site for site, _ in devices}}
    tables = _tables(export_files, devices, inherited)
    return {(site, device): _own(export_files, inherited[site], site, device, tables)[-1] for site, device in devices}


def overridden_values(
    export_files: ExportFiles, devices: tuple[tuple[str, str], ...], site: str, device: str
) -> dict[str, list[SettingValue]]:
    """The values of one device by setting: that in force, and after it those that it overrides, the nearest first."""
    inherited = {name: _inherited(export_files, name) for name in {name for name, _ in devices}}
    tables = _tables(export_files, devices, {name: states[-1] for name, states in inherited.items()})
    states = [*inherited[site], *_own(export_files, inherited[site][-1], site, device, tables)]
    found: dict[str, list[SettingValue]] = {}
    for values in reversed(states):
        for key, value in values.items():
            known = found.setdefault(key, [])
            if (value.file, value.key) not in [(one.file, one.key) for one in known]:
                known.append(value)
    return found


def _tables(
    export_files: ExportFiles, devices: tuple[tuple[str, str], ...], inherited: Mapping[str, _Values]
) -> TableRows:
    def known_words(place: tuple[str, str]) -> list[str]:
        typed = _over(inherited[place[0]], export_files.own(*place, Kind.SETTINGS), Source.TYPED)
        return _identities(export_files, *place, _with_responses(export_files, *place, typed))

    return table_rows(export_files, devices, known_words)


def _own(
    export_files: ExportFiles, inherited: _Values, site: str, device: str, tables: TableRows
) -> tuple[_Values, _Values, _Values]:
    """The values with the tables over them, with the device's own file over that, and with its responses."""
    listed = _with_tables(export_files, inherited, site, device, tables)
    typed = _over(listed, export_files.own(site, device, Kind.SETTINGS), Source.TYPED)
    return listed, typed, _with_responses(export_files, site, device, typed)


def _identities(export_files: ExportFiles, site: str, device: str, values: _Values) -> list[str]:
    """The addresses, host names and serial number of a device, and the names in its certificate."""
    cells = [value.value for key in (*IDENTITIES, HOST_NAME) if (value := values.get(key)) and value.value]
    found = end_entity_of(export_files.own(site, device, Kind.LOCAL_CERTIFICATE).file)
    one = found.certificate if found else None
    named = (*one.common_names, *one.dns_names, *map(str, one.ip_addresses)) if one else ()
    return [*(word for cell in cells for word in split_names(cell)), *named]


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
            "incomplete": False,
        }
        value = values.get(key)
        if value:
            row |= {"value": value.value, "source": value.source, "file": value.file, "key": value.key}
            row["incomplete"] = value.incomplete
            if value.other:
                row["other_value"], row["other_file"], row["other_key"] = value.other
        yield row


def _damaged(keys: Iterable[str], file: str, where: str = "") -> _Values:
    return {key: SettingValue(None, Source.DAMAGED, file, where) for key in keys}


def _values(file: DecodedFile, source: Source) -> _Values:
    assert isinstance(file.content, DecodedSettings)  # noqa: S101 - the kind of the file decides its content
    found: _Values = {}
    for part in file.content.parts:
        found |= _part_values(part, file.artefact.name, source)
    return found


def _part_values(part: SettingsPart, file: str, source: Source) -> _Values:
    found: _Values = {}
    for item in part.damaged:
        found |= _damaged([item.setting], file, item.where)
    for value in part.values:
        shown = Source.SHOWN if ".shown." in value.setting else source
        found[value.setting] = SettingValue(value.value, shown, file, value.where, incomplete=value.incomplete)
    return found


def _over(farther: _Values, found: Found, source: Source) -> _Values:
    """The values of a farther place with those of a nearer one over them."""
    every = {**dict.fromkeys(SETTING_BY_KEY), **farther}
    if found.claims:
        return _damaged(every, " and ".join(found.claims))
    if found.file is None:
        return farther
    if found.file.content is None:
        return _damaged(every, found.file.artefact.name, _where(found.file))
    return farther | _values(found.file, source)


def _where(file: DecodedFile) -> str:
    """The line that makes a whole file unreadable, if there is one."""
    return next((problem.where for problem in file.problems if problem.kind == "unreadable"), "")


def _inherited(export_files: ExportFiles, site: str) -> tuple[_Values, _Values]:
    """The values of the fleet, and with those of the site over them."""
    of_fleet = _over({}, export_files.own("", "", Kind.SETTINGS), Source.INHERITED)
    values = _over(of_fleet, export_files.own(site, "", Kind.SETTINGS), Source.INHERITED)
    for file in export_files.at(site, "", Kind.SITE):
        if isinstance(file.content, DecodedSite):
            for item in file.content.damaged:
                values = values | _damaged([item.setting], file.artefact.name, item.where)
    return of_fleet, values


def _with_tables(export_files: ExportFiles, values: _Values, site: str, device: str, tables: TableRows) -> _Values:
    """The values with the rows of settings.csv over them, the fleet's table first and the site's table last."""
    elsewhere = [place for place in export_files.sites_with_tables if place not in ("", site)]
    for place in ("", *elsewhere, site):
        table = export_files.own(place, "", Kind.SETTINGS_TABLE)
        rows = tables.get(table.file.artefact.name, {}).get((site, device)) if table.file else None
        if place in ("", site) and (table.claims or (table.file and table.file.content is None)):
            values = _over(values, table, Source.TYPED)
        elif table.file and rows:
            values = values | _part_values(rows, table.file.artefact.name, Source.TYPED)
    return values


def _with_responses(export_files: ExportFiles, site: str, device: str, typed: _Values) -> _Values:
    values: _Values = {}
    files = {response_name(file.artefact.path.name): file for file in export_files.at(site, device, Kind.RESPONSE)}
    for name in (*RESPONSES, *sorted(name for name in files if name and name not in RESPONSES)):
        for key, value in _response(export_files, site, device, name, files.get(name)).items():
            # A response under another name is a second one for its purpose: it is not known which of them is right.
            first = values.get(key) if name in RESPONSES or not value.damaged else None
            values[key] = _with_other(key, first, value) if first else value
    host = values.get(HOST_NAME)
    if host and _HOST_NAMES not in typed:
        # The device's own short name is used only if the names by which people reach it are not recorded.
        values[_HOST_NAMES] = host if host.damaged else replace(host, value=join_names([host.value or ""]))
    if host and host.damaged:
        del values[HOST_NAME]
    for key, value in typed.items():
        values[key] = _with_other(key, values[key], value) if key in values else value
    return values


def _response(export_files: ExportFiles, site: str, device: str, name: str, file: DecodedFile | None) -> _Values:
    claims = export_files.claims(site, device, Kind.RESPONSE, name)
    if claims:
        return _damaged(SETTINGS_OF_RESPONSE.get(name, ()), " and ".join(claims))
    if file is None:
        # A response outside a device may be of each device below that has none.
        above = export_files.claims(site, "", Kind.RESPONSE, name) or export_files.claims("", "", Kind.RESPONSE, name)
        return _damaged(SETTINGS_OF_RESPONSE.get(name, ()), " and ".join(above)) if above else {}
    if file.content is None:
        return _damaged(SETTINGS_OF_RESPONSE.get(name, ()), file.artefact.name, _where(file))
    if name in RESPONSES and _is_empty(file):
        export_files.report(file, "unreadable", "", "the response has no members; save it again")
        return _damaged(SETTINGS_OF_RESPONSE.get(name, ()), file.artefact.name)
    return _values(file, Source.READ)


def _is_empty(file: DecodedFile) -> bool:
    """Whether a response has not one member, not even one that cannot be read."""
    parts = file.content.parts if isinstance(file.content, DecodedSettings) else ()
    return not file.problems and not any(part.values or part.damaged for part in parts)


def _with_other(key: str, winner: SettingValue, other: SettingValue) -> SettingValue:
    """`winner`, with `other` recorded beside it if the two differ."""
    if winner.damaged or other.damaged or winner.other or _same(key, winner.value, other.value):
        return winner
    return replace(winner, other=(other.value or "", other.file, other.key))


def _same(key: str, one: str | None, two: str | None) -> bool:
    if key == "device.model":
        return same_model(one, two)
    setting = SETTING_BY_KEY.get(key)
    if setting and setting.kind in LIST_KINDS:
        return set((one or "").split()) == set((two or "").split())
    return one == two
