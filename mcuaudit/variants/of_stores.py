"""Trust stores with a certificate more or less."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from mcuaudit.decode.certificate_source import certificates_from
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.slots import SLOT_FILES, SLOT_TITLES, TRUST_STORE_SLOTS, Slot
from mcuaudit.errors import UsageError, did_you_mean, not_allowed
from mcuaudit.variants.added_authorities import remarks_on_added
from mcuaudit.variants.changes import AddAuthority, RemoveAuthority, ReplaceStore
from mcuaudit.variants.draft import Draft
from mcuaudit.variants.of_files import evidence_of, file_of, placed_again, undamaged
from mcuaudit.variants.selection import selected
from mcuaudit.wording.phrases import listed

_SLOTS: Final = (*TRUST_STORE_SLOTS, Slot.PEER_TRUST_STORE)
_DIGEST: Final = re.compile("[0-9a-f]{8,64}")
Members = Callable[[Sequence[str]], Sequence[str]]
"""Gives the certificates of a store, by SHA-256 and in order, from those that it has."""


def add_authority(draft: Draft, change: AddAuthority) -> None:
    """Add certificates to some trust stores."""
    certificates = certificates_from(change.authorities, "authorities")
    added = [one.sha256 for one in certificates]
    draft.add_certificates(certificates)
    stores = _stores(draft, change)
    for store in stores:
        for one in certificates:
            _claim(draft, store, one.sha256, f"{one.subject_text} is added to", added=True)

    def with_them(members: Sequence[str]) -> Sequence[str]:
        return [*members, *(one for one in dict.fromkeys(added) if one not in members)]

    _rewrite(draft, change, stores, with_them)


def remarks_on_addition(draft: Draft, change: AddAuthority, at: datetime) -> Iterator[str]:
    """What is odd about certificates that are added, in sentences; `draft` has no change yet."""
    slot, stores = slot_of(change), _stores(draft, change)
    files = {file: [file] for file in stores} if slot is Slot.PEER_TRUST_STORE else _by_file(draft, slot, stores)
    held = [(owners, draft.certificates_in(file)) for file, owners in files.items()]
    return remarks_on_added(certificates_from(change.authorities, "authorities"), SLOT_TITLES[slot], held, at)


def remove_authority(draft: Draft, change: RemoveAuthority) -> None:
    """Remove a certificate from the trust stores that have it."""
    stores = _stores(draft, change)
    keys = _keys_of(draft, change, stores)
    members = _members(draft)
    of_stores = {one for key in keys.values() for one in members.get(key, ())}
    removed = authority_called(change.authority, [draft.records()[one] for one in sorted(of_stores)])
    having = [store for store in stores if removed.sha256 in members.get(keys.get(store, ""), ())]
    for store in having:
        _claim(draft, store, removed.sha256, f"{removed.subject_text} is removed from", added=False)
    _rewrite(draft, change, having, lambda former: [one for one in former if one != removed.sha256])


def replace_store(draft: Draft, change: ReplaceStore) -> None:
    """Give a trust store of some devices other certificates, also where its content is not known."""
    slot = slot_called(change.slot, TRUST_STORE_SLOTS)
    given = change.authorities
    certificates = [] if isinstance(given, tuple | list) and not given else certificates_from(given, "authorities")
    draft.add_certificates(certificates)
    members = list(dict.fromkeys(one.sha256 for one in certificates))
    for device_id in selected(draft.fleet, change.devices):
        words = f"the {SLOT_TITLES[slot]} of {device_id} has {len(members)} other certificates"
        draft.claim(("whole store", device_id, slot.value), tuple(members), words)
        file = file_of(draft, device_id, slot)
        if not file.startswith(f"{device_id}/"):
            file = f"{device_id}/{SLOT_FILES[slot]}"
        write_store(draft, slot, file, [device_id], members)


def write_store(draft: Draft, slot: Slot, file: str, devices: Sequence[str], members: Sequence[str]) -> None:
    """Have a whole file with these certificates, by SHA-256, be the trust store of some devices."""
    placed_again(draft, file, slot, members, whole=True)
    for device_id in devices:
        _set_evidence(draft, device_id, slot, file, whole=True)
    _set_key(draft, "devices", "device_id", devices, slot, members, whole=True)
    _set_called(draft, slot, devices)


def authority_called(word: str, among: Iterable[Certificate]) -> Certificate:
    """The certificate with that SHA-256, subject or CN.

    Raises:
        UsageError: there is none among these, or several.
    """
    known = list(among)
    wanted = word.strip()
    digest = wanted.replace(":", "").lower()
    found = [one for one in known if wanted in (one.subject_text, *one.common_names)]
    if _DIGEST.fullmatch(digest):
        found = found or [one for one in known if one.sha256.startswith(digest)]
    if len(found) > 1:
        named = [f"{one.sha256[:16]} (until {one.not_after:%Y-%m-%d})" for one in found]
        raise UsageError(f'"{word}" is the name of {len(found)} certificates: {listed(named, len(named))}. Write one.')
    if not found:
        names = sorted({name for one in known for name in one.common_names or (one.subject_text,)})
        there = f"there are {listed(names, 12)}" if names else "there is none"
        raise UsageError(f'No certificate there is called "{word}"; {there}.{did_you_mean(word, names)}')
    return found[0]


def slot_called(given: Slot | str, among: Sequence[Slot]) -> Slot:
    """The trust store with that name: sip or sip_trust_store, and so on.

    Raises:
        UsageError: there is none.
    """
    slot = _slot_named(given, among)
    if slot is None:
        raise UsageError(not_allowed("unknown trust store", given, [slot.value for slot in among]))
    return slot


def _slot_named(given: Slot | str, among: Sequence[Slot]) -> Slot | None:
    word = str(given).strip().lower().replace(" ", "_").replace("-", "_")
    return next((slot for slot in among if word in (slot.value, slot.value.removesuffix("_trust_store"))), None)


def slot_of(change: AddAuthority | RemoveAuthority) -> Slot:
    allowed = (Slot.PEER_TRUST_STORE,) if change.peer else TRUST_STORE_SLOTS
    if _slot_named(change.slot, _SLOTS) not in (None, *allowed):
        raise UsageError(
            "peer_trust_store needs the name of a peer, and the store of a device has none. The stores of a device are "
            f"{listed([one.value for one in TRUST_STORE_SLOTS])}."
        )
    return slot_called(change.slot, allowed)


def _stores(draft: Draft, change: AddAuthority | RemoveAuthority) -> list[str]:
    """The owners of the stores that are meant: devices, or files of peers."""
    slot = slot_of(change)
    devices = selected(draft.fleet, change.devices)
    if slot is Slot.PEER_TRUST_STORE:
        return _files_of_peers(draft, change.peer, devices)
    frame = draft.frame("devices")
    chosen = frame[frame["device_id"].isin(devices)]
    unknown = chosen.loc[chosen[slot.value].isna(), "device_id"].tolist()
    if len(unknown) == len(devices):
        raise UsageError(f"The {SLOT_TITLES[slot]} of {listed(unknown)} is not in the export, or cannot be read.")
    if unknown:
        said = f"What the {SLOT_TITLES[slot]} of {listed(unknown)} has is not known, so it stays undetermined."
        draft.remarks.append(said)
    return chosen.loc[chosen[slot.value].notna(), "device_id"].tolist()


def _files_of_peers(draft: Draft, peer: str, devices: Collection[str]) -> list[str]:
    peers = rows_of_peer(draft, peer, devices)
    files = sorted(peers["trust_store_file"].dropna().unique())
    if not files:
        raise UsageError(f'The trust store of the peer "{peer}" is not a file of the export.')
    return files


def rows_of_peer(draft: Draft, peer: str, devices: Collection[str]) -> Any:
    """The rows of the frame `peers` with that name.

    Raises:
        UsageError: none of the devices has such a peer.
    """
    frame = draft.frame("peers")
    of_devices = frame[frame["device_id"].isin(list(devices))]
    rows = of_devices[of_devices["peer"] == peer]
    if rows.empty:
        names = sorted(of_devices["peer"].unique())
        raise UsageError(
            f'None of these devices has a peer "{peer}"; they have {listed(names, 12) or "none"}.'
            f"{did_you_mean(peer, names)}"
        )
    return rows


def _claim(draft: Draft, store: str, sha256: str, words: str, *, added: bool) -> None:
    draft.claim(("store", store, sha256), added, f"{words} the store of {store}")


def _members(draft: Draft) -> Mapping[str, Sequence[str]]:
    stores = draft.frame("trust_stores")
    found: dict[str, list[str]] = {}
    for key, member in zip(stores["trust_store"].tolist(), stores["certificate"].tolist(), strict=True):
        found.setdefault(key, []).append(member)
    return found


def _keys_of(draft: Draft, change: AddAuthority | RemoveAuthority, stores: Sequence[str]) -> dict[str, str]:
    """The join key of each of these stores."""
    slot = slot_of(change)
    owner, key = ("trust_store_file", "trust_store") if slot is Slot.PEER_TRUST_STORE else ("device_id", slot.value)
    frame = draft.frame("peers" if slot is Slot.PEER_TRUST_STORE else "devices")
    rows = frame[frame[owner].isin(stores) & frame[key].notna()]
    return dict(zip(rows[owner], rows[key], strict=True))


def _rewrite(draft: Draft, change: AddAuthority | RemoveAuthority, stores: Sequence[str], members: Members) -> None:
    slot = slot_of(change)
    if slot is Slot.PEER_TRUST_STORE:
        for file in stores:
            _rewrite_file(draft, file, slot, file, members)
            _set_key(draft, "peers", "trust_store_file", [file], slot, draft.certificates_in(file))
        return
    for file, devices in _by_file(draft, slot, stores).items():
        if _users(draft, slot, file) <= set(devices):
            _rewrite_file(draft, file, slot, file, members)
            _set_key(draft, "devices", "device_id", devices, slot, draft.certificates_in(file))
            _set_called(draft, slot, devices)
            continue
        for device_id in devices:
            # Others use the file too, so the device gets one of its own.
            own = f"{device_id}/{SLOT_FILES[slot]}"
            _rewrite_file(draft, file, slot, own, members)
            _set_evidence(draft, device_id, slot, own)
            _set_key(draft, "devices", "device_id", [device_id], slot, draft.certificates_in(own))
        _set_called(draft, slot, devices)


def _by_file(draft: Draft, slot: Slot, devices: Sequence[str]) -> dict[str, list[str]]:
    own = draft.frame("evidence")[["device_id", "kind", "file"]].take(draft.rows_of("evidence", devices))
    rows = own[(own["kind"] == slot.value) & own["file"].notna()]
    found: dict[str, list[str]] = {}
    for device_id, file in zip(rows["device_id"], rows["file"], strict=True):
        found.setdefault(file, []).append(device_id)
    return found


def _users(draft: Draft, slot: Slot, file: str) -> set[str]:
    """The devices that use a file for a slot."""
    evidence = draft.frame("evidence")
    return set(evidence.loc[(evidence["kind"] == slot.value) & (evidence["file"] == file), "device_id"])


def _rewrite_file(draft: Draft, former: str, slot: Slot, file: str, members: Members) -> None:
    before = draft.certificates_in(former)
    after = list(members(before))
    if after != before or file != former:
        placed_again(draft, file, slot, after)


def _set_evidence(draft: Draft, device_id: str, slot: Slot, file: str, *, whole: bool = False) -> None:
    rows = evidence_of(draft, device_id, slot)
    state = np.where((draft.frame("evidence")["state"].take(rows) == "damaged") & (not whole), "damaged", "read")
    cells = {"state": list(state), "file": file, "sha256": None, "size": None, "modified": None}
    draft.set_cells("evidence", rows, cells)


def _set_key(
    draft: Draft, frame: str, owner: str, owners: Sequence[str], slot: Slot, members: Sequence[str], *,
    whole: bool = False,
) -> None:  # fmt: skip
    column = "trust_store" if slot is Slot.PEER_TRUST_STORE else slot.value
    key = draft.trust_store(members)
    found = draft.frame(frame)
    rows = found[owner].isin(owners).to_numpy()
    draft.set_cells(frame, rows, {column: key})
    # Of a damaged file, what cannot be read stays as it is, unless the whole file is replaced.
    known = rows & ((found[f"{column}_state"] != "damaged").to_numpy() | whole)
    draft.set_cells(frame, known, {f"{column}_state": "present" if members else "empty"})


def _set_called(draft: Draft, slot: Slot, devices: Sequence[str]) -> None:
    """The SIP trust stores of MCUs, in the rows of those that call them."""
    if slot is not Slot.SIP_TRUST_STORE:
        return
    peers = draft.frame("peers")
    now = draft.frame("devices")
    calling = draft.fleet.rows_by("peers", "peer_device")
    for device_id in devices:
        if device_id not in calling:
            continue
        (row,) = draft.rows_of("devices", [device_id])
        rows = np.array(calling[device_id], dtype=np.intp)
        own, before = peers[["trust_store", "trust_store_file"]].take(rows), draft.fleet.devices[slot.value].iloc[row]
        same = own["trust_store"].isna() if pd.isna(before) else (own["trust_store"] == before).fillna(False)
        rows = rows[(same & own["trust_store_file"].isna()).to_numpy(dtype=bool)]
        cells = {"trust_store": now[slot.value].iloc[row]}
        cells["trust_store_state"] = str(now[f"{slot.value}_state"].iloc[row])
        draft.set_cells("peers", rows, cells)
        if cells["trust_store_state"] != "damaged":
            undamaged(draft, rows, "trust_store")
