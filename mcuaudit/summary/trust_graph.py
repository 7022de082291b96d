"""The trust graph: which CA issued the certificate of each device, and which trust stores contain which CAs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import Slot
from mcuaudit.frames.containers import Audit
from mcuaudit.summary.certificates_in_use import common_name
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import is_missing, said, short_hash

_SLOT_WORDS: Final = {Slot.SIP_TRUST_STORE: "SIP", Slot.HTTPS_TRUST_STORE: "HTTPS"}
SLOTS: Final = tuple(_SLOT_WORDS)
_DAMAGED: Final = " · damaged"
_NOT_READ: Final = {"missing": "not in the export", "damaged": "could not be read"}


@dataclass(frozen=True, slots=True)
class Title:
    """The label of an issuer or a store, a second line, and the kind of its box."""

    label: str
    note: str
    kind: str


@dataclass(frozen=True, slots=True)
class Group:
    """Devices with the same issuer and the same trust stores, which are keys of `TrustGraph.titles`.

    `without_path` are those whose local certificate was checked against a store and has no valid path to any.
    """

    issuer: str
    stores: tuple[str, str]
    devices: tuple[str, ...]
    without_path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate in some of the stores (by their keys), and how many devices and peers have a path through it."""

    certificate: str
    name: str
    stores: tuple[str, ...]
    devices: int
    peers: int
    expired: bool


@dataclass(frozen=True, slots=True)
class TrustGraph:
    """Groups of devices by issuer, the members of their stores, and the titles of issuers and stores by key.

    `lacking` has, by the key of a store, the names of CAs without which the path of a presented certificate fails.
    """

    groups: list[Group]
    authorities: list[Authority]
    titles: dict[str, Title]
    lacking: dict[str, tuple[str, ...]]

    @property
    def holders(self) -> Counter[str]:
        """The number of devices with each store, by its key."""
        return _holders(self.groups)


def _holders(groups: list[Group]) -> Counter[str]:
    holders = Counter[str]()
    for group in groups:
        # A store in both slots of a device counts once.
        holders.update(dict.fromkeys(group.stores, len(group.devices)))
    return holders


def trust_graph(audit: Audit, *, with_site: bool) -> TrustGraph:
    """Build the graph from the frames; with `with_site`, devices are named site/device."""
    devices = audit.devices.merge(
        audit.certificates[["certificate", "issuer", "self_issued"]],
        left_on="local_certificate", right_on="certificate", how="left",
    )  # fmt: skip
    sizes = audit.trust_stores.groupby("trust_store").size().to_dict()
    titles: dict[str, Title] = {}
    members: dict[tuple[str, tuple[str, str]], list[str]] = {}
    pathless, without = _pathless(audit.paths), set[str]()
    for row in devices.to_dict("records"):
        issuer = _issuer(row, titles)
        sip, https = (_store(row, slot, sizes, titles) for slot in SLOTS)
        name = said(row["device_id" if with_site else "device"])
        members.setdefault((issuer, (sip, https)), []).append(name)
        if row["local_certificate"] in pathless:
            without.add(name)
    groups = [
        Group(issuer, stores, tuple(sorted(names)), tuple(sorted(without.intersection(names))))
        for (issuer, stores), names in members.items()
    ]
    groups.sort(key=lambda group: (group.issuer, -len(group.devices), group.devices))
    return TrustGraph(groups, _authorities(audit), _with_holders(titles, groups), _lacking(audit.paths, groups))


def _pathless(paths: pd.DataFrame) -> set[str]:
    """The certificates for which a path was sought, and fails wherever the outcome is known."""
    by_outcome = {outcome: set(paths.loc[paths["trust"] == outcome.value, "certificate"]) for outcome in Outcome}
    return by_outcome[Outcome.FAIL] - by_outcome[Outcome.PASS]


def _lacking(paths: pd.DataFrame, groups: list[Group]) -> dict[str, tuple[str, ...]]:
    """By the key of a store of a device: the CAs that paths to it lack."""
    failing = paths[paths["trust"] == Outcome.FAIL.value].dropna(subset=["lacking"])
    held = {store for group in groups for store in group.stores}
    found: dict[str, set[str]] = {}
    for store, lacking in zip(failing["trust_store"], failing["lacking"], strict=True):
        if f"store {store}" in held:
            found.setdefault(f"store {store}", set()).update(one.partition(":")[2] for one in split_names(lacking))
    return {store: tuple(sorted(names)) for store, names in found.items() if names}


