"""What is presented, and the store by which it is judged."""

from __future__ import annotations

from dataclasses import dataclass

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.slots import Place
from mcuaudit.wording.places import place_words


@dataclass(frozen=True, slots=True)
class Presented:
    """A certificate as it is presented: itself, what comes with it, and whether that is known to be all.

    `place` is where it is kept: the local certificate of a device, the certificate of a peer.
    """

    certificate: Certificate
    chain: tuple[Certificate, ...]
    chain_complete: bool
    place: Place

    @property
    def holder(self) -> str:
        """The place in words, for example \"local certificate of leeds/mcu-1\"."""
        return place_words(self.place)


@dataclass(frozen=True, slots=True)
class Store:
    """A trust store that judges.

    Attributes:
        key: join key of the frame `trust_stores`.
        members: its certificates.
        complete: all of its file was read.
        place: slot and owner, with its file, or the key that names it, in the export.
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
        """It was read whole, and holds no certificate."""
        return self.complete and not self.members
