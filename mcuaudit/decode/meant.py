"""The settings that a key which is not known may be meant for, by its value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mcuaudit.decode.keys import TABLES, is_remark
from mcuaudit.decode.table_cells import is_of_private_key
from mcuaudit.decode.values import is_privilege, read_value
from mcuaudit.domain.settings import SETTINGS, ValueKind

_RECOGNISED: Final = (
    ValueKind.BOOLEAN, ValueKind.VERSION, ValueKind.TIME, ValueKind.ADDRESSES, ValueKind.URIS, ValueKind.USERS,
)  # fmt: skip
"""Kinds whose values look like no other text."""


def settings_with_label(value: Any) -> tuple[str, ...]:
    """The settings that have this label of the pages, or the words of a page about the private key."""
    if isinstance(value, str) and is_of_private_key(value):
        return ("ssl_certificates.private_key",)
    labelled = (setting for setting in SETTINGS if setting.kind is ValueKind.LABEL)
    return tuple(setting.key for setting in labelled if read_value(setting, value).text is not None)


def settings_with_value(key: str, value: Any) -> tuple[str, ...]:
    """The settings of the table of an unknown key that could have its value; none for a remark."""
    table = key.rpartition(".")[0]
    if table not in TABLES or is_remark(key):
        return settings_with_label(value)
    of_table = (setting for setting in SETTINGS if setting.key.rpartition(".")[0] == table)
    readable = (setting for setting in of_table if setting.kind in (*_RECOGNISED, ValueKind.LABEL))
    return tuple(setting.key for setting in readable if not read_value(setting, value).reasons)


def list_settings_with_value(key: str, value: Any) -> tuple[str, ...]:
    """The settings that hold such a list under whatever key: entries with name and privilege, or URIs."""
    if is_remark(key) or not value or not (isinstance(value, list) or (isinstance(value, str) and "." not in key)):
        return ()
    lists = (setting for setting in SETTINGS if setting.kind in (ValueKind.USERS, ValueKind.URIS))
    return tuple(setting.key for setting in lists if read_value(setting, value).text) or _with_privileges(value)


def _with_privileges(value: Any) -> tuple[str, ...]:
    """The users, if a list has entries with a privilege under whatever key."""
    entries = [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []
    words = [word for entry in entries if len(entry) > 1 for word in entry.values() if isinstance(word, str)]
    return ("users",) if any(map(is_privilege, words)) else ()
