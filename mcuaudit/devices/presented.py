"""A presented certificate, and a trust store that verifies it."""

from __future__ import annotations

from dataclasses import dataclass

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.slots import SLOT_FILES, Place, Slot
from mcuaudit.wording.places import place_words


def evidence_of(place: Place) -> str:
    """The file of a certificate, or the key that names it."""
    if place.slot is Slot.PEER_CERTIFICATE:
        return place.file or f'peers.toml [[peer]] "{place.owner}" certificate'
    return place.file or (SLOT_FILES.get(place.slot, "") if place.slot else "")


@dataclass(frozen=True, slots=True)
class Presented:
    """A presented certificate with its chain, and whether the chain is known to be complete.

    `place` is the slot and owner of the certificate; `file` the file in the export, "" if it is not known;
    `chain_damaged` says that a part of the file cannot be read.
    """

    certificate: Certificate
    chain: tuple[Certificate, ...]
    chain_complete: bool
    place: Place
    chain_damaged: bool = False
    file: str = ""

    @property
    def evidence(self) -> str:
        """The file of the certificate, or what would contain it."""
        return self.file or evidence_of(self.place)

    @property
    def holder(self) -> str:
        """The place in words, for example \"local certificate of leeds/mcu-1\"."""
        return place_words(self.place)


@dataclass(frozen=True, slots=True)
class Store:
    """A trust store.

    Attributes:
        key: join key of the frame `trust_stores`.
        members: its certificates.
        complete: its whole file was read.
        place: slot and owner, with its file in the export, or the key that names the file.
    """

    key: str
    members: tuple[Certificate, ...]
    complete: bool
    place: Place

    @property
    def title(self) -> str:
        """The place in words, for example "SIP trust store of leeds/mcu-1"."""
        return place_words(self.place)

    @property
    def empty(self) -> bool:
        """Its whole file was read, and contains no certificate."""
        return self.complete and not self.members
