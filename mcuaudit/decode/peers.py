"""peers.toml: the parties that devices connect to or are called by."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from mcuaudit.collect.file_places import is_certificates
from mcuaudit.decode.keys import is_remark
from mcuaudit.decode.most import WrongValues
from mcuaudit.decode.nothing import refuse_nothing
from mcuaudit.decode.records import DecodedPeers, PeerDeclaration, Problem
from mcuaudit.decode.several_lines import refuse_swallowed_keys
from mcuaudit.decode.values import EMPTY_ENTRY as _EMPTY_ENTRY
from mcuaudit.decode.values import has_empty_entry, line_value, name_list, text_value
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.domain.products import PRODUCTS, is_mcu, products_meant
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.versions import major_version
from mcuaudit.errors import Undecodable, did_you_mean, nearest, not_allowed, suggestion
from mcuaudit.system.toml_text import load_toml, shown

_BEFORE: Final = "before the first [[peer]]"
_ALIKE: Final = 0.75
_CERTAIN: Final = 0.9
"""How similar a key is that can only be a misspelling."""
_OF_LISTS: Final = re.compile(r"crl|revocation|sperr")
_NAMES: Final = frozenset({"id", "peer", "peer_name", "label", "nom", "nombre"})
_GROUPS: Final = frozenset({"tls", "ssl", "sip", "sips", "http", "https", "security", "certificates", "ocsp", "crl"})
"""Tables into which people put keys of the peer itself."""
ROUTES: Final = ("proxied", "direct")


def _texts(value: Any) -> list[Any]:
    try:
        return name_list(value)
    except Undecodable as error:
        raise Undecodable(f"expected a list of strings, found {shown(value)}") from error


def _one_of(allowed: tuple[str, ...]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        word = text_value(value)
        for candidate in allowed:
            if candidate.casefold() == word.casefold():
                return candidate
        raise Undecodable(not_allowed("unknown value", word, allowed))

    return check


_PRODUCT: Final = _one_of(tuple(PRODUCTS))
_OWN_NAMES: Final = frozenset(product.casefold() for product in PRODUCTS)
_ANOTHER_MCU: Final = ' An MCU of the fleet is named with device = "site/device" in place of product.'


def _product(value: Any) -> str:
    """A product; one by a common name, such as "CUCM", is refused with the name that it has here."""
    word = text_value(value)
    meant = products_meant(word)
    if (meant or is_mcu(word)) and word.casefold() not in _OWN_NAMES:
        advice = "" if meant else _ANOTHER_MCU
        raise Undecodable(not_allowed("unknown value", word, PRODUCTS, meant) + advice)
    return _PRODUCT(value)


def _version(value: Any) -> str:
    word = text_value(value)
    if major_version(word) is None:
        raise Undecodable(f'expected the version of its product, such as "X15.0", found {shown(value)}')
    return word


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Undecodable(f"expected true or false, found {shown(value)}")
    return value


def _certificate(value: Any) -> str | bool:
    if value is True:
        raise Undecodable("expected a file name, or false if the peer presents no certificate; found true")
    return value if value is False else _path(value)


def _path(value: Any) -> str:
    """A file name; in a text with double quotes, a backslash and a letter may have become a control character."""
    word = text_value(value)
    meant = "".join(_ESCAPES.get(character, character) for character in word)
    if meant != word or not word.isprintable():
        raise Undecodable(
            f'in {shown(word)}, TOML has read a backslash as an escape; write paths with forward slashes: "{meant}"'
        )
    return word


_ESCAPES: Final = {"\b": "/b", "\t": "/t", "\n": "/n", "\f": "/f", "\r": "/r", "\x1b": "/e"}


def _device(value: Any) -> str:
    word = text_value(value)
    if word.count("/") != 1 or not all(word.split("/")):
        raise Undecodable(f'expected "site/device", found "{word}"')
    return word


_KEYS: Final[dict[str, Callable[[Any], Any]]] = {
    "name": line_value,
    "product": _product,
    "route": _one_of(ROUTES),
    "version": _version,
    "certificate": _certificate,
    "client_certificate": _certificate,
    "chain_complete": _boolean,
    "trust_store": _path,
    "standard": _one_of(tuple(word.value for word in Standard)),
    "user": line_value,
    "ocsp_response": _path,
    "checks_crls": _boolean,
    "device": _device,
}
_LISTS: Final[dict[str, Callable[[Any], str]]] = {
    "connections": _one_of(tuple(word.value for word in ConnectionType)),
    "identifiers": text_value,
    "expects": text_value,
}
_ALLOWED: Final = (
    "name",
    "product",
    "version",
    "connections",
    "route",
    "identifiers",
    "certificate",
    "client_certificate",
    "chain_complete",
    "trust_store",
    "standard",
    "expects",
    "user",
    "ocsp_response",
    "checks_crls",
    "device",
)


def decode_peers(data: bytes) -> DecodedPeers:
    """The peers of one peers.toml; a key that is not allowed is a problem, the rest of the peer is kept.

    Raises:
        Undecodable: the file is not TOML in UTF-8, or is empty and does not say that it is.
    """
    tables = load_toml(data)
    refuse_nothing(tables, data)
    refuse_swallowed_keys(tables)
    problems = WrongValues()
    entries = tables.get("peer", [])
    if not isinstance(entries, list):
        raise Undecodable("peers are written as [[peer]], with double brackets", "[peer]")
    declared = [_peer(entry, f"[[peer]] {number}", problems) for number, entry in enumerate(entries, start=1)]
    # A key above the first [[peer]] may be meant for each of them.
    loose = frozenset() if tables.keys() & {"name", "device"} else frozenset(tables.keys() & set(_ALLOWED))
    declared = [replace(peer, damaged=peer.damaged | (loose - peer.values.keys())) for peer in declared]
    declared += [one for number, entry in enumerate(entries, start=1) for one in _nested(entry, f"[[peer]] {number}")]
    declared += _outside(tables, problems)
    peers: dict[str, PeerDeclaration] = {}
    for peer in declared:
        if peer.name in peers:
            reason = f'a second peer with the name "{peer.name}"; keys that differ from the first are not used'
            problems.append(Problem("unreadable", peer.where, reason))
            peers[peer.name] = _where_equal(peers[peer.name], peer)
        elif peer.name:
            peers[peer.name] = peer
    return DecodedPeers(tuple(peers.values()), tuple(problems), tuple(peer for peer in declared if not peer.name))


def _outside(tables: Mapping[str, Any], problems: WrongValues) -> list[PeerDeclaration]:
    """Peers below another word than [[peer]], or below none: their values are checked, and all their keys damaged."""
    declared = []
    for key, value in tables.items():
        if key != "peer" and key not in _ALLOWED:
            reason = f"unknown key; peers are written as [[peer]].{did_you_mean(key, ['peer'])}"
            problems.append(Problem("unreadable", key, reason))
            entries = value if isinstance(value, list) else [value] if isinstance(value, Mapping) else []
            declared += [
                _all_damaged(_peer(entry, f"[[{key}]] {number}", problems))
                for number, entry in enumerate(entries, start=1)
                if isinstance(entry, Mapping)
            ]
    loose = {key: value for key, value in tables.items() if key in _ALLOWED}
    if loose:
        reason = f"write [[peer]] on a line of its own before {next(iter(loose))}"
        problems.append(Problem("unreadable", ", ".join(loose), reason))
        declared.append(_all_damaged(_peer(loose, _BEFORE, problems)))
    return declared


def _all_damaged(peer: PeerDeclaration) -> PeerDeclaration:
    damaged = peer.damaged | peer.incomplete | (peer.values.keys() - {"name"})
    return PeerDeclaration(peer.name, {"name": peer.name} if peer.name else {}, peer.where, damaged)


def _where_equal(first: PeerDeclaration, second: PeerDeclaration) -> PeerDeclaration:
    """Two declarations of one name: the keys with one value; the others are damaged."""
    equal = {key: value for key, value in first.values.items() if second.values.get(key) == value}
    equal["name"] = first.name
    damaged = (first.damaged | second.damaged | first.values.keys() | second.values.keys()) - equal.keys()
    return PeerDeclaration(
        first.name, equal, first.where, frozenset(damaged), (first.incomplete | second.incomplete) & equal.keys()
    )


def _nested(entry: Any, where: str) -> list[PeerDeclaration]:
    """What tables within a peer say, such as [peer.room], which may be meant for a peer of another file."""
    tables = entry.items() if isinstance(entry, Mapping) else ()
    return [
        PeerDeclaration("", {}, f"{where} {key}", frozenset(value.keys() & set(_ALLOWED) - {"name", "device"}))
        for key, value in tables
        if isinstance(value, Mapping) and key.casefold() not in _GROUPS
    ]


def _peer(entry: Any, where: str, problems: WrongValues) -> PeerDeclaration:
    if not isinstance(entry, Mapping):
        problems.append(Problem("unreadable", where, f"expected a table, found {shown(entry)}"))
        return PeerDeclaration("", {}, where, frozenset(_ALLOWED))
    name = entry.get("name", entry.get("device", ""))
    # One peer, however its name is composed: a nearer peers.toml overrides a farther one.
    name = in_nfc(name.strip()) if isinstance(name, str) else ""
    misspelt = _misspelt_name(entry)
    if name:
        where = f'{where} "{name}"'
    elif not misspelt and where != _BEFORE:
        problems.append(Problem("unreadable", where, "the peer has no name; every [[peer]] needs one"))
    values: dict[str, Any] = {}
    damaged, incomplete = (set() if name else {"name"}), set()
    told: list[tuple[str, Any]] = []
    for key, value in entry.items():
        if key not in _ALLOWED:
            found, perhaps, reasons = _unknown(key, value, misspelt)
            problems += [Problem("unreadable", f"{where} {key}", reason) for reason in reasons]
            told += [one for one in found if name or one[0] not in ("name", "device")]
            damaged |= perhaps
        elif name or key not in ("name", "device"):
            read, reasons = _value(key, value)
            problems += [Problem("unreadable", f"{where} {key}", reason) for reason in reasons]
            if read is None:
                damaged.add(key)
            else:
                values[key] = read
                incomplete |= {key} if reasons else set()
    # Of a key and a misspelt one with another value, it is not known which of them is meant.
    twice = {key for key, value in told if key != "name" and key in values and values[key] != value}
    damaged |= {key for key, _ in told}
    kept = {key: value for key, value in values.items() if key not in twice}
    return PeerDeclaration(name, kept, where, frozenset(damaged - kept.keys()), frozenset(incomplete - twice))


def _misspelt_name(entry: Mapping[str, Any]) -> str:
    """The key that is meant for the name of a peer that has none; "" if there is no such key."""
    if "name" in entry or "device" in entry:
        return ""
    others = (key for key, value in entry.items() if key not in _ALLOWED and isinstance(value, str))
    return next((key for key in others if key.casefold() in _NAMES or nearest(key, ["name"], least=_ALIKE)), "")


def _unknown(key: str, value: Any, misspelt: str) -> tuple[list[tuple[str, Any]], set[str], list[str]]:
    """What an unknown key says: keys that it is a misspelling of with their values, those it may mean, its problems."""
    if isinstance(value, Mapping):
        told = [(known, _value(known, one)[0]) for known, one in value.items() if known in _ALLOWED and known != "name"]
        named = shown(str(value.get("name", key)))
        reason = (
            "a table within a peer is not read; write its keys below [[peer]] itself, or for another peer write "
            f"[[peer]] with name = {named}"
        )
        return told, set(), [reason]
    if is_remark(key):
        return [], set(), [f"unknown key; allowed keys: {', '.join(_ALLOWED)}."]
    meant = "name" if key == misspelt else _meant(key, value)
    read, reasons = _value(meant, value) if meant else (None, [])
    # A file may be for another key of files than the similar one, unless the name can be no other.
    of_file = isinstance(value, str) and ("/" in value or is_certificates(value))
    certain = (
        bool(meant)
        and (key == misspelt or not reasons)
        and (not of_file or nearest(key.upper(), [meant], least=_CERTAIN) is not None)
    )
    perhaps = set() if certain and not _OF_LISTS.search(key.casefold()) else _perhaps_meant(key, value)
    if reasons and perhaps - {"certificate", "trust_store"}:
        # Another key takes the value, so that of the similar one is not what is wrong.
        reasons = []
    told = [(meant, read)] if meant else []
    told += [(known, value) for known in _by_word(key) if isinstance(value, str) and known != meant]
    hint = suggestion(key, meant) if meant else ""
    return told, perhaps, [f"unknown key; allowed keys: {', '.join(_ALLOWED)}.{hint}", *reasons]


def _by_word(key: str) -> tuple[str, ...]:
    """The keys of files that another word for them means: zertifikat, truststore."""
    word = key.casefold()
    if "store" in word or "trust" in word:
        return ("trust_store",)
    if "cert" not in word and "zert" not in word and "identity" not in word:
        return ()
    return ("client_certificate", "certificate") if "client" in word or "user" in word else ("certificate",)


def _meant(key: str, value: Any) -> str:
    """The key that an unknown one is a misspelling of: similar, and takes its value; or very similar."""
    similar = nearest(key, [known for known in _ALLOWED if not _value(known, value)[1]])
    return similar or nearest(key, _ALLOWED, least=0.8) or ""


def _perhaps_meant(key: str, value: Any) -> set[str]:
    """The keys that an unknown key may be another word for: those that take its value, and files."""
    if is_remark(key):
        return set()
    takes = {known for known in _ALLOWED if known not in ("name", "device") and not _value(known, value)[1]}
    if _OF_LISTS.search(key.casefold()):
        takes.add("checks_crls")
    return takes | {"certificate", "trust_store"}


def _value(key: str, value: Any) -> tuple[Any, list[str]]:
    """The value of one key and what is refused of it; None if nothing can be used. Of a list, good entries are kept."""
    try:
        if key in _KEYS:
            return _KEYS[key](value), []
        entries = [entry for entry in _texts(value) if entry != ""]
    except Undecodable as error:
        return None, [error.reason]
    words, reasons = [], [_EMPTY_ENTRY] if has_empty_entry(value) else []
    for entry in entries:
        try:
            words.append(_LISTS[key](entry))
        except Undecodable as error:
            reasons.append(error.reason)
    return tuple(words), reasons
