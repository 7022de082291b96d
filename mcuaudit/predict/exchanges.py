"""Which connections a device has: the table of six types, with the peers of each.

Source: Release Notes 4.4(3.57), appendix "Connections that may involve certificate exchange".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from mcuaudit.devices.damage import doubt, lacking, peer_doubt
from mcuaudit.devices.device import Device
from mcuaudit.devices.models import not_judged
from mcuaudit.devices.ocsp import SERVER_URL, ocsp_asked, without_server
from mcuaudit.devices.once import once
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.services import service_exists
from mcuaudit.domain.connections import (
    ANY_PEER,
    CONNECTION_TABLE,
    CONNECTIONS_IN_PART,
    ConnectionDefinition,
    ConnectionType,
)
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.verdict import EXISTS, Verdict, missing, not_applicable
from mcuaudit.errors import UsageError
from mcuaudit.identity import parse_reference


@dataclass(frozen=True, slots=True)
class Exchange:
    """One connection of one device, before its verdicts.

    Attributes:
        definition: its type.
        exists: notApplicable if it cannot exist, open if that is not known, otherwise pass.
        identifier: the URI that distinguishes it from others with the same peer; usually "".
        from_url: the names in a URL by which the device reaches the peer, with a trailing dot if they have one (A10).
        undeclared: no peer of its type is declared, so it stands for all of them.
    """

    definition: ConnectionDefinition
    peer: Peer
    exists: Verdict = EXISTS
    identifier: str = ""
    from_url: tuple[str, ...] = ()
    undeclared: bool = False

    @property
    def type(self) -> ConnectionType:
        """The type of connection."""
        return self.definition.connection_type

    def connection_id(self, device: Device) -> str:
        """The stable name of the connection of that device, as in the frame `connections`."""
        suffix = f" {self.identifier}" if self.identifier else ""
        return f"{device.device_id} {self.type} {self.peer.name}{suffix}"


@once
def exchanges(device: Device) -> tuple[Exchange, ...]:
    """Every connection of a device: at least one for each of the six types. None of another model is evaluated."""
    not_an_mcu = not_judged(device)
    found = tuple(_exchanges(device))
    return found if not_an_mcu is None else tuple(replace(one, exists=not_an_mcu, undeclared=False) for one in found)


def _exchanges(device: Device) -> Iterator[Exchange]:
    for definition in CONNECTION_TABLE.values():
        match definition.connection_type:
            case ConnectionType.OCSP_SERVER:
                yield from _ocsp_server(device)
            case ConnectionType.FEEDBACK_RECEIVER:
                yield from _feedback_receivers(device, definition)
            case _:
                yield from _with_declared_peers(device, definition)


def _with_declared_peers(device: Device, definition: ConnectionDefinition) -> Iterator[Exchange]:
    exists = service_exists(device, definition)
    peers = [peer for peer in device.peers if peer.serves(definition.connection_type)]
    # A call between two MCUs has a row at both ends, even if one of them has no such calls.
    listed = peers if exists.outcome is not Outcome.NOT_APPLICABLE else [peer for peer in peers if peer.peer_device]
    role = definition.mcu_role
    yield from (Exchange(definition, peer.towards(role), _with_peer(peer, exists)) for peer in listed)
    # The entry of another peer that cannot be read may be this type.
    others = [peer for peer in device.peers if peer not in peers] if exists.outcome is Outcome.PASS else []
    doubtful = [(peer, found) for peer in others if (found := peer_doubt(peer, CONNECTIONS_IN_PART))]
    yield from (Exchange(definition, peer.towards(role), found) for peer, found in doubtful)
    if doubtful or (listed and len(listed) == len(peers)):
        return
    if exists.outcome is not Outcome.PASS:
        yield _without_peer(definition, exists)
        return
    evidence = f"peers.toml [[peer]] connections {definition.connection_type}"
    reason = f"No peer of type {definition.connection_type} is declared, so its certificate is not known."
    yield replace(_without_peer(definition, missing(evidence, reason)), undeclared=True)


def _with_peer(peer: Peer, exists: Verdict) -> Verdict:
    """Whether the connection exists with this peer: open if what declares it cannot be read."""
    return (peer_doubt(peer, "connections", "device") or exists) if exists.outcome is Outcome.PASS else exists


def ocsp_exchanges(device: Device) -> list[Exchange]:
    """The connection of a device to its OCSP server: several if more than one peer is declared for that place."""
    not_an_mcu, found = not_judged(device), _ocsp_server(device)
    return found if not_an_mcu is None else [replace(exchange, exists=not_an_mcu) for exchange in found]


def _ocsp_server(device: Device) -> list[Exchange]:
    definition = CONNECTION_TABLE[ConnectionType.OCSP_SERVER]
    asked, without, url = ocsp_asked(device), without_server(device), device.value(SERVER_URL)
    if asked.outcome is Outcome.NOT_APPLICABLE:
        return [_without_peer(definition, asked)]
    if without:
        return [_without_peer(definition, not_applicable(without.reason_code, without.reason))]
    if asked.outcome is not Outcome.PASS:
        # Whether it is asked or not, no certificate is exchanged over http.
        plain = url is not None and urlsplit(url).scheme == "http"
        return [_without_peer(definition, _BY_HTTP if plain else asked)]
    if url is None:
        reason = "OCSP is on, but the URL of its server is not in the export."
        return [_without_peer(definition, lacking(device, SERVER_URL, reason))]
    return _by_url(device, definition, url)


def _feedback_receivers(device: Device, definition: ConnectionDefinition) -> Iterator[Exchange]:
    uris, unread = device.names("feedback_receivers"), doubt(device, "feedback_receivers")
    if uris is None:
        declared = tuple(peer for peer in device.peers if peer.serves(ConnectionType.FEEDBACK_RECEIVER))
        doubtful = unread or _another_may_be_there(device, declared)
        yield from (Exchange(definition, peer, doubtful or _with_peer(peer, EXISTS)) for peer in declared)
        if not declared:
            key = "settings.toml [[feedback_receivers]]"
            yield _without_peer(definition, unread or missing(key, "No feedback receivers are recorded."))
    elif unread:
        yield from (exchange for uri in uris for exchange in _by_url(device, definition, uri))
        yield _without_peer(definition, unread)
    elif not uris:
        yield _without_peer(definition, not_applicable("no_receiver", "No feedback receiver is configured."))
    else:
        yield from (exchange for uri in uris for exchange in _by_url(device, definition, uri))


_BY_HTTP: Final = not_applicable("http_url", "The URL is http, so no certificate is exchanged.")


def _without_peer(definition: ConnectionDefinition, exists: Verdict, identifier: str = "") -> Exchange:
    return Exchange(definition, Peer(ANY_PEER, declared=False), exists, identifier)


def _by_url(device: Device, definition: ConnectionDefinition, url: str) -> list[Exchange]:
    """The peer of a URL: the declared one at its host and port, else an undeclared one with its host.

    If several are declared for that place, each is evaluated, because it is not known which of them is there.
    """
    place = place_of(url)
    if place is None:
        reason = f'"{url}" is not an http or https URL.'
        return [_without_peer(definition, missing("a URL that can be read", reason), url)]
    chosen = _at(device.peers, definition, place)
    doubtful = _another_may_be_there(device, chosen)
    names = (place.name,)
    undeclared = _undeclared(device, place)
    if urlsplit(url).scheme != "https":
        return [Exchange(definition, (chosen or (undeclared,))[0], _BY_HTTP, url, names)]
    return [
        Exchange(definition, peer, doubtful or _with_peer(peer, EXISTS), url, names) for peer in chosen or (undeclared,)
    ]


def _undeclared(device: Device, place: ServerPlace) -> Peer:
    """The server at a place for which no peer is declared; by its port, if there are peers at others of the host."""
    declared = [one for peer in device.peers for one in map(place_of, peer.identifiers) if one]
    by_port = place.port is not None and any(one.host == place.host for one in declared)
    host = f"[{place.host}]" if ":" in place.host else place.host
    return Peer(place.host, declared=False, server=f"{host}:{place.port}" if by_port else "")


def _another_may_be_there(device: Device, chosen: tuple[Peer, ...]) -> Verdict | None:
    """The open verdict of another peer that may be the server, as its names or connection types cannot be read."""
    others = (peer_doubt(other, "identifiers", "connections") for other in device.peers if other not in chosen)
    return next((found for found in others if found), None)


def _at(peers: tuple[Peer, ...], definition: ConnectionDefinition, place: ServerPlace) -> tuple[Peer, ...]:
    """The declared peers at a place: those of this type before others, and those that name the port before others."""
    ranked: dict[tuple[bool, bool], list[Peer]] = {}
    for peer in peers:
        found = [one for one in map(place_of, peer.identifiers) if one and one.host == place.host]
        exact = any(one.port == place.port for one in found)
        if exact or any(one.port is None for one in found):
            ranked.setdefault((not peer.serves(definition.connection_type), not exact), []).append(peer)
    return tuple(ranked[min(ranked)]) if ranked else ()


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """The host and port of a name, an address or a URI, in a uniform spelling.

    Attributes:
        name: the host, with a trailing dot if it has one (A10).
        port: as written, else that of http or https; None for another name without a port.
    """

    host: str
    name: str
    port: int | None


_PORTS: Final = {"https": 443, "http": 80}


def place_of(identifier: str) -> ServerPlace | None:
    """The place that an identifier names; None if there is none."""
    try:
        found = parse_reference(identifier)
    except UsageError:
        return None
    name = f"{found.host}." if found.absolute else found.host
    return ServerPlace(found.host, name, _PORTS.get(found.scheme) if found.port is None else found.port)
