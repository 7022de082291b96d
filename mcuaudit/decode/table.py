"""settings.csv: a row per device, dotted keys as columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from mcuaudit.decode.keys import near_settings, setting_named, unknown_key
from mcuaudit.decode.records import DamagedSetting, DecodedSettings, Problem, SettingsPart
from mcuaudit.decode.settings import ReadSettings
from mcuaudit.decode.values import LIST_KINDS
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.errors import Undecodable


def decode_settings_table(data: bytes) -> DecodedSettings:
    """The settings of one settings.csv; an empty cell sets nothing.

    Raises:
        Undecodable: the header has no column `device`, or the file is neither UTF-8 nor cp1252.
    """
    reader = csv.reader(io.StringIO(_table_text(data), newline=""), delimiter=_delimiter(data), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise Undecodable(f"not a table: {error}", f"line {reader.line_num}") from error
    if not rows or "device" not in (header := [cell.strip() for cell in rows[0]]):
        raise Undecodable('expected a header line with the column "device"', "line 1")
    problems = [
        Problem("unreadable", f"column {name}", unknown_key(name))
        for name in header
        if name != "device" and setting_named(name) is None
    ]
    parts: dict[str, SettingsPart] = {}
    unplaced: list[DamagedSetting] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        part = _row(header, row, number, problems)
        if not part.device:
            unplaced += part.damaged
        elif part.device in parts:
            reason = f'a second row for the device "{part.device}"; cells that differ from the first are not used'
            problems.append(Problem("unreadable", f"line {number}", reason))
            parts[part.device] = _where_equal(parts[part.device], part, f"line {number}", reason)
        else:
            parts[part.device] = part
    return DecodedSettings(tuple(parts.values()), tuple(problems), tuple(unplaced))


def _row(header: list[str], row: list[str], number: int, problems: list[Problem]) -> SettingsPart:
    """One row; with more cells than the header, or without a device, all its settings are damaged."""
    cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
    device = cells.pop("device", "")
    where, reason = f"line {number}", ""
    if len(row) > len(header):
        reason = f"{len(row)} cells, but the header has {len(header)}; quote a cell that contains the separator"
    elif not device:
        where, reason = f"{where}, column device", "the cell is empty; expected the name of a device"
    if reason:
        problems.append(Problem("unreadable", where, reason))
        return SettingsPart(device, (), tuple(DamagedSetting(key, where, reason) for key in _meant(cells)))
    found = ReadSettings()
    for key, cell in cells.items():
        place = f"line {number}, column {key}"
        if cell and setting_named(key):
            found.take(key, _unless_none(key, cell), place)
        elif cell:
            found.refuse(near_settings(key), _unless_none(key, cell), place, unknown_key(key))
    problems += found.problems
    return found.part(device)


def _meant(cells: Mapping[str, str]) -> list[str]:
    filled = [key for key, cell in cells.items() if cell]
    return [known for key in filled for known in ((key,) if setting_named(key) else near_settings(key))]


def _where_equal(first: SettingsPart, second: SettingsPart, where: str, reason: str) -> SettingsPart:
    """The settings of two rows of one device: those with one value; the others are damaged."""
    one, two = ({value.setting: value.value for value in part.values} for part in (first, second))
    equal = {key for key in one if two.get(key) == one[key]}
    differing = [DamagedSetting(key, where, reason) for key in one.keys() | two.keys() if key not in equal]
    return SettingsPart(
        first.device,
        tuple(value for value in first.values if value.setting in equal),
        tuple(sorted((*first.damaged, *second.damaged, *differing), key=lambda item: item.setting)),
    )


def _unless_none(key: str, cell: str) -> str:
    """An empty cell sets nothing, so a list without an entry is written as the word none."""
    setting = SETTING_BY_KEY.get(key)
    return "" if setting and setting.kind in LIST_KINDS and cell.lower() == "none" else cell


def _table_text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Undecodable("expected UTF-8 or cp1252, found another encoding")


def _delimiter(data: bytes) -> str:
    header = data.splitlines()[0] if data.strip() else b""
    return ";" if header.count(b";") > header.count(b",") else ","
