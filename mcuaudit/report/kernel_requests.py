"""What a process and its warm parent say to each other over a socket.

A request is a JSON object with its length before it. An answer is two numbers of fixed length: that of the request, and
the process id of the kernel with a handle of it, or the number of the system's error without one.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

_LENGTH: Final = struct.Struct("!I")
_ANSWER: Final = struct.Struct("!QQ")


def send_request(connection: socket.socket, request: Mapping[str, Any]) -> None:
    """Send a request.

    Raises:
        OSError: the other end is closed.
    """
    written = json.dumps(request).encode()
    connection.sendall(_LENGTH.pack(len(written)) + written)


def received_request(connection: socket.socket) -> dict[str, Any] | None:
    """The next request; None if the other end is closed."""
    length = _received(connection, _LENGTH.size)
    written = _received(connection, *_LENGTH.unpack(length)) if length else None
    return json.loads(written) if written else None


def send_answer(connection: socket.socket, request: int, said: int, handles: Sequence[int]) -> None:
    """Answer the request of that number."""
    socket.send_fds(connection, [_ANSWER.pack(request, said)], handles)


class Answer(NamedTuple):
    """An answer of the warm parent.

    Attributes:
        request: the number of the request.
        said: the process id of the kernel, or the number of an error of the system.
        handle: of the kernel; None if there is none.
        lost: there is a kernel, and this process may have no further handle.
    """

    request: int
    said: int
    handle: int | None
    lost: bool


def received_answer(connection: socket.socket) -> Answer | None:
    """The next answer; None if the other end is closed.

    Raises:
        OSError: the other end is closed.
    """
    answer, handles, flags, _ = socket.recv_fds(connection, _ANSWER.size, 1)
    if len(answer) < _ANSWER.size:
        return None
    handle = handles[0] if handles else None
    request, said = _ANSWER.unpack(answer)
    return Answer(request, said, handle, lost=handle is None and bool(flags & socket.MSG_CTRUNC))


def _received(connection: socket.socket, length: int) -> bytes | None:
    found = b""
    while len(found) < length:
        part = connection.recv(length - len(found))
        if not part:
            return None
        found += part
    return found
