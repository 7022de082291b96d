"""Which software a peer is taken to verify with, by its product and standard."""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.peer import Peer
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verifiers import Verifier

_PRODUCTS: Final = ("Expressway", "endpoint")
_STANDARDS: Final = (Standard.VCS, Standard.MCU)


def verifier_of(peer: Peer) -> Verifier:
    """How a peer verifies paths and purposes. It counts as an MCU only if it is one of the fleet.

    The standard is a rule for names: an endpoint that follows the guideline for MCUs is not an MCU.
    """
    if peer.peer_device:
        return Verifier.MCU
    return Verifier.OPENSSL if peer.product in _PRODUCTS or peer.standard in _STANDARDS else Verifier.UNRECORDED
