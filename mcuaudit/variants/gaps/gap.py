"""A gap: one missing or damaged setting, file or key of a peer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mcuaudit.variants.fills import Supposed


class GapKind(StrEnum):
    """What is missing or damaged."""

    SETTING = "setting"
    """A setting of devices, by its dotted key."""
    STORE = "store"
    """A trust store of devices, by its slot."""
    CERTIFICATE = "certificate"
    """The local certificate of a device."""
    PEER_KEY = "peer_key"
    """A key of a peer: its certificate, its store, or a word about it."""
    OTHER = "other"
    """Something whose possible values are not known, such as a whole file of settings or of peers."""


class State(StrEnum):
    """What is wrong with it."""

    MISSING = "missing"
    DAMAGED = "damaged"


class Known(StrEnum):
    """How it is known what a gap would settle."""

    EVERY_VALUE = "every_value"
    """Each value that it can have was applied to the fleet and evaluated."""
    SOME_VALUES = "some_values"
    """Some values were applied, that are far apart, such as an empty store and one with the CAs that are needed."""
    NOT_APPLIED = "not_applied"
    """Nothing was applied."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap.

    Attributes:
        kind: what it is.
        evidence: the file or key, as the column `missing_evidence` of the connections names it.
        state: missing, or damaged.
        devices: the devices whose evidence it is, by device_id, in order.
        file: where it belongs in the export, or the file that cannot be read.
        key: dotted key of a setting, slot of a store or certificate, or key of a peer; "" for others.
        peer: the name of the peer.
        declared_in: the file that declares the peer.
        why_not: why no value of it can be applied; "" if that is not known yet.
    """

    kind: GapKind
    evidence: str
    state: State
    devices: tuple[str, ...]
    file: str
    key: str = ""
    peer: str = ""
    declared_in: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One value that a gap could have: in words, and as what is supposed of the fleet."""

    words: str
    supposed: tuple[Supposed, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a gap that are applied.

    Attributes:
        values: those; empty if none can be.
        known: whether these are all.
        why_not: why none can be, in half a sentence.
    """

    values: tuple[Value, ...]
    known: Known
    why_not: str = ""


def not_applied(why: str) -> Values:
    """No value can be applied."""
    return Values((), Known.NOT_APPLIED, why)
