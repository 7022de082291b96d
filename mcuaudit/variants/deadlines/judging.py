"""Devices evaluated at any time, only those that are asked for, also as if some certificates were others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presented import Store
from mcuaudit.devices.records import devices_of
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Fleet
from mcuaudit.pkix.ancestry import possible_issuers
from mcuaudit.predict.administration import Administration
from mcuaudit.predict.connection import Connection, rests_on, verdict_of
from mcuaudit.predict.context import fleet_context
from mcuaudit.predict.of_device import administration_of, judge_device
from mcuaudit.predict.prediction import lists_of

Supposed = Mapping[str, Certificate]
"""Certificates in the place of others, by the SHA-256 of those."""


@dataclass(frozen=True, slots=True)
class JudgedConnection:
    """One connection: its outcome, the certificates that a pass depends on, and what both sides present."""

    outcome: Outcome
    type: ConnectionType
    rests_on: frozenset[str]
    presented: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class JudgedDevice:
    """One device: its connections by connection_id, and its administration."""

    connections: Mapping[str, JudgedConnection]
    administration: Administration


class FleetJudge:
    """Evaluates devices of a fleet as `predict_fleet` does, without making frames.

    Attributes:
        devices: every device, by device_id.
        records: every certificate, by SHA-256.
    """

    def __init__(self, fleet: Fleet) -> None:
        self.records = fleet.certificate_records
        self.devices = {device.device_id: device for device in devices_of(fleet)}
        self._lists = lists_of(fleet)

    @property
    def depends_on_lists(self) -> bool:
        """Revocation lists or OCSP responses, which have times of their own, may decide outcomes."""
        return len(self._lists) > 0 or any(
            peer.ocsp_response is not None for device in self.devices.values() for peer in device.peers
        )

    @cached_property
    def issuers(self) -> frozenset[str]:
        """SHA-256 of the certificates that may be above another one."""
        return possible_issuers(self.records.values())

    def judge(self, wanted: Collection[str], at: datetime, supposed: Supposed | None = None) -> dict[str, JudgedDevice]:
        """What holds for some devices, by device_id, as of a time.

        Args:
            wanted: the devices, by device_id.
            at: the time.
            supposed: certificates to take in the place of others, wherever those are.
        """
        called = {other for name in wanted for other in self.devices[name].other_mcus}
        near = {name: self.devices[name] for name in sorted({*wanted, *called} & self.devices.keys())}
        # What follows for a certificate depends on itself and on those that may be above it, and on no others.
        known = {sha256: self.records[sha256] for sha256 in self.issuers}
        known |= {one.sha256: one for device in near.values() for one in presented_by(device)}
        if supposed:
            near = {name: _with_certificates(device, supposed) for name, device in near.items()}
            known |= {sha256: one for sha256, one in supposed.items() if sha256 in known}
        context = fleet_context(near.values(), known.values(), at, self._lists)
        found = {}
        for name in wanted:
            connections = judge_device(near[name], context)
            judged = {one.connection_id: _judged(one) for one in connections}
            found[name] = JudgedDevice(judged, administration_of(near[name], connections, context))
        return found


def presented_by(device: Device) -> tuple[Certificate, ...]:
    """All that the device and its peers present: their certificates and chains."""
    return _there((*_of_device(device), *(one for peer in device.peers for one in _of_peer(peer))))


def _judged(connection: Connection) -> JudgedConnection:
    outcome = verdict_of(connection).outcome
    presented = _there((*_of_device(connection.device), *_of_peer(connection.exchange.peer)))
    on = rests_on(connection) if outcome is Outcome.PASS else frozenset[str]()
    return JudgedConnection(outcome, connection.exchange.type, on, presented)


def _of_device(device: Device) -> tuple[Certificate | None, ...]:
    return device.local_certificate, *device.local_chain


def _of_peer(peer: Peer) -> tuple[Certificate | None, ...]:
    client = peer.as_client
    as_client = (client.certificate, *client.chain) if client else ()
    return peer.certificate, *peer.presented_chain, *as_client


def _there(certificates: Iterable[Certificate | None]) -> tuple[Certificate, ...]:
    return tuple(one for one in certificates if one is not None)


def _with_certificates(device: Device, supposed: Supposed) -> Device:
    """The device with other certificates in its slots and in those of its peers."""

    def one(certificate: Certificate | None) -> Certificate | None:
        return certificate and supposed.get(certificate.sha256, certificate)

    def several(certificates: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
        return tuple(supposed.get(certificate.sha256, certificate) for certificate in certificates)

    def store(found: Store) -> Store:
        return replace(found, members=several(found.members))

    def peer(found: Peer) -> Peer:
        client = found.as_client
        return replace(
            found,
            certificate=one(found.certificate),
            presented_chain=several(found.presented_chain),
            as_client=client and replace(client, certificate=one(client.certificate), chain=several(client.chain)),
            trust_store=found.trust_store and store(found.trust_store),
        )

    return replace(
        device,
        local_certificate=one(device.local_certificate),
        local_chain=several(device.local_chain),
        trust_stores={slot: store(found) for slot, found in device.trust_stores.items()},
        peers=tuple(map(peer, device.peers)),
    )
