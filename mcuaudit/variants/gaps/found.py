"""The gaps that undetermined connections depend on: which file, setting or key the missing evidence of a row is."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import pandas as pd

from mcuaudit.devices.device import Device
from mcuaudit.devices.names import SIP
from mcuaudit.devices.private_key import EVIDENCE, PRIVATE_KEY
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.setting_value import Source
from mcuaudit.domain.settings import SETTINGS, setting_evidence
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.domain.verdict import Verdict
from mcuaudit.frames.containers import Fleet
from mcuaudit.predict.connection import Connection, verdict_of
from mcuaudit.predict.context import FleetContext
from mcuaudit.predict.of_device import judge_device
from mcuaudit.variants.fills import place_of_peer_file
from mcuaudit.variants.gaps.gap import Gap, GapKind, State

_SETTINGS: Final = {setting_evidence(one.key): one.key for one in SETTINGS} | {EVIDENCE: PRIVATE_KEY}
_SLOTS: Final = {file: slot for slot, file in SLOT_FILES.items()}
_PEER: Final = re.compile(r'peers\.toml \[\[peer\]\] "(?P<peer>.*)" (?P<key>\w+)')
_CONNECTIONS: Final = "peers.toml [[peer]] connections "
_WHOLE: Final = "it is not known what is in it"
_SIGNED: Final = "a response is signed by the OCSP server, so none can be supposed"
_ENDINGS: Final = {"certificate": ".pem", "client_certificate": "-client.pem", "trust_store": "-trusted-ca.pem"}


def evidence_lacking(
    devices: Iterable[Device], context: FleetContext, outcome: Outcome
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """By connection_id of each connection with an outcome its device, and all that any of its checks lacks."""
    with context.checks.rows.lock:
        judged = [(device.device_id, one) for device in devices for one in judge_device(device, context)]
    return {one.connection_id: (name, _lacks(one)) for name, one in judged if verdict_of(one).outcome is outcome}


def _lacks(connection: Connection) -> tuple[str, ...]:
    every = (verdict_of(connection), connection.exchange.exists, *connection.verdicts)
    lacking = (one.missing_evidence for one in every if one.outcome is Outcome.OPEN)
    return tuple(dict.fromkeys((*(evidence for evidence in lacking if evidence), *_words_of_peer(connection))))


def _words_of_peer(connection: Connection) -> Iterator[str]:
    """The keys of the peer without which a check is undetermined under a reading, although it names no evidence."""
    exchange, peer = connection.exchange, connection.exchange.peer
    if exchange.undeclared or peer.peer_device:
        return
    if exchange.type in SIP and peer.route is None and peer.expects is None and _is_open(connection.peer.identity):
        yield f'peers.toml [[peer]] "{peer.name}" route'
    if peer.chain_complete is Answer.OPEN and "A11" in connection.mcu.trust.readings and _is_open(connection.mcu.trust):
        yield f'peers.toml [[peer]] "{peer.name}" chain_complete'


def _is_open(verdict: Verdict) -> bool:
    return verdict.outcome is Outcome.OPEN


class GapsOfFleet:
    """The gaps of a fleet, by what a row of one of its devices lacks."""

    def __init__(self, fleet: Fleet) -> None:
        self._devices = frozenset(fleet.devices["device_id"])
        self._settings = _damaged_settings(fleet.settings)
        self._damaged_values = {
            (name, key): evidence for evidence, values in self._settings.items() for key, name in values
        }
        self._files = _files_of_slots(fleet.evidence)
        self._damaged_slots = {(name, slot): file for file, slots in self._files.items() for slot, name in slots}
        self._peers = _declarations(fleet.peers)
        self._damaged_keys = _damaged_keys(fleet.peers)

    def gap(self, device_id: str, evidence: str) -> Gap:
        """The gap that a row of a device names."""
        owner, own = self._owner(device_id, evidence)
        if own in _SETTINGS:
            lost = self._damaged_values.get((owner, _SETTINGS[own]))
            found = self._damaged(owner, lost) if lost else None
            return found or Gap(GapKind.SETTING, own, State.MISSING, (owner,), f"{owner}/settings.toml", _SETTINGS[own])
        if own in _SLOTS:
            damaged = self._damaged_slots.get((owner, _SLOTS[own]))
            found = self._damaged(owner, damaged) if damaged else None
            return found or _of_slot(_SLOTS[own], own, State.MISSING, (owner,), f"{owner}/{own}")
        found = self._damaged(device_id, evidence)
        if found:
            return found
        named = _PEER.fullmatch(evidence)
        if named:
            return self._of_peer(device_id, evidence, named["peer"], named["key"], State.MISSING)
        return _of_nothing_known(device_id, evidence)

    def _owner(self, device_id: str, evidence: str) -> tuple[str, str]:
        """The device whose evidence it is, and how that device itself names it: a call may lack that of another MCU."""
        other = "/".join(evidence.split("/")[:2])
        own = evidence.removeprefix(f"{other}/")
        known = other in self._devices and (own in _SETTINGS or own in _SLOTS)
        return (other, own) if known and not self._files.get(evidence) else (device_id, evidence)

    def _damaged(self, device_id: str, evidence: str) -> Gap | None:
        settings = self._settings.get(evidence)
        if settings:
            keys, devices = {key for key, _ in settings}, tuple(dict.fromkeys(name for _, name in settings))
            file = _file_of(evidence)
            if len(keys) == 1:
                return Gap(GapKind.SETTING, evidence, State.DAMAGED, devices, file, keys.pop())
            return Gap(GapKind.OTHER, evidence, State.DAMAGED, devices, _file_of(evidence), why_not=_WHOLE)
        slots = self._files.get(evidence)
        if slots:
            slot = next((slot for slot, name in slots if name == device_id), slots[0][0])
            return _of_slot(slot, evidence, State.DAMAGED, tuple(name for one, name in slots if one is slot), evidence)
        peers = self._damaged_keys.get(evidence)
        if peers:
            of_peers = {(peer, key) for _, peer, key in peers}
            if len(of_peers) == 1:
                ((peer, key),) = of_peers
                owner = next((name for name, _, _ in peers if name == device_id), peers[0][0])
                return self._of_peer(owner, evidence, peer, key, State.DAMAGED)
            devices = tuple(dict.fromkeys(name for name, _, _ in peers))
            return Gap(GapKind.OTHER, evidence, State.DAMAGED, devices, _file_of(evidence), why_not=_WHOLE)
        return None

    def _of_peer(self, device_id: str, evidence: str, peer: str, key: str, state: State) -> Gap:
        declared = self._peers.get((device_id, peer))
        if declared is None:
            file = f"{device_id}/peers.toml"
            why = f"{peer} is not declared in peers.toml, so nothing is known of it"
            return Gap(GapKind.OTHER, evidence, state, (device_id,), file, key, peer, why_not=why)
        devices = tuple(name for (name, one), file in self._peers.items() if one == peer and file == declared)
        ending = _ENDINGS.get(key)
        file = place_of_peer_file(peer, declared, ending) if ending else declared
        if state is State.DAMAGED:
            file = _file_of(evidence)
        return Gap(GapKind.PEER_KEY, evidence, state, devices, file, key, peer, declared)


def _of_slot(slot: Slot, evidence: str, state: State, devices: tuple[str, ...], file: str) -> Gap:
    kind = GapKind.CERTIFICATE if slot is Slot.LOCAL_CERTIFICATE else GapKind.STORE
    return Gap(kind, evidence, state, devices, file, slot.value)


def _of_nothing_known(device_id: str, evidence: str) -> Gap:
    key, why = ("ocsp_response", _SIGNED) if evidence.endswith(" ocsp_response") else ("", "")
    key = "connections" if evidence.startswith(_CONNECTIONS) else key
    return Gap(GapKind.OTHER, evidence, State.MISSING, (device_id,), _file_named(device_id, evidence), key, why_not=why)


def _file_named(device_id: str, evidence: str) -> str:
    """The file that the name of missing evidence begins with; "" where it names none."""
    first = evidence.partition(" ")[0]
    if not first.endswith((".toml", ".pem")):
        return ""
    return first if "/" in first else posixpath.join(device_id, first)


def _file_of(evidence: str) -> str:
    """The file of a place in a file; one of certificates has no places."""
    head, ending, _ = evidence.partition(".toml")
    table = next((one for one in (".csv", ".xlsx") if one in evidence), "")
    return f"{head}.toml" if ending else f"{evidence.partition(table)[0]}{table}" if table else evidence


def _damaged_settings(settings: pd.DataFrame) -> Mapping[str, list[tuple[str, str]]]:
    """By file and key that cannot be read, the settings that it would decide, each with its device."""
    doubtful = settings[(settings["source"] == Source.DAMAGED.value) | settings["incomplete"]]
    found: dict[str, list[tuple[str, str]]] = {}
    columns = (doubtful[name].fillna("").tolist() for name in ("file", "key", "setting", "device_id"))
    for file, key, setting, device_id in zip(*columns, strict=True):
        found.setdefault(f"{file} {key}".strip(), []).append((setting, device_id))
    return found


def _files_of_slots(evidence: pd.DataFrame) -> Mapping[str, list[tuple[Slot, str]]]:
    """By file that cannot be read, or only in part, the stores and certificates that it would be, with their device."""
    known = evidence[evidence["file"].notna() & evidence["kind"].isin([slot.value for slot in SLOT_FILES])]
    damaged = known[known["state"] == "damaged"]
    found: dict[str, list[tuple[Slot, str]]] = {}
    for kind, file, device_id in zip(damaged["kind"], damaged["file"], damaged["device_id"], strict=True):
        found.setdefault(file, []).append((Slot(kind), device_id))
    return found


def _declarations(peers: pd.DataFrame) -> Mapping[tuple[str, str], str]:
    """By device and peer, the file that declares it."""
    return {(row[0], row[1]): row[2] for row in _rows(peers, "device_id", "peer", "file")}


def _damaged_keys(peers: pd.DataFrame) -> Mapping[str, list[tuple[str, str, str]]]:
    """By file or key that cannot be read, the device, peer and key."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for device_id, peer, keys, evidence in _rows(peers, "device_id", "peer", "damaged_keys", "damaged_evidence"):
        for key, one in zip(split_names(keys), split_names(evidence), strict=True):
            found.setdefault(one, []).append((device_id, peer, key))
    return found


def _rows(frame: pd.DataFrame, *columns: str) -> Iterable[tuple[Any, ...]]:
    return zip(*(frame[name].astype(object).fillna("").tolist() for name in columns), strict=True)
