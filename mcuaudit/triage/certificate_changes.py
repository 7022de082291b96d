"""Certificates then and now, place by place: unchanged, renewed, added or removed."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from mcuaudit.domain.slots import TRUST_STORE_SLOTS, Slot
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.schema import conform

_PLACE: Final = ["site", "device", "device_id", "slot", "peer"]
_HELD: Final = [*_PLACE, "certificate"]


def certificate_changes(old: Audit, new: Audit) -> pd.DataFrame:
    """The frame `certificate_changes`.

    A place holds one certificate (of a device, of a peer) or several (a trust store). In a place for one, another
    certificate is a renewal; in a store, another one of the same subject, where that is the only one of its name.
    """
    facts = _facts(old, new)
    stores = _peer_stores_that_differ(old, new)
    before, after = (_held(audit, stores).merge(facts, on="certificate", how="left") for audit in (old, new))
    # Missing peers would not compare equal, and merge as if they did.
    before["peer"], after["peer"] = before["peer"].fillna(""), after["peer"].fillna("")
    both = before.merge(after, on=[*_HELD, "subject", "not_after", "public_key"], how="outer", indicator="_side")
    kept = both[both["_side"] == "both"].assign(change="unchanged", previous_certificate=both["certificate"])
    kept["previous_not_after"] = kept["not_after"]
    gone, come = both[both["_side"] == "left_only"], both[both["_side"] == "right_only"]
    rows = pd.concat([kept, _paired(gone, come)], ignore_index=True)
    rows["peer"] = rows["peer"].where(rows["peer"] != "", None)
    named = ["change", *_HELD, "subject", "previous_certificate", "not_after", "previous_not_after", "same_key"]
    frame = conform("certificate_changes", rows.reindex(columns=named).astype(object))
    return frame.sort_values(["device_id", "slot", "peer", "subject"], kind="stable").reset_index(drop=True)


def _paired(gone: pd.DataFrame, come: pd.DataFrame) -> pd.DataFrame:
    """Renewals first, then what has no counterpart."""
    gone, come = gone.assign(name=_name(gone)), come.assign(name=_name(come))
    key = [*_PLACE, "name"]
    alone_gone, alone_come = gone[~gone.duplicated(key, keep=False)], come[~come.duplicated(key, keep=False)]
    told = ["certificate", "subject", "not_after", "public_key"]
    pairs = alone_come[[*key, *told]].merge(alone_gone[[*key, *told]], on=key, suffixes=("", "_previous"))
    same = pairs["public_key"] == pairs["public_key_previous"]
    renewed = pairs.assign(
        change="renewed",
        previous_certificate=pairs["certificate_previous"],
        previous_not_after=pairs["not_after_previous"],
        same_key=same.map({True: "yes", False: "no"}),
    )
    added = _without(come, renewed, "certificate").assign(change="added")
    removed = _without(gone, renewed, "previous_certificate").assign(change="removed")
    removed["previous_certificate"], removed["previous_not_after"] = removed["certificate"], removed["not_after"]
    return pd.concat([renewed, added, removed.drop(columns=["certificate", "not_after"])], ignore_index=True)


def _without(rows: pd.DataFrame, pairs: pd.DataFrame, column: str) -> pd.DataFrame:
    taken = pairs[[*_PLACE, column]].set_axis(_HELD, axis=1).drop_duplicates()
    left = rows.merge(taken, on=_HELD, how="left", indicator="_taken")
    return left[left["_taken"] == "left_only"]


def _name(rows: pd.DataFrame) -> pd.Series:
    """What a renewal has in common with the former one: in a store its subject, elsewhere the place alone."""
    stores = [*(slot.value for slot in TRUST_STORE_SLOTS), Slot.PEER_TRUST_STORE.value]
    return rows["subject"].where(rows["slot"].isin(stores), "")


def _facts(old: Audit, new: Audit) -> pd.DataFrame:
    columns = ["certificate", "subject", "not_after", "public_key"]
    return pd.concat([old.certificates[columns], new.certificates[columns]]).drop_duplicates("certificate")


def _held(audit: Audit, peer_stores: set[tuple[str, str]]) -> pd.DataFrame:
    """One row per place and certificate in it, each once."""
    devices, peers = audit.devices, audit.peers
    parts = [_single(devices.assign(peer=None, certificate=devices["local_certificate"]), Slot.LOCAL_CERTIFICATE)]
    for slot in TRUST_STORE_SLOTS:
        parts.append(_members(audit, devices.assign(peer=None, trust_store=devices[slot.value]), slot))
    # Another MCU of the fleet as a peer holds what it holds as a device.
    others = peers[peers["peer_device"].isna()]
    parts.append(_single(others, Slot.PEER_CERTIFICATE))
    places = pd.MultiIndex.from_frame(others[["device_id", "peer"]])
    parts.append(_members(audit, others[places.isin(list(peer_stores))], Slot.PEER_TRUST_STORE))
    return pd.concat(parts, ignore_index=True)


def _single(holders: pd.DataFrame, slot: Slot) -> pd.DataFrame:
    return holders.assign(slot=slot.value)[_HELD].dropna(subset=["certificate"]).drop_duplicates()


def _members(audit: Audit, holders: pd.DataFrame, slot: Slot) -> pd.DataFrame:
    columns: list[Any] = ["site", "device", "device_id", "peer", "trust_store"]
    members = holders[columns].dropna(subset=["trust_store"]).merge(audit.trust_stores, on="trust_store")
    return members.assign(slot=slot.value)[_HELD].drop_duplicates()


def _peer_stores_that_differ(old: Audit, new: Audit) -> set[tuple[str, str]]:
    """(device, peer) whose trust store is not the same: a public one has 140 members, for each device and peer."""
    keys = [
        dict(zip(zip(peers["device_id"], peers["peer"], strict=True), peers["trust_store"].fillna(""), strict=True))
        for peers in (old.peers, new.peers)
    ]
    return {place for place in keys[0].keys() | keys[1].keys() if keys[0].get(place, "") != keys[1].get(place, "")}
