"""settings.toml and settings.csv: each value is checked against the labels on the pages of the device."""

from __future__ import annotations

import csv
import io
import ipaddress
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from mcuaudit.decode.records import DecodedSetting, DecodedSettings, Problem, SettingsPart
from mcuaudit.domain.instants import instant
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.settings import ADMINISTRATOR, SETTING_BY_KEY, SETTINGS, Setting, ValueKind
from mcuaudit.domain.versions import _VERSION
from mcuaudit.errors import Undecodable, did_you_mean, nearest, not_allowed

_TRUE = {"true", "yes", "on", "1", "enabled", "ticked"}
_FALSE = {"false", "no", "off", "0", "disabled", "not ticked", "unticked"}
_SERVICES = [setting.key.removeprefix("services.") for setting in SETTINGS if setting.key.startswith("services.")]
_SECTIONS = sorted({setting.key.split(".")[0] for setting in SETTINGS})


LIST_KINDS = (ValueKind.ADDRESSES, ValueKind.NAMES, ValueKind.URIS, ValueKind.USERS, ValueKind.FEATURES)
"""Kinds of settings that hold several words, whose order does not matter."""


def canonical(setting: Setting, value: Any) -> str:
    """The text of one value as the frames hold it.

    Raises:
        Undecodable: the value is not one that the setting can have.
    """
    return _label(setting, value) if setting.kind is ValueKind.LABEL else _CANONICAL[setting.kind](value)


def _text(value: Any) -> str:
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        raise Undecodable(f"expected text, found {_shown(value)}")
    return str(value).strip()


def _label(setting: Setting, value: Any) -> str:
    word = _text(value)
    for label in setting.labels:
        if label.casefold() == " ".join(word.split()).casefold():
            return label
    raise Undecodable(not_allowed(setting.meaning.removesuffix("."), word, setting.labels))


def _boolean(value: Any) -> str:
    word = str(value).strip().lower()
    if word in _TRUE:
        return "true"
    if word in _FALSE:
        return "false"
    raise Undecodable(f"expected true or false, found {_shown(value)}")


def _words(value: Any) -> list[str]:
    words = value.split() if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise Undecodable(f"expected a list of strings, found {_shown(value)}")
    # A repeated word is kept once.
    return list(dict.fromkeys(word.strip() for word in words if word.strip()))


def _addresses(value: Any) -> str:
    try:
        return " ".join(dict.fromkeys(str(ipaddress.ip_address(word.strip("[]"))) for word in _words(value)))
    except ValueError as error:
        raise Undecodable(f"expected IP addresses: {error}") from error


def _names(value: Any) -> str:
    return join_names(_words(value))


def _features(value: Any) -> str:
    """Names of feature keys hold spaces, so several in one text are separated by semicolons."""
    return _names([word.strip() for word in value.split(";")] if isinstance(value, str) else value)


def _uris(value: Any) -> str:
    entries = value if isinstance(value, list) else _words(value)
    uris = []
    for entry in entries:
        uri = entry.get("uri") if isinstance(entry, Mapping) else entry
        if not isinstance(uri, str) or not _is_http(uri):
            raise Undecodable(f'expected an http or https URI such as "https://host/RPC2", found {_shown(uri)}')
        uris.append(uri.strip())
    return join_names(dict.fromkeys(uris))


def _is_http(uri: str) -> bool:
    try:
        parts = urlsplit(uri.strip())
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _time(value: Any) -> str:
    try:
        if isinstance(value, datetime) and value.tzinfo is None:
            raise Undecodable(f"the time {value.isoformat()} has no zone; write for example {value.isoformat()}Z")
        if isinstance(value, (str, date)):
            return instant(value).isoformat()
    except ValueError as error:
        raise Undecodable(f"expected a date such as 2026-11-23 or a time with its zone: {error}") from error
    raise Undecodable(f"expected a date such as 2026-11-23, found {_shown(value)}")


def _version(value: Any) -> str:
    word = _text(value)
    if not _VERSION.fullmatch(word):
        raise Undecodable(f'expected major.minor(branch.build) such as "4.4(3.57)", found "{word}"')
    return word


def _users(value: Any) -> str:
    entries = value.split() if isinstance(value, str) else value
    if not isinstance(entries, list):
        raise Undecodable(f"expected users, found {_shown(value)}")
    return join_names(_user(entry) for entry in entries)


def _user(entry: Any) -> str:
    if isinstance(entry, str):
        name, colon, privilege = entry.rpartition(":")
        if not colon:
            raise Undecodable(f'expected name:privilege, found "{entry}"')
    else:
        unknown = set(entry) - {"name", "privilege"} if isinstance(entry, Mapping) else {"?"}
        if unknown or not isinstance(entry.get("name"), str) or not isinstance(entry.get("privilege", ""), str):
            raise Undecodable(f"a user has the keys name and privilege, found {_shown(entry)}")
        name, privilege = entry["name"], entry.get("privilege", "")
    if not privilege.strip():
        raise Undecodable(f'user "{name}" has no privilege; for example "{ADMINISTRATOR}"')
    level = privilege.strip().casefold()
    if level != ADMINISTRATOR and (level.startswith("admin") or nearest(level, [ADMINISTRATOR])):
        raise Undecodable(f'user "{name}" has the privilege "{privilege}". Did you mean "{ADMINISTRATOR}"?')
    return f"{name}:{ADMINISTRATOR if level == ADMINISTRATOR else privilege.strip()}"


