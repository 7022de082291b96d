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
    """A trust store: join key, whether all of its file was read, its name in words, its file or key in the export."""

    key: str
    complete: bool
    empty: bool
    title: str
    file: str
