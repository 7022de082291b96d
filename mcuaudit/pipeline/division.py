"""A fleet divided into parts that are audited apart, and what belongs to several of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from mcuaudit.domain.slots import TRUST_STORE_SLOTS
from mcuaudit.frames.containers import Fleet
from mcuaudit.frames.schema import FLEET_FRAMES
from mcuaudit.pkix.ancestry import possible_issuers
from mcuaudit.policy.schema import Policy
from mcuaudit.rules.views.restricted import DeviceRows

_FEWEST: Final = 25
_MOST: Final = 500
_PARTS: Final = 8
"""A fleet is divided into about so many parts, unless they would be smaller or larger than that."""


@dataclass(frozen=True)
class Part:
    """Some devices, with all that decides about them.

    Attributes:
        fleet: the rows that concern them and the MCUs that they call, and every certificate that may be an issuer.
        devices: the devices, by device_id.
        at: the time of the audit.
        policy: the policy in force.
        codes: the rules to evaluate: those whose views depend on a device alone, or on a trust store file.
        files: the trust store files that no other device uses.
    """

    fleet: Fleet
    devices: frozenset[str]
    at: datetime
    policy: Policy
    codes: tuple[str, ...]
    files: frozenset[str]


class Division:
    """A fleet in parts, and what belongs to several of them."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        size = max(_FEWEST, min(_MOST, math.ceil(len(fleet.devices) / _PARTS)))
        self._groups = list(_groups(fleet, size))
        self._files = self._files_by_group()

    def parts(self, at: datetime, policy: Policy, codes: tuple[str, ...]) -> Iterator[Part]:
        """The parts, each made when it is wanted; see `Part`."""
        fleet = self._fleet
        authorities = possible_issuers(fleet.certificate_records.values())
        peers = fleet.peers[fleet.peers["peer_device"].notna()]
        for number, devices in enumerate(self._groups):
            called = peers.loc[peers["device_id"].isin(list(devices)), "peer_device"].tolist()
            restricted = _restricted(fleet, {*devices, *called}, authorities)
            yield Part(restricted, devices, at, policy, codes, self._files.get(number, frozenset()))

    def with_shared_files(self) -> Fleet:
        """The fleet without the trust store files that one part alone uses."""
        alone = [file for files in self._files.values() for file in files]
        placements, evidence = self._fleet.placements, self._fleet.evidence
        of_stores = evidence["kind"].isin(TRUST_STORE_SLOTS)
        return replace(
            self._fleet,
            placements=placements[~placements["file"].isin(alone)].reset_index(drop=True),
            evidence=evidence[~(of_stores & evidence["file"].isin(alone))].reset_index(drop=True),
        )

    def _files_by_group(self) -> dict[int, frozenset[str]]:
        """By the number of a group, the trust store files that its devices alone use."""
        group_of = {device_id: number for number, devices in enumerate(self._groups) for device_id in devices}
        evidence = self._fleet.evidence
        uses = evidence[evidence["kind"].isin(TRUST_STORE_SLOTS) & evidence["file"].notna()]
        groups: dict[str, set[int]] = {}
        for file, device_id in zip(uses["file"].tolist(), uses["device_id"].tolist(), strict=True):
            groups.setdefault(file, set()).add(group_of[device_id])
        found: dict[int, set[str]] = {}
        for file, (number, *others) in groups.items():
            if not others:
                found.setdefault(number, set()).add(file)
        return {number: frozenset(files) for number, files in found.items()}


def _groups(fleet: Fleet, size: int) -> Iterator[frozenset[str]]:
    """Devices in groups of about that size; those with one key are in one group, as a view counts them."""
    keys = fleet.certificates.set_index("certificate")["public_key"]
    same: dict[str, list[str]] = {}
    local = fleet.devices["local_certificate"].map(keys)
    for device_id, key in zip(fleet.devices["device_id"].tolist(), local.tolist(), strict=True):
        same.setdefault(key if isinstance(key, str) else f"none {device_id}", []).append(device_id)
    group: list[str] = []
    for devices in same.values():
        group += devices
        if len(group) >= size:
            yield frozenset(group)
            group = []
    if group:
        yield frozenset(group)


def _restricted(fleet: Fleet, devices: set[str], authorities: frozenset[str]) -> Fleet:
    rows = DeviceRows(fleet, devices)
    frames: dict[str, Any] = {name: rows.of(name, getattr(fleet, name)).reset_index(drop=True) for name in FLEET_FRAMES}
    certificates = fleet.certificates
    wanted = certificates["certificate"].isin(list(authorities)) | certificates["certificate"].isin(
        frames["certificates"]["certificate"]
    )
    frames["certificates"] = certificates[wanted].reset_index(drop=True)
    # Problems of files concern no device alone.
    frames["problems"] = fleet.problems.iloc[:0]
    records = fleet.certificate_records
    known = {key: records[key] for key in frames["certificates"]["certificate"].tolist()}
    return replace(fleet, **frames, decoded=known)