_CANONICAL: dict[ValueKind, Callable[[Any], str]] = {
    ValueKind.TEXT: _text,
    ValueKind.BOOLEAN: _boolean,
    ValueKind.ADDRESSES: _addresses,
    ValueKind.NAMES: _names,
    ValueKind.TIME: _time,
    ValueKind.VERSION: _version,
    ValueKind.USERS: _users,
    ValueKind.URIS: _uris,
    ValueKind.FEATURES: _features,
}


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def decode_settings_toml(data: bytes) -> DecodedSettings:
    """The settings of one settings.toml; a key or value that is not allowed is a problem, the others are kept.

    Raises:
        Undecodable: the file is not TOML in UTF-8.
    """
    values: list[DecodedSetting] = []
    problems: list[Problem] = []
    for key, value in _flatten(load_toml(data)):
        _take(key, value, _bracketed(key), values, problems)
    return DecodedSettings((SettingsPart("", tuple(values)),), tuple(problems))


def load_toml(data: bytes) -> dict[str, Any]:
    """The content of a TOML file, with or without a byte order mark.

    Raises:
        Undecodable: the file is not TOML in UTF-8; `reason` has the line.
    """
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Undecodable("expected UTF-8, found another encoding", f"line {line}") from error
    except tomllib.TOMLDecodeError as error:
        raise Undecodable(f"not TOML: {error}") from error


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        dotted = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{dotted}.")
        else:
            yield dotted, value


def _bracketed(key: str) -> str:
    table, _, last = key.rpartition(".")
    return f"[{table}] {last}" if table else key


def _take(key: str, value: Any, where: str, values: list[DecodedSetting], problems: list[Problem]) -> None:
    setting = SETTING_BY_KEY.get(key) or _service(key)
    if setting is None:
        problems.append(Problem("unreadable", where, f"unknown key.{_unknown_key_help(key)}"))
        return
    try:
        values.append(DecodedSetting(key, canonical(setting, value), where))
    except Undecodable as error:
        problems.append(Problem("unreadable", where, error.reason))


def _service(key: str) -> Setting | None:
    """Services beyond the usual ones differ by version, so any plain name is accepted."""
    name = key.removeprefix("services.")
    if re.fullmatch(r"services\.[a-z][a-z0-9_]*", key) and not nearest(name, _SERVICES):
        return Setting(key, ValueKind.BOOLEAN, "A service of this software version.", "API services.query")
    return None


def _unknown_key_help(key: str) -> str:
    near = did_you_mean(key, SETTING_BY_KEY)
    table = key.rpartition(".")[0]
    allowed = [known.removeprefix(f"{table}.") for known in SETTING_BY_KEY if known.rpartition(".")[0] == table]
    return near or (
        f" Allowed in [{table}] are {', '.join(allowed)}."
        if table and allowed
        else f" Allowed are {', '.join(_SECTIONS)}."
    )


def decode_settings_table(data: bytes) -> DecodedSettings:
    """The settings of one settings.csv: a row per device, dotted keys as columns; an empty cell sets nothing.

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
        Problem("unreadable", f"column {name}", f"unknown key.{_unknown_key_help(name)}")
        for name in header
        if name != "device" and name not in SETTING_BY_KEY and _service(name) is None
    ]
    parts: dict[str, SettingsPart] = {}
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        part = _row(header, row, number, problems)
        if part is None:
            continue
        if part.device in parts:
            problems.append(
                Problem("unreadable", f"line {number}", f'a second row for the device "{part.device}"; it was not read')
            )
        else:
            parts[part.device] = part
    return DecodedSettings(tuple(parts.values()), tuple(problems))


def _row(header: list[str], row: list[str], number: int, problems: list[Problem]) -> SettingsPart | None:
    if len(row) > len(header):
        reason = f"{len(row)} cells, but the header has {len(header)}; quote a cell that contains the separator"
        problems.append(Problem("unreadable", f"line {number}", reason))
        return None
    cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
    device = cells.pop("device", "")
    if not device:
        problems.append(
            Problem("unreadable", f"line {number}, column device", "the cell is empty; expected the name of a device")
        )
        return None
    values: list[DecodedSetting] = []
    for key, cell in cells.items():
        if cell and (key in SETTING_BY_KEY or _service(key)):
            _take(key, _unless_none(key, cell), f"line {number}, column {key}", values, problems)
    return SettingsPart(device, tuple(values))


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
