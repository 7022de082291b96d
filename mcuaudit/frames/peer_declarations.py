"""What peers.toml of fleet, site and device declare of each peer, merged by name and key.

For each key, a declaration of the device overrides one of its site, and that one overrides one of the fleet. What is
there and cannot be read overrides as well: the key has no value then, and nothing farther away is used instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from mcuaudit.collect.artefact import Kind
from mcuaudit.decode.records import DecodedFile, DecodedPeers, PeerDeclaration
from mcuaudit.frames.export_files import ExportFiles, Found, places
from mcuaudit.frames.near_peers import near_peers
from mcuaudit.frames.peer_files import FILE_KEYS

_KEYS: Final = (
    "product", "version", "connections", "route", "identifiers", "certificate", "client_certificate", "chain_complete",
    "trust_store", "standard", "expects", "user", "ocsp_response", "checks_crls", "device",
)  # fmt: skip
_KEPT: Final = ("connections", "device")
"""Keys whose farther value is kept beside the damage, so that the connections that are open are listed."""


@dataclass(frozen=True, slots=True)
class Value:
    """The value of one key of a peer.

    Attributes:
        file: the file that has it; None if that cannot be read.
        where: the [[peer]] within the file.
        damage: the file or key that cannot be read, so that there is no value to use; "" if there is one.
        incomplete: an entry of the list cannot be read, as `damage` says; the value has the others.
        near: of a name, those of farther peers that it may be a misspelling of.
    """

    value: Any
    file: DecodedFile | None
    where: str
    damage: str = ""
    incomplete: bool = False
    near: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """The value, or the entries of the list that can be read, count."""
        return not self.damage or self.incomplete


Declared = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Declarations:
    """The peers of a device, or of every device of a site that has no peers.toml of its own.

    Attributes:
        unread: values for the keys of any further peer: declarations that cannot be read may be about it.
    """

    peers: dict[str, Declared]
    unread: Declared


def declarations(export_files: ExportFiles, site: str, device: str) -> Declarations:
    """The declarations for one device; for all devices of a site without a file of their own, `device` is ""."""
    merged: dict[str, Declared] = {}
    unread: Declared = {}
    misspelt: dict[str, tuple[str, ...]] = {}
    for place in reversed(list(places(site, device))):
        found = export_files.own(*place, Kind.PEERS)
        content = found.file.content if found.file else None
        if not isinstance(content, DecodedPeers):
            lost = _unreadable(found)
            _hide(merged.values(), lost)
            unread = unread | lost
            continue
        names = {declared.name for declared in content.peers}
        lost = {key: value for entry in content.unnamed for key, value in _unnamed(entry, found.file).items()}
        _hide((peer for name, peer in merged.items() if name not in names), lost)
        misspelt |= {item.name: near for item in content.peers if (near := near_peers(item, merged, names))}
        for declared in content.peers:
            for name in misspelt.get(declared.name, ()):
                if name not in names:
                    _hide([merged[name]], _differing(declared, found.file, merged[name]))
        for declared in content.peers:
            _declare(merged.setdefault(declared.name, dict(unread)), declared, found.file)
            called = merged[declared.name]["name"]
            merged[declared.name]["name"] = replace(called, near=misspelt.get(declared.name, ()))
        unread = unread | lost
    return Declarations(merged, unread)


def _unreadable(found: Found) -> Declared:
    """Every key, damaged by a file that cannot be read; nothing if there is no file."""
    if found.claims:
        evidence = " and ".join(found.claims)
    elif found.file:
        evidence = found.file.artefact.name
    else:
        return {}
    return {key: Value(None, found.file, "", evidence) for key in _KEYS}


def _unnamed(entry: PeerDeclaration, file: DecodedFile | None) -> Declared:
    """The keys of a declaration whose name cannot be used, as what hides those of the peers that may be meant."""
    keys = (entry.values.keys() | entry.damaged | entry.incomplete) & set(_KEYS)
    return {key: Value(None, file, entry.where, _evidence(file, entry.where)) for key in sorted(keys)}


def _differing(declared: PeerDeclaration, file: DecodedFile | None, farther: Declared) -> Declared:
    """The keys of a declaration that change something of a farther peer; names of files are relative to their own."""
    lost = _unnamed(declared, file)
    same = {key for key in lost.keys() & farther.keys() - {*FILE_KEYS} if not farther[key].damage}
    same = {key for key in same if declared.values.get(key) == farther[key].value} - declared.incomplete
    return {key: value for key, value in lost.items() if key not in same}


def _declare(peer: Declared, declared: PeerDeclaration, file: DecodedFile | None) -> None:
    where = declared.where
    for key, value in declared.values.items():
        unread = key in declared.incomplete
        peer[key] = Value(value, file, where, _evidence(file, f"{where} {key}") if unread else "", incomplete=unread)
    lost = {key: Value(None, file, where, _evidence(file, f"{where} {key}")) for key in sorted(declared.damaged)}
    _hide([peer], {key: value for key, value in lost.items() if key in _KEYS})
    peer["name"] = Value(declared.name, file, where)


def _hide(peers: Any, lost: Declared) -> None:
    for peer in peers:
        for key, value in lost.items():
            farther = peer[key].value if key in _KEPT and key in peer else None
            peer[key] = replace(value, value=farther)


def _evidence(file: DecodedFile | None, where: str) -> str:
    return f"{file.artefact.name if file else ''} {where}".strip()
