"""Peers that are declared for one server: the same host and port."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from mcuaudit.domain.connections import ConnectionType
from mcuaudit.frames.peer_declarations import Declared

_SERVERS: Final = (ConnectionType.OCSP_SERVER.value, ConnectionType.FEEDBACK_RECEIVER.value)
_PORTS: Final = {"https": 443, "http": 80}


def same_places(peers: Sequence[Declared]) -> Iterator[tuple[Declared, Declared, str]]:
    """A second peer for a server that another is declared for, with that other one and the place."""
    first: dict[tuple[str, str, int | None], Declared] = {}
    for peer in peers:
        for kind in (word for word in _values(peer, "connections") if word in _SERVERS):
            for host, port in dict.fromkeys(map(_place, _values(peer, "identifiers"))):
                other = first.setdefault((kind, host, port), peer)
                if host and other is not peer:
                    yield other, peer, host if port is None else f"{host}:{port}"


def _values(peer: Declared, key: str) -> tuple[str, ...]:
    entry = peer.get(key)
    return tuple(entry.value) if entry and entry.usable and entry.value else ()


def _place(identifier: str) -> tuple[str, int | None]:
    """Host and port; the text itself where it has none."""
    text = identifier.strip().lower()
    scheme, separator, _ = text.partition("://")
    try:
        parts = urlsplit(text if separator else f"//{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        # An IPv6 address without brackets.
        host, port = text, None
    try:
        host = ipaddress.ip_address(host).compressed
    except ValueError:
        host = host.removesuffix(".")
    return host, (_PORTS.get(scheme) if separator and port is None else port)
