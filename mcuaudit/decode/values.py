"""One value of a setting: the forms in which people and devices write it, and the one form of the frames."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from mcuaudit.decode.several_lines import is_of_several_lines
from mcuaudit.domain.instants import instant
from mcuaudit.domain.models import names_several
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.settings import ADMINISTRATOR, MODEL, Setting, ValueKind
from mcuaudit.domain.versions import VERSION
from mcuaudit.errors import Undecodable, nearest, not_allowed, suggestion
from mcuaudit.system.toml_text import shown

LIST_KINDS: Final = (ValueKind.ADDRESSES, ValueKind.NAMES, ValueKind.URIS, ValueKind.USERS, ValueKind.FEATURES)
"""Kinds of settings that hold several words, whose order does not matter."""

# The words of the pages, and those that spreadsheets and people write in other languages.
_TRUE: Final = frozenset(
    re.split(
        r"\s+",
        "true yes on 1 enabled ticked wahr ja ein an vrai oui activé vero sì si attivo verdadero sí activado "
        "verdadeiro sim waar aan sant sand tosi kyllä prawda tak igaz igen pravda ano истина да doğru evet "
        "はい 有効 真 是 참 ✓ ✔ ☑ ✅",
    )
)
_FALSE: Final = frozenset(
    re.split(
        r"\s+",
        "false no off 0 disabled unticked falsch nein aus faux non désactivé falso inattivo desactivado não nao onwaar "
        "nee uit falskt falsk nej nei epätosi ei fałsz nie hamis nem nepravda ne ложь нет yanlış yanliş hayır hayir "
        "いいえ 無効 偽 假 否 거짓 ☐ ⬜",
    )
) | {"not ticked"}

_TICK_OR_CROSS: Final = frozenset(["x", "×", "✕", "✖", "✗", "✘", "☒", "❌", "❎"])

_NEVER_EMPTY: Final = frozenset({MODEL, "ssl_certificates.private_key"})
"""Texts that each device has."""


@dataclass(frozen=True, slots=True)
class ReadValue:
    """What could be read of one value.

    Attributes:
        text: as the frames hold it; None if nothing of it can be used.
        reasons: what was refused, in one sentence each: the whole value, or single entries of a list.
    """

    text: str | None
    reasons: tuple[str, ...] = ()


def read_value(setting: Setting, value: Any) -> ReadValue:
    """The value of one setting; of a list, the entries that can be used are kept."""
    try:
        if setting.kind in _LISTS:
            return _read_list(setting.kind, value)
        text = _label(setting, value) if setting.kind is ValueKind.LABEL else _SCALARS[setting.kind](value)
        if setting.kind in (ValueKind.TEXT, ValueKind.URL) and ".shown." not in setting.key:
            _on_one_line(text)
        if setting.key == MODEL and names_several(text):
            return ReadValue(None, (f"found {shown(text)}, which may name several models; write that of this device",))
        if not text and setting.key in _NEVER_EMPTY:
            return ReadValue(None, ('found "", which is not a value; remove the key if the value is unknown',))
        return ReadValue(text)
    except Undecodable as error:
        return ReadValue(None, (error.reason,))


EMPTY_ENTRY: Final = 'found "", which is not a list entry; write the entry, or remove it'


def has_empty_entry(value: Any) -> bool:
    """Whether a list has an entry without a text, beside others."""
    return isinstance(value, list) and any(isinstance(entry, str) and not entry.strip() for entry in value)


def _read_list(kind: ValueKind, value: Any) -> ReadValue:
    split, read = _LISTS[kind]
    entries = split(value)
    words: list[str] = []
    reasons: list[str] = [EMPTY_ENTRY] if has_empty_entry(value) else []
    for entry in entries:
        if isinstance(entry, str) and not entry.strip():
            continue
        try:
            words.append(read(entry))
        except Undecodable as error:
            reasons.append(error.reason)
    if kind is ValueKind.USERS:
        words, twice = _without_two_privileges(words)
        reasons += twice
    # A repeated word is kept once.
    text = join_names(word for word in dict.fromkeys(words) if word)
    return ReadValue(text if words or not reasons else None, tuple(dict.fromkeys(reasons)))


def _without_two_privileges(users: list[str]) -> tuple[list[str], list[str]]:
    """The users that have one privilege, and why the others are not used."""
    levels: dict[str, set[str]] = {}
    for user in users:
        name, _, level = user.rpartition(":")
        levels.setdefault(name, set()).add(" ".join(level.split()).casefold())
    twice = [name for name, found in levels.items() if len(found) > 1]
    reasons = [
        f'the user "{name}" appears twice, with different privileges; remove one of the entries' for name in twice
    ]
    return [user for user in users if user.rpartition(":")[0] not in twice], reasons


def _text(value: Any) -> str:
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        raise Undecodable(f"expected text, found {shown(value)}")
    word = str(value).strip()
    if _STANDS_FOR_NOTHING.fullmatch(word):
        raise Undecodable(
            f"found {shown(word)}, which is not a value; remove the key or the cell if the value is unknown"
        )
    return word


_STANDS_FOR_NOTHING: Final = re.compile(
    r"#[A-ZÄÖÜ0-9/]{2,}[!?]?|[-\u2013\u2014?.]+|n\.?/a\.?|tbd|unknown", re.IGNORECASE
)
"""What spreadsheets write for an error, and people for a value that they do not have."""


def _label(setting: Setting, value: Any) -> str:
    word = _text(value)
    for label in setting.labels:
        if label.casefold() == " ".join(word.split()).casefold():
            return label
    raise Undecodable(not_allowed("unknown value", word, setting.labels, _labels_meant(word, setting.labels)))


def _labels_meant(word: str, labels: tuple[str, ...]) -> tuple[str, ...]:
    """The labels that a text may be meant for: with all of its words, or with as many that are similar."""
    words = word.casefold().split()
    has_all = tuple(label for label in labels if set(words) <= set(label.casefold().split()))
    return has_all or tuple(label for label in labels if _similar_words(words, label.casefold().split()))


def _similar_words(words: list[str], others: list[str]) -> bool:
    """Whether each word is like the one at its place: incoming is not like outgoing."""
    return len(words) == len(others) and all(map(_similar, words, others))


def _similar(one: str, other: str) -> bool:
    if one == other or nearest(one, [other], least=0.8):
        return True
    return len(one) > 3 and other.startswith(one.rstrip("s."))


def _boolean(value: Any) -> str:
    word = str(value).strip().casefold()
    if word in _TRUE:
        return "true"
    if word in _FALSE:
        return "false"
    if word in _TICK_OR_CROSS:
        raise Undecodable(f"expected true or false, found {shown(value)}, which may be a tick or a cross")
    raise Undecodable(f"expected true or false, found {shown(value)}")


def is_ticked(cell: str) -> bool:
    """Whether a cell says yes, in any of the languages of spreadsheets.

    Raises:
        Undecodable: it says neither yes nor no.
    """
    return _boolean(cell) == "true"


_EXPECTED_TIME: Final = "a date (2026-11-23) or a time with a time zone (2026-11-23T12:00Z)"


def _time(value: Any) -> str:
    try:
        if isinstance(value, datetime) and value.tzinfo is None:
            raise Undecodable(f"the time {value.isoformat()} has no time zone; write for example {value.isoformat()}Z")
        if isinstance(value, (str, date)):
            return instant(value).isoformat()
    except ValueError as error:
        raise Undecodable(f"{shown(value)} is not {_EXPECTED_TIME}") from error
    raise Undecodable(f"{shown(value)} is not {_EXPECTED_TIME}")


def _url(value: Any) -> str:
    """The URL of a server; "" for none."""
    word = _text(value)
    if word and (not _host_of_http(word) or re.search(r"\s", word)):
        raise Undecodable(f'expected an http or https URL such as "http://ocsp.example.com/", found {shown(word)}')
    return word


def _version(value: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        # TOML reads 4.10 as 4.1.
        raise Undecodable(f'found the number {value}; write the version in double quotes, such as "4.4(3.57)"')
    word = _text(value)
    if not VERSION.fullmatch(word):
        raise Undecodable(f'expected major.minor(branch.build) such as "4.4(3.57)", found "{word}"')
    return word


_SCALARS: Final[dict[ValueKind, Callable[[Any], str]]] = {
    ValueKind.TEXT: _text,
    ValueKind.BOOLEAN: _boolean,
    ValueKind.TIME: _time,
    ValueKind.VERSION: _version,
    ValueKind.URL: _url,
}


def text_value(value: Any) -> str:
    """A text that is not empty, without the blanks around it.

    Raises:
        Undecodable: it is empty or of another type.
    """
    if not isinstance(value, str) or not value.strip():
        raise Undecodable(f"expected a string, found {shown(value)}")
    return value.strip()


def line_value(value: Any) -> str:
    """As `text_value`, and on one line."""
    return _on_one_line(text_value(value))


def _on_one_line(text: str) -> str:
    if is_of_several_lines(text):
        raise Undecodable(f"found {shown(text)}, a text of several lines; write it on one line")
    return text


def name_list(value: Any) -> list[Any]:
    """The entries of a list of names: a text or an entry is split at spaces, which no name holds.

    Commas and semicolons can be part of a URI (``sip:ann,b@host;transport=tls``): they separate names without a scheme,
    a user and parameters, and names before another URI.

    Raises:
        Undecodable: neither a text nor a list.
    """
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        raise Undecodable(f"expected a list of strings, found {shown(value)}")
    split: list[Any] = []
    for entry in value:
        split += _names_of(entry) if isinstance(entry, str) else [entry]
    return split


def _names_of(text: str) -> list[str]:
    words = [word for word in (one.strip(",;") for one in text.split()) if word]
    found: list[str] = []
    for whole in (one for word in words for one in _BEFORE_A_URI.split(word)):
        parts = re.split("[,;]+", whole)
        found += parts if all(map(_PLAIN_NAME.fullmatch, parts)) else [whole]
    return found or [""]


_BEFORE_A_URI: Final = re.compile(r"[,;]+(?=(?:sips?|https?):)", re.IGNORECASE)
_PLAIN_NAME: Final = re.compile(r"(?!(?:sips?|https?):)[^@=]+", re.IGNORECASE)


def _name(entry: Any) -> str:
    if not isinstance(entry, str):
        raise Undecodable(f"expected a list of strings, found {shown(entry)}")
    return _on_one_line(entry.strip())


def _address(entry: Any) -> str:
    """An address without prefix length and zone; a link-local one identifies no device, and is left out."""
    word = _name(entry)
    host, slash, length = re.sub(r"%[^/\]]*", "", word).strip("[]").partition("/")
    try:
        address = ipaddress.ip_address(host) if word else None
        if str(address).startswith("255."):
            raise Undecodable(f'"{host}" is a network mask; write the address alone, as in "10.1.2.3"')
        if slash:
            ipaddress.ip_network(f"{host}/{length}", strict=False)
    except ValueError as error:
        raise Undecodable(f'expected an IP address such as "10.1.2.3", found {shown(word)}') from error
    return "" if address is None or address.is_link_local else str(address)


def _feature_list(value: Any) -> list[Any]:
    """Names of feature keys hold spaces, so several in one text are separated by semicolons, commas or lines."""
    entries = re.split(r"[;,\n]", value) if isinstance(value, str) else value
    if not isinstance(entries, list):
        raise Undecodable(f"expected a list of strings, found {shown(value)}")
    return entries


def _uri_list(value: Any) -> list[Any]:
    """A comma or semicolon can be part of a URI, unless a space or another URI follows."""
    if isinstance(value, str):
        return [word for word in re.split(r"[,;]*\s+|[,;]+(?=https?:)", value.strip(" \t\r\n,;")) if word]
    return value if isinstance(value, list) else name_list(value)


def _uri(entry: Any) -> str:
    if isinstance(entry, Mapping) and "uri" not in entry:
        found = f"found the keys {', '.join(map(str, entry))}" if entry else "found none"
        raise Undecodable(f'a receiver has the key uri, such as uri = "https://host/RPC2"; {found}')
    uri = entry["uri"] if isinstance(entry, Mapping) else entry
    if not isinstance(uri, str) or not _host_of_http(uri):
        raise Undecodable(f'expected an http or https URI such as "https://host/RPC2", found {shown(uri)}')
    if re.search(r"\|\s*https?:", uri, re.IGNORECASE):
        raise Undecodable(f"found {shown(uri)}; separate receivers by spaces or semicolons")
    return uri.strip()


def _host_of_http(uri: str) -> str | None:
    try:
        parts = urlsplit(uri.strip())
    except ValueError:
        return None
    return parts.hostname if parts.scheme in ("http", "https") else None


def _user_list(value: Any) -> list[Any]:
    """Users in one text: separated by semicolons, commas or lines, or by spaces if no privilege has any."""
    if not isinstance(value, str):
        if not isinstance(value, list):
            raise Undecodable(f"expected users, found {shown(value)}")
        return value
    if re.search(r"[;,\n]", value):
        return [entry.strip() for entry in re.split(r"[;,\n]", value) if entry.strip()]
    words = value.split()
    if any(word.endswith(":") for word in words[:-1]):
        return [value]
    last = max((number for number, word in enumerate(words) if ":" in word), default=0)
    if all(":" in word for word in words[:last]):
        return [*words[:last], " ".join(words[last:])] if words else []
    raise Undecodable(
        f"found {shown(value)}; separate the users by semicolons where a name or privilege has a space, as in "
        f"{_TWO_USERS}"
    )


_MORE_THAN_A_NAME: Final = re.compile(r":\s|^\s*(?:#|//|--|~~|;)")
"""A remark before the name of a user, such as ``old: ann``, or a sign of one that is taken out."""
_TWO_USERS: Final = '"ann:administrator; guest:conference list only"'
_LEVEL: Final = re.compile(
    r"(?:administrator|full|limited|enhanced|conference|creation|control|details?|list|plus|streaming|only|and|&"
    r"|[ ,+/_-])+"
)
_NO_ADMINISTRATOR: Final = re.compile(
    r"(?:chair|guest|limited|none|operator|participant|read|standard|users?|viewer|only|[ ,+/_-])+"
)
"""The words of the seven privilege levels, from administrator to conference list only; and what people say instead."""


def is_privilege(text: str) -> bool:
    """Whether a text has the words of the privilege levels of a device alone."""
    return bool(text.strip()) and _LEVEL.fullmatch(text.strip().casefold()) is not None


def _name_and_privilege(entry: Any) -> tuple[str, str]:
    if isinstance(entry, str):
        name, colon, privilege = entry.rpartition(":")
        if not colon:
            raise Undecodable(f'expected name:privilege, found "{entry}"')
        return name, privilege
    if isinstance(entry, Mapping) and set(entry) <= {"name", "privilege"}:
        given, level = entry.get("name"), entry.get("privilege", "")
        if isinstance(given, str) and isinstance(level, str):
            return given, level
    raise Undecodable(f"a user has the keys name and privilege, found {shown(entry)}")


def _user(entry: Any) -> str:
    name, privilege = _name_and_privilege(entry)
    _on_one_line(name.strip())
    if not privilege.strip():
        raise Undecodable(f'user "{name}" has no privilege; for example "{ADMINISTRATOR}"')
    if any(_LEVEL.fullmatch(part.strip().casefold()) for part in re.split("[:|]", name)[1:]):
        raise Undecodable(f"found {shown(entry)}; separate users by semicolons, as in {_TWO_USERS}")
    if isinstance(entry, str) and _MORE_THAN_A_NAME.search(name):
        raise Undecodable(f'expected name:privilege, found "{entry}"')
    level = " ".join(privilege.split()).casefold()
    if level != ADMINISTRATOR and (level.startswith("admin") or nearest(level, [ADMINISTRATOR])):
        raise Undecodable(
            f'user "{name}" has the privilege "{privilege}".{suggestion(privilege.strip(), ADMINISTRATOR)}'
        )
    if not (_LEVEL.fullmatch(level) or _NO_ADMINISTRATOR.fullmatch(level)):
        raise Undecodable(
            f'user "{name}" has the privilege "{privilege}", which is not a privilege level of the device, from '
            f'"{ADMINISTRATOR}" to "conference list only"; write it as the page of the device has it'
        )
    return f"{name.strip()}:{ADMINISTRATOR if level == ADMINISTRATOR else privilege.strip()}"


_LISTS: Final[dict[ValueKind, tuple[Callable[[Any], list[Any]], Callable[[Any], str]]]] = {
    ValueKind.NAMES: (name_list, _name),
    ValueKind.ADDRESSES: (name_list, _address),
    ValueKind.FEATURES: (_feature_list, _name),
    ValueKind.URIS: (_uri_list, _uri),
    ValueKind.USERS: (_user_list, _user),
}
