"""Certificates of two audits, place by place: unchanged, renewed, added or removed."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from mcuaudit.domain.slots import TRUST_STORE_SLOTS, Slot
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.declared_frames import conform

_PLACE: Final = ["site", "device", "device_id", "slot", "peer"]
_KEY: Final = [*_PLACE, "certificate"]


def certificate_changes(old: Audit, new: Audit) -> pd.DataFrame:
    """The frame `certificate_changes`.

    A place holds one certificate (of a device, of a peer) or several (a trust store). In a place for one, a different
    certificate is a renewal. In a store it is one if it has the same subject as the former certificate, and no other
    member has that subject.
    """
    details = _details(old, new)
    stores = _peer_stores_that_differ(old, new)
    before, after = (
        _certificates_in_place(audit, stores).merge(details, on="certificate", how="left") for audit in (old, new)
    )
    # merge would take missing peers as equal, while a comparison would not.
    before["peer"], after["peer"] = before["peer"].fillna(""), after["peer"].fillna("")
    both = before.merge(after, on=[*_KEY, "subject", "not_after", "public_key"], how="outer", indicator="_side")
    unchanged = both[both["_side"] == "both"].assign(change="unchanged", previous_certificate=both["certificate"])
    unchanged["previous_not_after"] = unchanged["not_after"]
    only_old, only_new = both[both["_side"] == "left_only"], both[both["_side"] == "right_only"]
    rows = pd.concat([unchanged, _paired(only_old, only_new)], ignore_index=True)
    rows["peer"] = rows["peer"].where(rows["peer"] != "", None)
    columns = ["change", *_KEY, "subject", "previous_certificate", "not_after", "previous_not_after", "same_key"]
    frame = conform("certificate_changes", rows.reindex(columns=columns).astype(object))
    return frame.sort_values(["device_id", "slot", "peer", "subject"], kind="stable").reset_index(drop=True)


def _paired(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Renewals, then certificates that were added or removed without a counterpart."""
    old, new = old.assign(name=_name(old)), new.assign(name=_name(new))
    key = [*_PLACE, "name"]
    single_old, single_new = (side[~side.duplicated(key, keep=False)] for side in (old, new))
    columns = [*key, "certificate", "subject", "not_after", "public_key"]
    pairs = single_new[columns].merge(single_old[columns], on=key, suffixes=("", "_previous"))
    same = pairs["public_key"] == pairs["public_key_previous"]
    renewed = pairs.assign(
        change="renewed",
        previous_certificate=pairs["certificate_previous"],
        previous_not_after=pairs["not_after_previous"],
        same_key=same.map({True: "yes", False: "no"}),
    )
    added = _without(new, renewed, "certificate").assign(change="added")
    removed = _without(old, renewed, "previous_certificate").assign(change="removed")
    removed["previous_certificate"], removed["previous_not_after"] = removed["certificate"], removed["not_after"]
    return pd.concat([renewed, added, removed.drop(columns=["certificate", "not_after"])], ignore_index=True)


def _without(rows: pd.DataFrame, pairs: pd.DataFrame, column: str) -> pd.DataFrame:
    in_pairs = pairs[[*_PLACE, column]].set_axis(_KEY, axis=1).drop_duplicates()
    marked = rows.merge(in_pairs, on=_KEY, how="left", indicator="_in_pairs")
    return marked[marked["_in_pairs"] == "left_only"]


def _name(rows: pd.DataFrame) -> pd.Series:
    """What a renewal has in common with the former certificate: in a store the subject, elsewhere only the place."""
    stores = [*(slot.value for slot in TRUST_STORE_SLOTS), Slot.PEER_TRUST_STORE.value]
    return rows["subject"].where(rows["slot"].isin(stores), "")


def _details(old: Audit, new: Audit) -> pd.DataFrame:
    columns = ["certificate", "subject", "not_after", "public_key"]
    return pd.concat([old.certificates[columns], new.certificates[columns]]).drop_duplicates("certificate")


def _certificates_in_place(audit: Audit, peer_stores: set[tuple[str, str]]) -> pd.DataFrame:
    """One row per place and certificate in it."""
    devices, peers = audit.devices, audit.peers
    parts = [_single(devices.assign(peer=None, certificate=devices["local_certificate"]), Slot.LOCAL_CERTIFICATE)]
    for slot in TRUST_STORE_SLOTS:
        parts.append(_members(audit, devices.assign(peer=None, trust_store=devices[slot.value]), slot))
    # A peer that is another MCU of the fleet is compared as a device.
    others = peers[peers["peer_device"].isna()]
    parts.append(_single(others, Slot.PEER_CERTIFICATE))
    clients = others[others["client_certificate"].notna() & (others["client_certificate"] != others["certificate"])]
    parts.append(_single(clients.assign(certificate=clients["client_certificate"]), Slot.PEER_CERTIFICATE))
    places = pd.MultiIndex.from_frame(others[["device_id", "peer"]])
    parts.append(_members(audit, others[places.isin(list(peer_stores))], Slot.PEER_TRUST_STORE))
    return pd.concat(parts, ignore_index=True)


def _single(holders: pd.DataFrame, slot: Slot) -> pd.DataFrame:
    return holders.assign(slot=slot.value)[_KEY].dropna(subset=["certificate"]).drop_duplicates()


def _members(audit: Audit, holders: pd.DataFrame, slot: Slot) -> pd.DataFrame:
    columns: list[Any] = ["site", "device", "device_id", "peer", "trust_store"]
    members = holders[columns].dropna(subset=["trust_store"]).merge(audit.trust_stores, on="trust_store")
    return members.assign(slot=slot.value)[_KEY].drop_duplicates()


def _peer_stores_that_differ(old: Audit, new: Audit) -> set[tuple[str, str]]:
    """(device, peer) with a changed trust store; to list all would take 140 rows for each public one."""
    keys = [
        dict(zip(zip(peers["device_id"], peers["peer"], strict=True), peers["trust_store"].fillna(""), strict=True))
        for peers in (old.peers, new.peers)
    ]
    return {place for place in keys[0].keys() | keys[1].keys() if keys[0].get(place, "") != keys[1].get(place, "")}
