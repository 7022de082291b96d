"""OCSP servers and feedback receivers: which peer stands at a URL."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.oracles.law.description import Device, Peer
from tests.oracles.law.names import address, equal, host_of


@dataclass(frozen=True)
class Place:
    """Host and port of a URL."""

    host: str
    port: int


def place_of(url: str) -> Place:
    parts = urlsplit(url)
    return Place(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))


def peers_at(url: str, device: Device, connection: str) -> tuple[Peer, ...]:
    """The declared peers at that place: those that name its port, else those that name the host alone."""
    place = place_of(url)
    declared = [peer for peer in device.peers if connection in peer.connections]
    exact = [peer for peer in declared if any(_names(one, place, by_port=True) for one in peer.identifiers or ())]
    loose = [peer for peer in declared if any(_names(one, place, by_port=False) for one in peer.identifiers or ())]
    return tuple(exact or loose)


def _names(identifier: str, place: Place, *, by_port: bool) -> bool:
    if equal(host_of(identifier), place.host) != "yes":
        return False
    port = _port(identifier)
    return port == place.port if by_port else port is None


def _port(identifier: str) -> int | None:
    if "//" in identifier:
        return place_of(identifier).port
    _, colon, port = identifier.rpartition(":")
    return int(port) if colon and port.isdigit() and address(identifier) is None else None
