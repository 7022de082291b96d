"""What is presented, and the store by which it is judged."""

from __future__ import annotations

from dataclasses import dataclass

from mcuaudit.domain.certificate import Certificate


@dataclass(frozen=True, slots=True)
class Presented:
    """A certificate as it is presented: itself, what comes with it, and whether that is known to be all.

    `holder` names it in words, for example "local certificate of leeds/mcu-1".
    """

    certificate: Certificate
    chain: tuple[Certificate, ...]
    chain_complete: bool
    holder: str


@dataclass(frozen=True, slots=True)
class Store:
    """A trust store that judges.

    Attributes:
        key: join key of the frame `trust_stores`.
        members: its certificates.
        complete: all of its file was read.
        title: its name in words, for example "SIP trust store of leeds/mcu-1".
        file: its file, or the key that names it, in the export.
    """

    key: str
    members: tuple[Certificate, ...]
    complete: bool
    title: str
    file: str

    @property
    def empty(self) -> bool:
        """It was read whole, and holds no certificate."""
        return self.complete and not self.members
