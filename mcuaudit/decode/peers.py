"""peers.toml, with the parties that devices connect to or are called by, and site.toml."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Mapping
from typing import Any, Final

from mcuaudit.decode.records import DecodedPeers, DecodedSite, PeerDeclaration, Problem
from mcuaudit.decode.settings import load_toml
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.products import PRODUCTS
from mcuaudit.domain.standards import Standard
from mcuaudit.errors import Undecodable, did_you_mean, not_allowed

ROUTES: Final = ("proxied", "direct")


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Undecodable(f"{key} is {value!r}; expected a string")
    return value.strip()


def _texts(key: str, value: Any) -> tuple[str, ...]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise Undecodable(f"{key} is {value!r}; expected a list of strings")
    return tuple(word.strip() for word in words if word.strip())


def _one_of(allowed: tuple[str, ...]) -> Callable[[str, Any], str]:
    def check(key: str, value: Any) -> str:
        word = _text(key, value)
        for candidate in allowed:
            if candidate.casefold() == word.casefold():
                return candidate
        raise Undecodable(not_allowed(key, word, allowed))

    return check


def _boolean(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Undecodable(f"{key} is {value!r}; expected true or false")
    return value


def _certificate(key: str, value: Any) -> str | bool:
    if value is True:
        raise Undecodable(f"{key} is true; expected a file name, or false if the peer presents no certificate")
    return value if value is False else _text(key, value)


def _device(key: str, value: Any) -> str:
    word = _text(key, value)
    if word.count("/") != 1 or not all(word.split("/")):
        raise Undecodable(f'{key} is "{word}"; expected "site/device"')
    return word


_KEYS: Final[dict[str, Callable[[str, Any], Any]]] = {
    "name": _text,
    "product": _one_of(tuple(PRODUCTS)),
    "connections": _texts,
    "route": _one_of(ROUTES),
    "identifiers": _texts,
    "certificate": _certificate,
    "chain_complete": _boolean,
    "trust_store": _text,
    "standard": _one_of(tuple(word.value for word in Standard)),
    "expects": _texts,
    "user": _text,
    "ocsp_response": _text,
    "device": _device,
}


def decode_peers(data: bytes) -> DecodedPeers:
    """The peers of one peers.toml; a key that is not allowed is a problem, the rest of the peer is kept.

    Raises:
        Undecodable: the file is not TOML in UTF-8.
    """
    tables = load_toml(data)
    problems = [
        Problem("unreadable", key, f"unknown key; peers are written as [[peer]].{did_you_mean(key, ['peer'])}")
        for key in tables
        if key != "peer"
    ]
    entries = tables.get("peer", [])
    if not isinstance(entries, list):
        raise Undecodable("peers are written as [[peer]], with double brackets", "[peer]")
    peers: dict[str, PeerDeclaration] = {}
    for number, entry in enumerate(entries, start=1):
        declared = _peer(entry, f"[[peer]] {number}", problems)
        if declared is None:
            continue
        if declared.name in peers:
            problems.append(
                Problem("unreadable", declared.where, f'a second peer with the name "{declared.name}"; it was not read')
            )
        else:
            peers[declared.name] = declared
    return DecodedPeers(tuple(peers.values()), tuple(problems))


def _peer(entry: Any, where: str, problems: list[Problem]) -> PeerDeclaration | None:
    if not isinstance(entry, Mapping):
        problems.append(Problem("unreadable", where, f"expected a table, found {entry!r}"))
        return None
    name = entry.get("name", entry.get("device", ""))
    if not isinstance(name, str) or not name.strip():
        problems.append(Problem("unreadable", where, "the peer has no name; every [[peer]] needs one"))
        return None
    where = f'{where} "{name.strip()}"'
    values: dict[str, Any] = {}
    for key, value in entry.items():
        if key not in _KEYS:
            reason = f"unknown key; allowed are {', '.join(_KEYS)}.{did_you_mean(key, _KEYS)}"
            problems.append(Problem("unreadable", f"{where} {key}", reason))
            continue
        try:
            values[key] = _KEYS[key](key, value)
        except Undecodable as error:
            problems.append(Problem("unreadable", f"{where} {key}", error.reason))
    if "connections" in values:
        values["connections"] = _known_types(values["connections"], f"{where} connections", problems)
    return PeerDeclaration(name.strip(), values, where)


def _known_types(words: tuple[str, ...], where: str, problems: list[Problem]) -> tuple[str, ...]:
    """The connection types among `words`; any other word is a problem, and the rest of the list is kept."""
    check = _one_of(tuple(word.value for word in ConnectionType))
    known = []
    for word in words:
        try:
            known.append(check("connections", word))
        except Undecodable as error:
            problems.append(Problem("unreadable", where, error.reason))
    return tuple(known)


def decode_site(data: bytes) -> DecodedSite:
    """Title, time zone and notes of a site.

    Raises:
        Undecodable: the file is not TOML in UTF-8.
    """
    table = load_toml(data)
    allowed = ("title", "time_zone", "notes")
    problems = [
        Problem("unreadable", key, f"unknown key; allowed are {', '.join(allowed)}.{did_you_mean(key, allowed)}")
        for key in table
        if key not in allowed
    ]
    words = {}
    for key in allowed:
        try:
            words[key] = _text(key, table[key]) if key in table else ""
        except Undecodable as error:
            problems.append(Problem("unreadable", key, error.reason))
            words[key] = ""
    try:
        if words["time_zone"]:
            zoneinfo.ZoneInfo(words["time_zone"])
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = did_you_mean(words["time_zone"], zoneinfo.available_timezones())
        reason = f'time_zone is "{words["time_zone"]}"; expected a name such as "Europe/London".{near}'
        problems.append(Problem("unreadable", "time_zone", reason))
        words["time_zone"] = ""
    return DecodedSite(words["title"], words["time_zone"], words["notes"], tuple(problems))
