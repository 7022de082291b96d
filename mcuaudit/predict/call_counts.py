"""``mcuaudit.call_counts(fleet)``: the outcomes of the calls between all MCUs, counted and not listed.

A fleet of 10,000 MCUs has 100 million pairs. What one end of a call contributes is the same for many MCUs: the same
values of the settings that decide, the same trust store, and a certificate that each trust store of the fleet takes in
the same way. MCUs are divided by that, and one call of each pair of such kinds is evaluated, as `predict_fleet` does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, Literal

import pandas as pd

from mcuaudit.devices.calls_between import as_peer
from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.records import devices_of
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.instants import time_given
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.verdict import NOT_APPLICABLE
from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Fleet
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.policy.schema import POLICY_FILE
from mcuaudit.predict.call_ends import CallEnd, CallEnds
from mcuaudit.predict.connection import authenticated, judge, verdict_of
from mcuaudit.predict.context import FleetContext, fleet_context
from mcuaudit.predict.exchanges import Exchange, exchanges
from mcuaudit.predict.prediction import lists_of
from mcuaudit.system.progress import Progress, shows_progress

Mesh = Literal["fleet", "site"]
_CALLS: Final = (ConnectionType.INCOMING_SIP, ConnectionType.OUTGOING_SIP)
_OFTEN: Final = 1000
_INCOMING, _OUTGOING = _CALLS
Found = tuple[Outcome, str, str]
"""Outcome, reason code, and who verified the other, as the MCU has it that calls; `_received` is the other end."""
_MIRRORED: Final = {"mcu_only": "peer_only", "peer_only": "mcu_only"}
Kinds = dict[CallEnd, list[str]]
"""MCUs by what they contribute to their calls."""
Counts = dict[tuple[str, ConnectionType], Counter[Found]]
_NONE: Final[Found] = (Outcome.NOT_APPLICABLE, "", "")
"""Of calls that no pair of two kinds has."""


@shows_progress
def call_counts(
    fleet: Fleet, *, at: date | datetime | str, mesh: Mesh = "fleet", progress: Progress | None = None
) -> pd.DataFrame:
    """The frame `call_counts`: for each MCU how many of its calls with other MCUs have which outcome, and why.

    The counts are those of the rows that the frame `connections` has with `[policy] mesh`, for pairs of MCUs that
    peers.toml declares and for all others, at a cost that grows with the MCUs and not with their pairs.
    ``mcuaudit.describe("call_counts")`` explains the columns.

    Args:
        fleet: as it was read, with any `[policy] mesh`.
        at: the time for which the calls are predicted, as with `mcuaudit.audit`.
        mesh: the pairs: of the whole fleet, or of each site.
        progress: called with the number of MCUs that were compared with all trust stores, and that of pairs of kinds.

    Returns:
        the frame, by device, type of connection, outcome and reason.

    Raises:
        UsageError: the fleet is redacted, so that it has no certificates; it is of an audit with a schema before
            9; or `mesh` is another word.
    """
    if mesh not in ("fleet", "site"):
        raise UsageError(f'mesh is "{mesh}"; it is "fleet" or "site".')
    if fleet.redacted:
        raise UsageError(
            "A redacted audit has no certificates, so its calls cannot be counted. Use the export that it was made "
            "from."
        )
    if fleet.devices["further_peers_damaged_keys"].isna().any():
        raise UsageError(
            "The audit was saved by a version that did not record which peers.toml cannot be read, so calls "
            "of its MCUs could be counted as accepted that are undetermined. Count the calls of its export."
        )
    devices = {device.device_id: device for device in devices_of(fleet)}
    context = fleet_context(devices.values(), fleet.certificate_records.values(), time_given(at), lists_of(fleet))
    kinds = _kinds(devices, context, progress)
    counted = _Calls(devices, context, kinds, mesh).counts(progress)
    return build_frame("call_counts", list(_rows(counted, devices.values())))


def _kinds(devices: Mapping[str, Device], context: FleetContext, progress: Progress | None) -> Kinds:
    """The MCUs that are the same at their end of a call, in the order of the fleet."""
    ends = CallEnds(devices.values(), context)
    alike: Kinds = {}
    for number, device in enumerate(devices.values(), start=1):
        alike.setdefault(ends.of(device), []).append(device.device_id)
        if progress and (number % _OFTEN == 0 or number == len(devices)):
            progress("comparing", number, len(devices))
    return alike


class _Calls:
    """The calls between kinds of MCUs, and those of pairs that peers.toml declares, which are as they are declared."""

    def __init__(self, devices: Mapping[str, Device], context: FleetContext, kinds: Kinds, mesh: Mesh) -> None:
        self._devices, self._context, self._mesh = devices, context, mesh
        self._ends, self._kinds = list(kinds), list(kinds.values())
        self._kind_of = {name: number for number, members in enumerate(self._kinds) for name in members}
        self._declared = _declared(devices)

    def counts(self, progress: Progress | None) -> Counts:
        """By MCU and type of connection, how many calls have which outcome and reason."""
        found: Counts = {}
        between = self._between(progress)
        sizes = Counter((self._group(name), self._kind_of[name]) for name in self._devices)
        numbers = range(len(self._kinds))
        for kind, members in enumerate(self._kinds):
            for group in {self._group(name) for name in members}:
                towards: dict[ConnectionType, Counter[Found]] = {one: Counter() for one in _CALLS}
                for other in numbers:
                    towards[_OUTGOING][between.get((kind, other), _NONE)] += sizes[group, other]
                    towards[_INCOMING][_received(between.get((other, kind), _NONE))] += sizes[group, other]
                for name in members:
                    if self._group(name) == group:
                        found |= {(name, one): Counter(counts) for one, counts in towards.items()}
        for name in self._devices:
            self._take_back(name, between, found)
        for name, others in self._declared.items():
            self._add_declared(self._devices[name], others, found)
        return found

    def _group(self, name: str) -> str:
        return self._devices[name].site if self._mesh == "site" else ""

    def _between(self, progress: Progress | None) -> dict[tuple[int, int], Found]:
        """What follows for a call of one kind to another one; without kinds whose every pair is declared."""
        found: dict[tuple[int, int], Found] = {}
        known: dict[Hashable, Found] = {}
        own, said = self._numbered()
        for caller, callers in enumerate(self._kinds):
            its_store = self._ends[caller].store
            for called, others in enumerate(self._kinds):
                heard = said[caller].get(self._ends[called].store), said[called].get(its_store)
                decides = own[caller], own[called], *heard
                if decides not in known:
                    pair = next(self._pairs(callers, others), None)
                    if pair is None:
                        continue
                    known[decides] = self._call(*pair)
                found[caller, called] = known[decides]
            if progress:
                progress("kinds of calls", caller + 1, len(self._kinds))
        return found

    def _numbered(self) -> tuple[list[int], list[dict[Hashable, int]]]:
        """Numbers in place of what is compared again and again: of a kind its own part, and by store what is said."""
        numbers: dict[Hashable, int] = {}
        own = [numbers.setdefault(end.own, len(numbers)) for end in self._ends]
        said = [{store: numbers.setdefault(one, len(numbers)) for store, one in end.presented} for end in self._ends]
        return own, said

    def _pairs(self, callers: Iterable[str], others: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Pairs of two MCUs that peers.toml declares at neither end."""
        return (
            (one, other) for one in callers for other in others if one != other and other not in self._declared[one]
        )

    def _call(self, caller: str, called: str, connection_type: ConnectionType = _OUTGOING) -> Found:
        one, other = self._devices[caller], self._devices[called]
        peer = as_peer(other, one.further_peers_damage)
        return _found(one, Exchange(CONNECTION_TABLE[connection_type], peer), self._context)

    def _take_back(self, name: str, between: Mapping[tuple[int, int], Found], found: Counts) -> None:
        """No MCU calls itself, and what is declared is counted as it is declared."""
        own = self._kind_of[name]
        for other in (name, *(one for one in self._declared[name] if self._group(one) == self._group(name))):
            kind = self._kind_of[other]
            found[name, _OUTGOING][between.get((own, kind), _NONE)] -= 1
            found[name, _INCOMING][_received(between.get((kind, own), _NONE))] -= 1

    def _add_declared(self, device: Device, others: set[str], found: Counts) -> None:
        """The calls with those that the device declares, and with those that declare it alone."""
        by_itself = {peer.peer_device for peer in _declared_peers(device)} & others
        for exchange in exchanges(device):
            if exchange.type in _CALLS and exchange.peer.peer_device in by_itself:
                found[device.device_id, exchange.type][_found(device, exchange, self._context)] += 1
        for other in others - by_itself:
            if self._group(other) == self._group(device.device_id):
                for connection_type in _CALLS:
                    found[device.device_id, connection_type][self._call(device.device_id, other, connection_type)] += 1


