"""Devices and peers from the frames of a fleet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import ClientCertificate, Peer
from mcuaudit.devices.presented import Store
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.setting_value import SettingValue, Source
from mcuaudit.domain.slots import SLOT_FILES, TRUST_STORE_SLOTS, Place, Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.frames.containers import Fleet
from mcuaudit.frames.declared_frames import listed

Certificates = Mapping[str, Certificate]
Members = Mapping[str, tuple[Certificate, ...]]
Files = Mapping[tuple[str, str], str]


def devices_of(fleet: Fleet, only: Collection[str] | None = None) -> list[Device]:
    """Every device of a fleet, or `only` some by device_id, in the order of the frame."""

    def rows(frame: pd.DataFrame) -> pd.DataFrame:
        return frame if only is None else frame[frame["device_id"].isin(list(only))]

    own, own_peers, stores, evidence = rows(fleet.devices), rows(fleet.peers), fleet.trust_stores, fleet.evidence
    if only is not None:
        used = [*(own[slot.value] for slot in TRUST_STORE_SLOTS), own_peers["trust_store"]]
        stores = stores[stores["trust_store"].isin({key for column in used for key in column.tolist()})]
        evidence = evidence[evidence["device_id"].isin([*only, *own_peers["peer_device"].dropna()])]
    certificates = fleet.certificate_records
    members = _members(stores, certificates)
    settings = _settings(rows(fleet.settings))
    files = _store_files(evidence)
    peers: dict[str, list[Peer]] = {}
    for row in _rows(own_peers):
        peers.setdefault(row["device_id"], []).append(_peer(row, certificates, members, files))
    return [
        Device(
            row["device_id"],
            settings.get(row["device_id"], {}),
            _certificate(row["local_certificate"], certificates),
            _chain(row["local_chain"], certificates),
            _trust_stores(row, members, files),
            tuple(peers.get(row["device_id"], ())),
            _damage(row, files),
            local_chain_damaged=_is_set(row["local_chain_damaged"]),
            local_file=files.get((row["device_id"], Slot.LOCAL_CERTIFICATE.value), ""),
            further_peers_damage=_pairs(row["further_peers_damaged_keys"], row["further_peers_damaged_evidence"]),
        )
        for row in _rows(own)
    ]


def _settings(settings: pd.DataFrame) -> dict[str, dict[str, SettingValue]]:
    present = settings[settings["source"] != Source.MISSING.value]
    names = ("device_id", "setting", "value", "source", "file", "key", "other_value", "other_file", "other_key")
    columns = (listed(present[name]) for name in (*names, "incomplete"))
    sources = {source.value: source for source in Source}
    found: dict[str, dict[str, SettingValue]] = {}
    for device_id, setting, value, source, file, key, *other, incomplete in zip(*columns, strict=True):
        other_value, other_file, other_key = other
        differs = (other_value, other_file, other_key) if isinstance(other_file, str) else None
        found.setdefault(device_id, {})[setting] = SettingValue(
            _text(value), sources[source], _text(file) or "", _text(key) or "", differs, incomplete=bool(incomplete)
        )
    return found


def _members(trust_stores: pd.DataFrame, certificates: Certificates) -> Members:
    grouped = trust_stores.groupby("trust_store")["certificate"].agg(tuple)
    return {str(key): _records(members, certificates) for key, members in grouped.items()}


def _store_files(evidence: pd.DataFrame) -> Files:
    read = evidence[evidence["file"].notna()]
    columns = zip(read["device_id"], read["kind"], read["file"], strict=True)
    return {(device_id, kind): file for device_id, kind, file in columns}


def _certificate_file(row: Mapping[str, Any], files: Files) -> str:
    """The file of a peer's certificate and chain; of another MCU, that of its local certificate."""
    other = _text(row["peer_device"])
    return files.get((other, Slot.LOCAL_CERTIFICATE.value), "") if other else _text(row["certificate_file"]) or ""


def _trust_stores(row: Mapping[str, Any], members: Members, files: Files) -> dict[Slot, Store]:
    found = {}
    for slot in TRUST_STORE_SLOTS:
        key = _text(row[slot.value])
        if key is not None:
            complete = str(row[f"{slot.value}_state"]) != "damaged"
            place = _store_place(slot, row["device_id"], files)
            found[slot] = Store(key, members.get(key, ()), complete, place)
    return found


