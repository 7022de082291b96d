"""The entries of [[users]] and [[feedback_receivers]]: keys of settings that TOML has made keys of an entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from mcuaudit.decode.keys import is_remark, near_settings
from mcuaudit.decode.meant import settings_with_label
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.errors import nearest

_KEYS: Final = {
    "users": (
        "name", "privilege", "username", "user", "role", "level", "password", "id", "email", "user_id", "userid", "uid",
        "login", "account", "enabled", "disabled", "active", "locked", "expires", "created",
    ),
    "feedback_receivers": ("uri", "url", "name", "index", "host", "address", "source", "receiver_uri", "port"),
}  # fmt: skip
"""The keys of an entry, and what people write for them."""
_ALIKE: Final = 0.75


StrayKey = tuple[str, int, str, Any, tuple[str, ...]]
"""A key of settings within an entry: the list, the number of the entry, the key, its value, and what it may mean."""


def stray_keys(tables: Mapping[str, Any]) -> Iterator[StrayKey]:
    """Keys of settings within entries."""
    for name in _KEYS:
        entries = tables.get(name)
        for number, entry in enumerate(entries if isinstance(entries, list) else [], start=1):
            for key, value in _leaves(entry) if isinstance(entry, Mapping) else []:
                meant = _settings_meant(name, key, value)
                if meant:
                    yield name, number, key, value, meant


def _leaves(entry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The keys of an entry, those of a table in it with dots."""
    for key, value in entry.items():
        if isinstance(value, Mapping):
            yield from ((f"{key}.{below}", one) for below, one in value.items())
        else:
            yield key, value


def without(found: Iterable[StrayKey], tables: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of a file, with entries that do not have the keys of settings that were found in them."""
    stray = {(name, number, key.partition(".")[0]) for name, number, key, *_ in found}
    kept = dict(tables)
    for name in {one for one, *_ in stray}:
        kept[name] = [
            {key: value for key, value in entry.items() if (name, number, key.partition(".")[0]) not in stray}
            if isinstance(entry, Mapping)
            else entry
            for number, entry in enumerate(tables[name], start=1)
        ]
    return kept


def _settings_meant(name: str, key: str, value: Any) -> tuple[str, ...]:
    """The settings that a key means without its table; none for a key of the entry."""
    first, _, _ = key.partition(".")
    if first in _KEYS[name] or is_remark(key) or nearest(first, _KEYS[name], least=_ALIKE):
        return ()
    last = key.rpartition(".")[2]
    alike = nearest(last.upper(), [known.rpartition(".")[2] for known in SETTING_BY_KEY], least=_ALIKE)
    same = tuple(known for known in SETTING_BY_KEY if alike and known.rpartition(".")[2] == alike)
    return tuple(dict.fromkeys((*same, *near_settings(key), *settings_with_label(value))))


def below_entries(name: str, key: str, meant: tuple[str, ...]) -> str:
    """Why a key of a setting below an entry is refused, and what to do."""
    table, _, last = meant[0].rpartition(".")
    place = f"into [{table}] as {last}" if table else f"as {last}"
    return (
        f"the key {key} stands below [[{name}]], so TOML makes it a key of that entry. Move it above the first line "
        f"[[...]], {place}"
    )
