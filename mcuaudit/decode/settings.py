"""settings.toml: each value is checked against the labels on the pages of the device."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mcuaudit.decode.keys import near_settings, near_table, setting_named, unknown_key, unknown_service
from mcuaudit.decode.nothing import refuse_nothing
from mcuaudit.decode.records import DamagedSetting, DecodedSetting, DecodedSettings, Problem, SettingsPart
from mcuaudit.decode.values import LIST_KINDS as LIST_KINDS
from mcuaudit.decode.values import read_value
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.errors import suggestion
from mcuaudit.system.toml_text import load_toml


@dataclass
class ReadSettings:
    """The settings of one device or file while they are read."""

    values: list[DecodedSetting] = field(default_factory=list)
    damaged: list[DamagedSetting] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def take(self, key: str, value: Any, where: str) -> None:
        """Read the value of a known setting; what cannot be used is a problem, and damages the setting."""
        setting = setting_named(key)
        assert setting is not None  # noqa: S101 - callers ask first
        read = read_value(setting, value)
        self.problems += [Problem("unreadable", where, reason) for reason in read.reasons]
        if read.text is None:
            self.damaged.append(DamagedSetting(key, where, read.reasons[0]))
        else:
            self.values.append(DecodedSetting(key, read.text, where, bool(read.reasons)))
            self.problems += [Problem("unreadable", where, reason) for reason in [unknown_service(key)] if reason]

    def refuse(self, meant: Sequence[str], value: Any, where: str, reason: str) -> None:
        """Record a value whose key is misspelt: the settings that it may be meant for are damaged; it is checked."""
        self.damaged += [DamagedSetting(key, where, reason) for key in meant]
        setting = setting_named(meant[0]) if len(meant) == 1 else None
        if setting:
            self.problems += [Problem("unreadable", where, reason) for reason in read_value(setting, value).reasons]

    def part(self, device: str = "") -> SettingsPart:
        """What was read; a setting whose own key has a value is not damaged by a misspelt one beside it."""
        known = {value.setting for value in self.values}
        first = {item.setting: item for item in reversed(self.damaged) if item.setting not in known}
        return SettingsPart(device, tuple(self.values), tuple(reversed(first.values())))


def decode_settings_toml(data: bytes) -> DecodedSettings:
    """The settings of one settings.toml; a key or value that is not allowed is a problem, the others are kept.

    Raises:
        Undecodable: the file is not TOML in UTF-8, or is empty and does not say that it is.
    """
    found = ReadSettings()
    misspelt: set[str] = set()
    tables = load_toml(data)
    refuse_nothing(tables, data)
    for key, value in _flatten(tables):
        table, _, last = key.rpartition(".")
        near = near_table(table)
        if setting_named(key):
            found.take(key, value, _bracketed(key))
        elif near is None:
            found.problems.append(Problem("unreadable", _bracketed(key), unknown_key(key)))
            found.refuse(near_settings(key), value, _bracketed(key), unknown_key(key))
        else:
            reason = f"unknown table.{suggestion(f'[{table}]', f'[{near}]')}"
            if table not in misspelt:
                found.problems.append(Problem("unreadable", f"[{table}]", reason))
                misspelt.add(table)
            _below_misspelt(f"{near}.{last}", value, _bracketed(key), reason, found)
    return DecodedSettings((found.part(),), tuple(found.problems))


def _below_misspelt(meant: str, value: Any, where: str, reason: str, found: ReadSettings) -> None:
    """Read a key below a misspelt table as if the table were spelt right, so that all its faults are found at once."""
    if setting_named(meant):
        found.refuse((meant,), value, where, reason)
    else:
        found.problems.append(Problem("unreadable", where, unknown_key(meant)))
        found.refuse(near_settings(meant), value, where, reason)


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        dotted = f"{prefix}{key}"
        if isinstance(value, Mapping) and (value or dotted not in SETTING_BY_KEY):
            yield from _flatten(value, f"{dotted}.")
        else:
            yield dotted, value


def _bracketed(key: str) -> str:
    table, _, last = key.rpartition(".")
    return f"[{table}] {last}" if table else key
