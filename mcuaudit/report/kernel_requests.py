"""What a process and its warm parent say to each other: a JSON object with its length before it, over a socket."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from typing import Any, Final

_LENGTH: Final = 4


def send_request(connection: socket.socket, request: Mapping[str, Any]) -> None:
    """Send a request.

    Raises:
        OSError: the other end is closed.
    """
    written = json.dumps(request).encode()
    connection.sendall(len(written).to_bytes(_LENGTH, "big") + written)


def received_request(connection: socket.socket) -> dict[str, Any] | None:
    """The next request; None if the other end is closed."""
    length = _received(connection, _LENGTH)
    written = _received(connection, int.from_bytes(length, "big")) if length else None
    return json.loads(written) if written else None


def _received(connection: socket.socket, length: int) -> bytes | None:
    found = b""
    while len(found) < length:
        part = connection.recv(length - len(found))
        if not part:
            return None
        found += part
    return found
