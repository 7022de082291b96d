"""Which software a peer is taken to verify with, by its product and standard."""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.peer import Peer
from mcuaudit.domain.judges import Judge
from mcuaudit.domain.standards import Standard

_PRODUCTS: Final = ("Expressway", "endpoint")
_STANDARDS: Final = (Standard.VCS, Standard.MCU)


def judge_of(peer: Peer) -> Judge:
    """How a peer judges paths and purposes: as an MCU only if it is one of the fleet.

    The standard is a rule for names: an endpoint that follows the guideline for MCUs is not an MCU.
    """
    if peer.peer_device:
        return Judge.MCU
    return Judge.OPENSSL if peer.product in _PRODUCTS or peer.standard in _STANDARDS else Judge.UNRECORDED
