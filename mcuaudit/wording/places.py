"""Places in words: "SIP trust store of leeds/mcu-1", "certificate of alice"."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.slots import SLOT_TITLES, SLOTS_OF_PEERS, Place, Slot

OF_PEERS: Final = {slot: SLOT_TITLES[slot].removeprefix("peer ") for slot in SLOTS_OF_PEERS}


def slot_words(slot: Slot) -> str:
    """What a slot is called beside its owner's name."""
    return OF_PEERS.get(slot, SLOT_TITLES[slot])


def place_words(place: Place) -> str:
    """The place with its owner."""
    return f"{slot_words(place.slot)} of {place.owner}" if place.slot else place.owner
