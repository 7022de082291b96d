"""Functions that a child runs in tests of its limits."""

from __future__ import annotations

import os
import resource
import socket
import time

from mcuaudit.system.limited_worker import _limit_time


def burn() -> None:
    while True:
        pass


def take(octets: int) -> int:
    return len(bytearray(octets))


def pid() -> int:
    return os.getpid()


def end() -> None:
    os._exit(3)


def fail() -> None:
    raise LookupError("as the function says")


def say() -> str:
    print("not a result")
    return "a result"


def connect(port: int) -> str:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError as error:
        return type(error).__name__
    return "connected"


def burn_for(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def local() -> object:
    return lambda: None


def limit_between_calls() -> tuple[int, int]:
    """The limit of processor time as it is between two calls, and the most that it may be."""
    _limit_time(None)
    return resource.getrlimit(resource.RLIMIT_CPU)