def _declared(devices: Mapping[str, Device]) -> dict[str, set[str]]:
    """By MCU the others with which it has a declaration, at either end."""
    found: dict[str, set[str]] = {name: set() for name in devices}
    for name, device in devices.items():
        for other in {peer.peer_device or "" for peer in _declared_peers(device)} & devices.keys():
            found[name].add(other)
            found[other].add(name)
    return found


def _declared_peers(device: Device) -> list[Peer]:
    """The other MCUs that peers.toml declares, without those that [policy] mesh adds."""
    return [peer for same in device.other_mcus.values() for peer in same if peer.file != POLICY_FILE]


def _found(device: Device, exchange: Exchange, context: FleetContext) -> Found:
    call = judge(device, exchange, context, NOT_APPLICABLE)
    verdict = verdict_of(call)
    return verdict.outcome, verdict.reason_code, authenticated(call)


def _received(found: Found) -> Found:
    """A call as the MCU has it that receives it."""
    outcome, reason_code, verified = found
    return outcome, reason_code, _MIRRORED.get(verified, verified)


def _rows(counts: Counts, devices: Iterable[Device]) -> Iterator[dict[str, Any]]:
    for device in devices:
        for connection_type in _CALLS:
            for (outcome, reason_code, verified), calls in sorted(counts[device.device_id, connection_type].items()):
                if calls:
                    yield {
                        "device_id": device.device_id,
                        "site": device.site,
                        "device": device.name,
                        "connection_type": connection_type,
                        "outcome": outcome,
                        "reason_code": reason_code,
                        "authenticated": verified,
                        "calls": calls,
                    }
