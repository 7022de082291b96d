"""site.toml: the title and time zone of a site."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from typing import Any

from mcuaudit.decode.most import WrongValues
from mcuaudit.decode.records import DamagedSetting, DecodedSite, Problem
from mcuaudit.decode.several_lines import refuse_swallowed_keys
from mcuaudit.decode.values import text_value
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.errors import Undecodable, did_you_mean
from mcuaudit.system.toml_text import load_toml


def _settings_meant(table: Mapping[str, Any]) -> tuple[DamagedSetting, ...]:
    """The settings of tables such as [services], which are in the wrong file."""
    keys = [f"{name}.{key}" for name, below in table.items() if isinstance(below, Mapping) for key in below]
    keys += [key for key in table if key in SETTING_BY_KEY]
    meant = ((key, one) for key in keys for one in SETTING_BY_KEY if one == key or one.startswith(f"{key}."))
    return tuple(DamagedSetting(one, key, "in site.toml") for key, one in meant)


def _why_unknown(key: str, value: Any, allowed: tuple[str, ...]) -> str:
    if _settings_meant({key: value}):
        return "settings are not read from site.toml; move this table to settings.toml in the same directory"
    if isinstance(value, Mapping):
        return f"unknown table; the keys {', '.join(allowed)} are written without a table, so remove the line [{key}]"
    return f"unknown key; allowed keys: {', '.join(allowed)}.{did_you_mean(key, allowed)}"


def decode_site(data: bytes) -> DecodedSite:
    """Title, time zone and notes of a site.

    Raises:
        Undecodable: the file is not TOML in UTF-8.
    """
    table = load_toml(data)
    refuse_swallowed_keys(table, allowed="notes")
    allowed = ("title", "time_zone", "notes")
    problems = WrongValues()
    for key, value in table.items():
        if key not in allowed:
            problems.append(Problem("unreadable", key, _why_unknown(key, value, allowed)))
    words = {}
    for key in allowed:
        try:
            words[key] = text_value(table[key]) if key in table else ""
        except Undecodable as error:
            problems.append(Problem("unreadable", key, error.reason))
            words[key] = ""
    try:
        if words["time_zone"]:
            zoneinfo.ZoneInfo(words["time_zone"])
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = did_you_mean(words["time_zone"], zoneinfo.available_timezones())
        reason = f'unknown time zone "{words["time_zone"]}"; expected a name such as "Europe/London".{near}'
        problems.append(Problem("unreadable", "time_zone", reason))
        words["time_zone"] = ""
    return DecodedSite(words["title"], words["time_zone"], words["notes"], tuple(problems), _settings_meant(table))
