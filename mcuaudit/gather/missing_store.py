"""A trust store that an export lacks, and what its device says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mcuaudit.domain.slots import SLOT_FILES, Slot

PORTS: Final[Mapping[Slot, str]] = {Slot.SIP_TRUST_STORE: "SIP TLS port", Slot.HTTPS_TRUST_STORE: "HTTPS port"}
"""The port that asks for client certificates of the CAs in a store; the Call Home store has none."""


@dataclass(frozen=True, slots=True)
class MissingStore:
    """A trust store that the export does not have.

    Attributes:
        asked: the names of CAs with which the port of the device asks for client certificates, as `fetch` recorded
            them; empty if it did not.
    """

    site: str
    device: str
    slot: Slot
    asked: frozenset[str] = frozenset()

    @property
    def place(self) -> str:
        """Its file."""
        return f"{self.site}/{self.device}/{SLOT_FILES[self.slot]}"
