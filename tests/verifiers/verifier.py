"""What every verifier is: a module with a name, a version, and decisions about chains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from tests.verifiers.chains import Chain

Answer = Literal["accepted", "refused", "unreadable"]


@dataclass(frozen=True)
class Decision:
    """What a verifier answers, in its own words; `unreadable`: it cannot read a certificate, so it accepts nothing."""

    answer: Answer
    words: str = ""

    @property
    def accepted(self) -> bool:
        return self.answer == "accepted"


ACCEPTED = Decision("accepted")


class Verifier(Protocol):
    """A module of this package."""

    NAME: str
    PACKAGE: str
    """The package that brings it."""

    def version(self) -> str | None:
        """Its version, or None if it is not installed."""

    def decide(self, chains: Sequence[Chain]) -> list[Decision]:
        """A decision for each chain, in their order, at the time `tests.authority.NOW`."""
