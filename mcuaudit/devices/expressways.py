"""Which SIP peers of a device are Expressways: by their product, or by the standard vcs."""

from __future__ import annotations

from mcuaudit.devices.names import SIP
from mcuaudit.devices.peer import Peer
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.standards import Standard

EXPRESSWAY = "Expressway"
LARGEST_KEY = 4096
"""Bits of a key; a longer one can keep a SIP zone of an Expressway down."""


def is_expressway(peer: Peer) -> Answer:
    """Whether a SIP peer is an Expressway; open if its product or standard cannot be read."""
    if not any(map(peer.serves, SIP)):
        return Answer.NO
    if peer.product == EXPRESSWAY or peer.standard is Standard.VCS:
        return Answer.YES
    return Answer.OPEN if {"product", "standard"} & peer.damage.keys() else Answer.NO


def unread_of(peer: Peer) -> str:
    """The file or key that cannot be read and would say so; "" if none."""
    return next((peer.damage[key] for key in ("product", "standard") if key in peer.damage), "")
