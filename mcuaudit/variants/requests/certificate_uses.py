"""Each certificate of a fleet with its uses: every connection on which it is presented, and what the other end wants.

The facts are those of `mcuaudit.devices`: who expects which names, by which rule, with which trust store.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mcuaudit.devices.calls_between import at_other_end, call_exists, known_as
from mcuaudit.devices.device import Device
from mcuaudit.devices.models import not_judged
from mcuaudit.devices.names import (
    SERVERS,
    SIP,
    UNRECORDED_STANDARDS,
    USERS,
    compares_names,
    expected_names,
    reference_names,
)
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presentation import mcu_store, peer_store
from mcuaudit.devices.presented import Store
from mcuaudit.devices.verification import verifies_peer
from mcuaudit.devices.verifiers import verifier_of
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH
from mcuaudit.domain.connections import ANY_PEER
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import Verdict
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.predict.exchanges import Exchange, exchanges


@dataclass(frozen=True, slots=True)
class Holder:
    """Who presents a certificate.

    Attributes:
        slot: local_certificate of a device, or peer_certificate.
        name: site/device, or the name of the peer.
        file: of the certificate of a peer within the export, or the file that declares the peer if there is none.
    """

    slot: Slot
    name: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """One connection on which a certificate is presented, and what the other end wants of it.

    Attributes:
        connection_id: of the connection, as in the frame `connections`.
        device_id: the device of that connection.
        by: the device or peer that verifies the certificate.
        names: the names that it compares.
        standards: the rules by which it may compare them; several if its standard is not recorded.
        purpose: the purpose that it needs, as a dotted identifier.
        store: its trust store, None if that is not known.
        path_standards: the rules by which it may verify the path.
        verifier: the software with which it verifies.
        verifies: whether it verifies the certificate with the settings of the export.
        sip: it is a SIP call.
        direct: the call is not proxied.
        login: the peer logs in with it.
    """

    connection_id: str
    device_id: str
    by: str
    names: tuple[str, ...]
    standards: tuple[Standard, ...]
    purpose: str
    store: Store | None
    path_standards: tuple[Standard, ...]
    verifier: Verifier
    verifies: Answer
    sip: bool
    direct: bool
    login: bool = False

    @property
    def expressway(self) -> bool:
        """Whether an Expressway or VCS verifies it."""
        return Standard.VCS in self.standards


@dataclass(frozen=True)
class Held:
    """One certificate with its uses.

    Attributes:
        holder: who presents it.
        device: the device, for a local certificate.
        peers: what the devices record about the peer, by device_id; empty for a local certificate.
        by_key: its connections; a call between two MCUs, which both ends list, is there once.
        unknown: why a connection has no peer that is known.
    """

    holder: Holder
    device: Device | None
    peers: dict[str, Peer]
    by_key: dict[Hashable, Use] = field(default_factory=dict)
    unknown: list[Verdict] = field(default_factory=list)

    @property
    def uses(self) -> tuple[Use, ...]:
        """Its connections."""
        return tuple(self.by_key.values())

    @property
    def device_ids(self) -> frozenset[str]:
        """The devices whose connections it is presented on."""
        own = {self.device.device_id} if self.device else set[str]()
        return frozenset(own | self.peers.keys() | {use.device_id for use in self.uses})


class Holders:
    """Which peers of several devices are one holder: those with one file, and those of the same name without a file."""

    def __init__(self, devices: Iterable[Device]) -> None:
        self._files: dict[str, set[str]] = {}
        for device in devices:
            for peer in device.peers:
                for role in ("client", "server"):
                    file = peer.towards(role).certificate_file
                    if file and not peer.peer_device:
                        self._files.setdefault(peer.name, set()).add(file)

    def of_peer(self, peer: Peer, mcu_role: str) -> Holder:
        """The holder of what a peer presents to an MCU in that role."""
        if peer.peer_device:
            return Holder(Slot.LOCAL_CERTIFICATE, peer.peer_device)
        presented = peer.towards(mcu_role)
        if presented.certificate_file:
            return Holder(Slot.PEER_CERTIFICATE, peer.name, presented.certificate_file)
        known = self._files.get(peer.name, set())
        return Holder(Slot.PEER_CERTIFICATE, peer.name, next(iter(known)) if len(known) == 1 else peer.file)


def held_certificates(devices: Iterable[Device]) -> tuple[dict[Holder, Held], Holders]:
    """Every certificate of a fleet that is presented on a connection, with its uses, and the local ones of all MCUs."""
    by_id = {device.device_id: device for device in devices}
    holders = Holders(by_id.values())
    found: dict[Holder, Held] = {}
    for device in by_id.values():
        holder = Holder(Slot.LOCAL_CERTIFICATE, device.device_id)
        found[holder] = Held(holder, device, {})
    for device in by_id.values():
        if not_judged(device):
            continue
        for exchange in exchanges(device):
            _note(device, exchange, by_id, holders, found)
    return found, holders


def _note(
    device: Device, exchange: Exchange, by_id: Mapping[str, Device], holders: Holders, found: dict[Holder, Held]
) -> None:
    peer, own = exchange.peer, found[Holder(Slot.LOCAL_CERTIFICATE, device.device_id)]
    other = by_id.get(peer.peer_device or "") if exchange.type in SIP else None
    exists = call_exists(device, other, peer, exchange.type) if other else exchange.exists
    if exists.outcome is Outcome.NOT_APPLICABLE:
        return
    if peer.name == ANY_PEER and not peer.declared:
        own.unknown.append(exists)
        return
    for use in _of_device(device, exchange, other):
        own.by_key[_key(use, other)] = use
    holder = holders.of_peer(peer, exchange.definition.mcu_role)
    if holder.slot is Slot.LOCAL_CERTIFICATE and holder not in found:
        return
    held = found.setdefault(holder, Held(holder, None, {}))
    if held.device is None:
        held.peers[device.device_id] = peer
    use = _of_peer(device, exchange)
    held.by_key[_key(use, other)] = use


def _key(use: Use, other: Device | None) -> Hashable:
    return (use.by, use.purpose, use.names) if other else use.connection_id


def _of_device(device: Device, exchange: Exchange, other: Device | None) -> Iterator[Use]:
    """What the peer wants of the local certificate; nothing if it verifies none."""
    definition, peer = exchange.definition, exchange.peer
    sip = exchange.type in SIP
    identity = exchange.connection_id(device), device.device_id
    if other is not None:
        there = at_other_end(exchange.type)
        known = known_as(device, other, exchange.type)
        names = reference_names(other, known, there) if compares_names(there) else ()
        yield Use(
            *identity, other.device_id, names, (Standard.MCU,), there.peer_purpose,
            _known(mcu_store(other, there.trust_store)), (Standard.MCU,), Verifier.MCU, verifies_peer(other, there),
            sip, known.route == "direct",
        )  # fmt: skip
        return
    standard = peer.standard or (None if sip else Standard.RFC9525)
    if standard is Standard.NONE:
        return
    names, _ = expected_names(device, peer, definition)
    standards = (standard,) if standard else UNRECORDED_STANDARDS
    path_standards = (standard,) if standard else (Standard.MCU, Standard.VCS)
    purpose = SERVER_AUTH if definition.mcu_role == "server" else CLIENT_AUTH
    yield Use(
        *identity, peer.title, names, standards, purpose, _known(peer_store(peer)), path_standards, verifier_of(peer),
        Answer.YES, sip, peer.route == "direct",
    )  # fmt: skip


def _of_peer(device: Device, exchange: Exchange) -> Use:
    """What the device wants of the certificate of the peer."""
    definition, peer = exchange.definition, exchange.peer
    names = reference_names(device, peer, definition, exchange.from_url) if compares_names(definition) else ()
    standard = Standard.RFC9525 if exchange.type in SERVERS else Standard.MCU
    return Use(
        exchange.connection_id(device), device.device_id, device.device_id, names, (standard,),
        definition.peer_purpose, _known(mcu_store(device, definition.trust_store)), (Standard.MCU,), Verifier.MCU,
        verifies_peer(device, definition), exchange.type in SIP, peer.route == "direct",
        login=exchange.type in USERS and not peer.peer_device,
    )  # fmt: skip


def _known(store: Store | Verdict) -> Store | None:
    return store if isinstance(store, Store) else None