def _with_holders(titles: Mapping[str, Title], groups: list[Group]) -> dict[str, Title]:
    """The titles, with the number of devices for each store: a digest alone means nothing to a reader."""
    holders = _holders(groups)
    return {
        key: replace(title, label=f"{title.label} · {plural(holders[key], 'device')}") if key in holders else title
        for key, title in titles.items()
    }


def _issuer(row: Mapping[Hashable, Any], titles: dict[str, Title]) -> str:
    """The key of the issuer of a device's local certificate; its title is added."""
    state = said(row["local_certificate_state"])
    if is_missing(row["local_certificate"]):
        key, title = "none", Title("No local certificate", _NOT_READ.get(state, state), "missing")
    elif row["self_issued"]:
        key, title = "itself", Title("Self-issued", "self-issued", "authority")
    else:
        issuer = said(row["issuer"])
        key, title = f"name {issuer}", Title(*_named(issuer), "authority")
    titles[key] = title
    return key


def _named(name: str) -> tuple[str, str]:
    """The CN of a name in the form of RFC 4514, and the rest of the name; without a CN the whole name."""
    found = re.match(r"CN=((?:[^,+\\]|\\.)+),?", name)
    if not found:
        return name, "named as issuer"
    return re.sub(r"\\(.)", r"\1", found[1]), name[found.end() :] or "named as issuer"


def _store(row: Mapping[Hashable, Any], slot: Slot, sizes: Mapping[Hashable, int], titles: dict[str, Title]) -> str:
    """The key of a device's store of that slot; its title is added, with both slots if both have the same store."""
    title, state, store = _SLOT_WORDS[slot], said(row[f"{slot.value}_state"]), row[slot.value]
    if is_missing(store):
        key = f"{slot.value} {state}"
        titles[key] = Title(title, _NOT_READ.get(state, state), "missing")
        return key
    key = f"store {store}"
    known = titles.get(key)
    label = title if known is None or known.label == title else " and ".join(_SLOT_WORDS.values())
    number = int(sizes.get(store, 0))
    words = plural(number, "certificate") if number else "empty"
    # The readable part of a damaged file may equal the whole store of another device: they share a box.
    damaged = state not in ("present", "empty") or (known is not None and _DAMAGED in known.note)
    titles[key] = Title(label, f"{words} · {short_hash(store)}{_DAMAGED if damaged else ''}", "store")
    return key


def _authorities(audit: Audit) -> list[Authority]:
    """The members of the devices' stores, those with most certificates below them first."""
    in_use = {store for slot in SLOTS for store in audit.devices[slot.value].dropna()}
    members = audit.trust_stores[audit.trust_stores["trust_store"].isin(in_use)]
    stores = members.groupby("certificate")["trust_store"].agg(sorted).to_dict()
    issued_below = _issued_below(audit.paths)
    local = Counter(audit.devices["local_certificate"].dropna())
    peers = set(audit.peers["certificate"].dropna()) - set(local)
    found = []
    for row in audit.certificates[audit.certificates["certificate"].isin(stores)].to_dict("records"):
        certificate = said(row["certificate"])
        below = issued_below.get(certificate, set())
        found.append(
            Authority(
                certificate=certificate,
                name=common_name(pd.Series(row)),
                stores=tuple(f"store {store}" for store in stores[certificate]),
                devices=sum(local[key] for key in below),
                peers=len(below & peers),
                expired=bool(row["not_after"] < audit.at),
            )
        )
    return sorted(found, key=lambda one: (-one.devices - one.peers, one.name, one.certificate))


def _issued_below(paths: pd.DataFrame) -> dict[str, set[str]]:
    """By CA certificate: the end entities with a valid path through it."""
    passing = paths[paths["trust"] == Outcome.PASS.value].dropna(subset=["path"])
    issued_below: dict[str, set[str]] = {}
    for certificate, path in zip(passing["certificate"], passing["path"], strict=True):
        # The path of a certificate that is itself in the store has only that certificate.
        for authority in path.split()[1:] or [certificate]:
            issued_below.setdefault(authority, set()).add(certificate)
    return issued_below
