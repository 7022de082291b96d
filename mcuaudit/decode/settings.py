"""settings.toml: each value is checked against the labels on the pages of the device."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mcuaudit.decode.entries import below_entries, stray_keys, without
from mcuaudit.decode.keys import (
    TABLES,
    is_alike,
    near_settings,
    near_table,
    repeats_its_table,
    setting_named,
    unknown_key,
    unknown_service,
)
from mcuaudit.decode.meant import list_settings_with_value, settings_with_label, settings_with_value
from mcuaudit.decode.most import WrongValues
from mcuaudit.decode.nothing import empty_tables, refuse_nothing
from mcuaudit.decode.records import DamagedSetting, DecodedSetting, DecodedSettings, Problem, SettingsPart
from mcuaudit.decode.several_lines import refuse_swallowed_keys
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
    problems: WrongValues = field(default_factory=WrongValues)
    doubts: list[DecodedSetting] = field(default_factory=list)
    """What misspelt keys say: beside the right key with another value, it is not known which of them is meant."""

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
            if reason := unknown_service(key):
                self.problems.append(Problem("unreadable", where, reason))
                # It may be another word for a service that has no key of its own here.
                self.damaged += [DamagedSetting(known, where, reason) for known in settings_with_value(key, value)]

    def refuse(self, meant: Sequence[str], value: Any, where: str, reason: str, *, certain: bool = False) -> None:
        """Record a value whose key is misspelt: the settings that it may be meant for are damaged; it is checked.

        If it is `certain` that the first of them may be meant, it is doubtful beside its own key too.
        """
        self.damaged += [DamagedSetting(key, where, reason) for key in meant]
        for key in meant[:1] if certain or len(meant) == 1 else ():
            known = setting_named(key)
            text = read_value(known, value).text if known else None
            self.doubts += [] if text is None else [DecodedSetting(key, text, where)]
        setting = setting_named(meant[0]) if len(meant) == 1 else None
        if setting:
            self.problems += [Problem("unreadable", where, reason) for reason in read_value(setting, value).reasons]

    def refuse_value(self, key: str, where: str, reason: str) -> None:
        """Record a value of a known setting that cannot be used."""
        self.problems.append(Problem("unreadable", where, reason))
        self.damaged.append(DamagedSetting(key, where, reason))

    def refuse_key(self, key: str, value: Any, where: str, above: str = "") -> None:
        """Record a key that is not known, with the settings that it may mean by its name or by its value."""
        by_label = settings_with_label(value)
        near = near_settings(key)
        apart = bool(by_label) and not set(by_label) & set(near)
        # A label under a key that has none is that of its own setting.
        instead = apart and not _may_have(near, value)
        certain = apart and (instead or len(by_label) == 1)
        by_value = () if near and is_alike(key, near) else settings_with_value(key, value)
        of_lists = list_settings_with_value(key, value)
        # What can hold the value is named before what is only similar.
        named = by_label if certain else (*of_lists, *by_value)[:3] if (of_lists or (near and by_value)) else ()
        reason = f"unknown key.{suggestion(key, *named)}" if named else unknown_key(key)
        self.problems.append(Problem("unreadable", where, reason))
        meant = (() if instead else tuple(dict.fromkeys((*near, *by_value)))) or by_label
        self.refuse(meant, value, where, above or reason, certain=bool(near) and not by_value)
        # The label or the entries are those of a setting, whatever the key is similar to.
        also = [*by_label, *of_lists, *near]
        self.damaged += [DamagedSetting(one, where, above or reason) for one in also if one not in meant]

    def refuse_table(self, name: str) -> None:
        """Record a table without a key: each setting of it may have been lost."""
        table = name if name in TABLES else near_table(name)
        reason = f"the table has no key. Write the keys that it should have, or remove the line [{name}]"
        if table:
            self.problems.append(Problem("unreadable", f"[{name}]", reason))
            lost = (key for key in SETTING_BY_KEY if key.startswith(f"{table}."))
            self.damaged += [DamagedSetting(key, f"[{name}]", reason) for key in lost]

    def part(self, device: str = "") -> SettingsPart:
        """What was read; a setting whose own key has a value is damaged by a misspelt one with another value only."""
        own = {value.setting: value.value for value in self.values}
        twice = {one.setting: one for one in self.doubts if own.get(one.setting, one.value) != one.value}
        for one in twice.values():
            self._say_that_it_is_there_twice(one)
        first = {item.setting: item for item in reversed(self.damaged) if item.setting not in own.keys() - twice.keys()}
        kept = tuple(value for value in self.values if value.setting not in twice)
        return SettingsPart(device, kept, tuple(reversed(first.values())))

    def _say_that_it_is_there_twice(self, one: DecodedSetting) -> None:
        there = f" {one.setting} is there too, with another value; remove one of them"
        self.problems[:] = [
            replace(problem, reason=problem.reason + there)
            if problem.where == one.where and problem.reason.startswith("unknown key")
            else problem
            for problem in self.problems
        ]


def decode_settings_toml(data: bytes) -> DecodedSettings:
    """The settings of one settings.toml; a key or value that is not allowed is a problem, the others are kept.

    Raises:
        Undecodable: the file is not TOML in UTF-8, or is empty and does not say that it is.
    """
    found = ReadSettings()
    misspelt: set[str] = set()
    tables = load_toml(data)
    refuse_nothing(tables, data)
    refuse_swallowed_keys(tables)
    for name in empty_tables(tables):
        found.refuse_table(name)
    stray = list(stray_keys(tables))
    for name, number, key, value, meant in stray:
        where, reason = f"[[{name}]] {number} {key}", below_entries(name, key, meant)
        found.problems.append(Problem("unreadable", where, reason))
        found.refuse(meant, value, where, reason)
    for key, value in _flatten(without(stray, tables)):
        table, _, last = key.rpartition(".")
        near = near_table(table)
        setting = setting_named(key)
        if setting and setting.kind in LIST_KINDS and isinstance(value, str) and not value.strip():
            found.refuse_value(
                key, bracketed_key(key), 'found "", which is not a list entry; write [] if there is none'
            )
        elif setting:
            found.take(key, value, bracketed_key(key))
        elif again := repeats_its_table(key):
            own = again.rpartition(".")[0]
            reason = f"the table is named twice; inside [{own}] write {again.rpartition('.')[2]} alone"
            found.problems.append(Problem("unreadable", bracketed_key(key), reason))
            found.refuse((again,), value, bracketed_key(key), reason)
        elif near is None:
            found.refuse_key(key, value, bracketed_key(key))
        else:
            reason = f"unknown table.{suggestion(f'[{table}]', f'[{near}]')}"
            if table not in misspelt:
                found.problems.append(Problem("unreadable", f"[{table}]", reason))
                misspelt.add(table)
            _below_misspelt(f"{near}.{last}", value, bracketed_key(key), reason, found)
    return DecodedSettings((found.part(),), tuple(found.problems))


def _may_have(keys: Sequence[str], value: Any) -> bool:
    """Whether one of these settings can have the value, or has labels too."""
    settings = [setting for setting in map(setting_named, keys) if setting]
    return any(setting.labels or read_value(setting, value).text is not None for setting in settings)


def _below_misspelt(meant: str, value: Any, where: str, reason: str, found: ReadSettings) -> None:
    """Read a key below a misspelt table as if the table were spelt right, so that all its faults are found at once."""
    if setting_named(meant):
        found.refuse((meant,), value, where, reason)
    else:
        found.refuse_key(meant, value, where, reason)


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        dotted = f"{prefix}{key}"
        if isinstance(value, Mapping) and (value or dotted not in SETTING_BY_KEY):
            yield from _flatten(value, f"{dotted}.")
        else:
            yield dotted, value


def bracketed_key(key: str) -> str:
    """A dotted key as settings.toml has it, such as ``[services] http``."""
    table, _, last = key.rpartition(".")
    return f"[{table}] {last}" if table else key
