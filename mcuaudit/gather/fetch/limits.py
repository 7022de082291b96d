"""How long and how much one device may send; and the reason why something could not be read from it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from mcuaudit.errors import McuAuditError
from mcuaudit.wording.numbers import memory_words


class NotRead(McuAuditError):
    """Something could not be read from a device or peer; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits for one device or peer.

    Attributes:
        connect: seconds until a connection is there, with its TLS handshake.
        read: seconds until the next octets of an answer.
        whole: seconds for all of it.
        octets: octets that it may send in all.
    """

    connect: float = 10.0
    read: float = 20.0
    whole: float = 120.0
    octets: int = 8 << 20


class Budget:
    """What is left of the limits of one device."""

    def __init__(self, limits: Limits, ended: threading.Event) -> None:
        """`ended` is set when the run ends early, for example by Control-C: nothing more is read then."""
        self.limits = limits
        self._ended = ended
        self._until = time.monotonic() + limits.whole
        self._octets = limits.octets

    def seconds(self, most: float) -> float:
        """The seconds that the next step may take, at most `most`.

        Raises:
            NotRead: the time for the device is over.
        """
        if self._ended.is_set():
            raise NotRead("the run was ended")
        left = self._until - time.monotonic()
        if left <= 0:
            raise NotRead(f"it took longer than its time limit, {self.limits.whole:g} s (--timeout)")
        return min(most, left)

    def take(self, octets: int) -> None:
        """Count octets that came.

        Raises:
            NotRead: it sent more than it may.
        """
        self._octets -= octets
        if self._octets < 0:
            raise NotRead(f"it sent more than {memory_words(self.limits.octets)}, which no answer of a device has")
