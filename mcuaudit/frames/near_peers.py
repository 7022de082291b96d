"""The farther peers that a name in a nearer peers.toml may be a misspelling of."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from mcuaudit.decode.records import PeerDeclaration
from mcuaudit.domain.likeness import within_one_edit
from mcuaudit.domain.name_forms import in_nfc

_SHORTEST: Final = 3
"""In shorter names, one edit is no sign of a mistake."""
_OF_ITS_OWN: Final = frozenset({"identifiers", "certificate", "user"})


def near_peers(declared: PeerDeclaration, farther: Collection[str], beside: Collection[str]) -> tuple[str, ...]:
    """The farther peers whose name is nearly that of a declaration which no farther file has.

    Args:
        farther: the names of all farther peers.
        beside: the names of the file of the declaration; what it declares itself is not misspelt.
    """
    if declared.name in farther:
        return ()
    return tuple(name for name in farther if name not in beside and _may_mean(declared, name))


def _may_mean(declared: PeerDeclaration, name: str) -> bool:
    one, two = (in_nfc(word).casefold() for word in (declared.name, name))
    if one == two:
        return True
    if min(len(one), len(two)) < _SHORTEST or not within_one_edit(one, two):
        return False
    # room-1 and room-2 are two peers if each is described as one.
    numbered = re.sub(r"\d", "0", one) == re.sub(r"\d", "0", two)
    keys = declared.values.keys() | declared.damaged
    return not (numbered and "connections" in keys and keys & _OF_ITS_OWN)