def _store_place(slot: Slot, device_id: str, files: Files) -> Place:
    return Place(slot, device_id, files.get((device_id, slot.value), SLOT_FILES[slot]))


def _damage(row: Mapping[str, Any], files: Files) -> dict[Slot, str]:
    """By slot, the files that cannot be used at all."""
    return {
        slot: files.get((row["device_id"], slot.value), SLOT_FILES[slot])
        for slot in (Slot.LOCAL_CERTIFICATE, *TRUST_STORE_SLOTS)
        if str(row[f"{slot.value}_state"]) == "damaged" and _text(row[slot.value]) is None
    }


def _peer(row: Mapping[str, Any], certificates: Certificates, members: Members, files: Files) -> Peer:
    expects, standard = _text(row["expects"]), _text(row["standard"])
    return Peer(
        name=row["peer"],
        file=_text(row["file"]) or "",
        connections=tuple((_text(row["connections"]) or "").split()),
        product=_text(row["product"]),
        version=_text(row["product_version"]),
        route=_text(row["route"]),
        identifiers=split_names(_text(row["identifiers"]) or ""),
        certificate=_certificate(row["certificate"], certificates),
        presents_none=str(row["certificate_state"]) == "none",
        presented_chain=_chain(row["presented_chain"], certificates),
        presented_chain_damaged=_is_set(row["presented_chain_damaged"]),
        certificate_file=_certificate_file(row, files),
        as_client=_as_client(row, certificates),
        chain_complete=Answer(str(row["chain_complete"])),
        trust_store=_peer_store(row, members, files),
        standard=None if standard is None else Standard(standard),
        expects=None if expects is None else split_names(expects),
        user=_text(row["user"]),
        peer_device=_text(row["peer_device"]),
        ocsp_response=row["ocsp_response"] if isinstance(row["ocsp_response"], bytes) else None,
        checks_crls=Answer(str(row["checks_crls"])),
        damage=_pairs(row["damaged_keys"], row["damaged_evidence"]),
    )


def _as_client(row: Mapping[str, Any], certificates: Certificates) -> ClientCertificate | None:
    state = str(row["client_certificate_state"])
    if state == "missing" and "client_certificate" not in split_names(_text(row["damaged_keys"]) or ""):
        return None
    return ClientCertificate(
        _certificate(row["client_certificate"], certificates),
        state == "none",
        _chain(row["client_chain"], certificates),
        _is_set(row["client_chain_damaged"]),
        _text(row["client_certificate_file"]) or "",
    )


def _peer_store(row: Mapping[str, Any], members: Members, files: Files) -> Store | None:
    key, other = _text(row["trust_store"]), _text(row["peer_device"])
    if key is None:
        return None
    place = Place(Slot.PEER_TRUST_STORE, row["peer"], f'{row["file"]} [[peer]] "{row["peer"]}" trust_store')
    if other:
        place = _store_place(Slot.SIP_TRUST_STORE, other, files)
    return Store(key, members.get(key, ()), str(row["trust_store_state"]) != "damaged", place)


def _pairs(keys: Any, evidence: Any) -> dict[str, str]:
    return dict(zip(split_names(_text(keys) or ""), split_names(_text(evidence) or ""), strict=True))


def _certificate(cell: Any, certificates: Certificates) -> Certificate | None:
    return certificates.get(cell) if isinstance(cell, str) else None


def _chain(cell: Any, certificates: Certificates) -> tuple[Certificate, ...]:
    return _records((_text(cell) or "").split(), certificates)


def _records(sha256s: Iterable[str], certificates: Certificates) -> tuple[Certificate, ...]:
    """The certificates; a redacted fleet has none."""
    return tuple(certificates[sha256] for sha256 in sha256s) if certificates else ()


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    names = [str(name) for name in frame.columns]
    # Each column as a list: `itertuples` takes five times as long for a frame of few rows.
    columns = (listed(frame[name]) for name in names)
    return (dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _is_set(value: Any) -> bool:
    """A flag; False for an audit of a former version, which has none."""
    return bool(pd.notna(value)) and bool(value)
