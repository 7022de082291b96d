"""The farther peers that a name in a nearer peers.toml may be a misspelling of."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import SequenceMatcher
from typing import Final

from mcuaudit.decode.records import PeerDeclaration
from mcuaudit.domain.likeness import within_one_edit
from mcuaudit.domain.name_forms import in_nfc

_SHORTEST: Final = 3
"""In shorter names, one edit is no sign of a mistake."""
_OF_ITS_OWN: Final = frozenset({"identifiers", "certificate", "user"})


def near_peers(declared: PeerDeclaration, farther: Collection[str], beside: Collection[str]) -> tuple[str, ...]:
    """The farther peers that a declaration may be meant for whose name no farther file has: those of nearly its name.

    One without connections describes no peer of its own, so it may be meant for each of them.

    Args:
        farther: the names of all farther peers.
        beside: the names of the file of the declaration; what it declares itself is not misspelt.
    """
    if declared.name in farther:
        return ()
    others = [name for name in farther if name not in beside]
    alike = tuple(name for name in others if _may_mean(declared, name))
    keys = declared.values.keys() | declared.damaged
    if alike or keys <= {"name"} or not keys.isdisjoint({"connections", "device"}):
        return alike
    return tuple(sorted(others, key=lambda name: -SequenceMatcher(None, declared.name, name).ratio()))


def is_nearly(name: str, other: str) -> bool:
    """Whether two names of peers are the same but for case, form, or one character."""
    one, two = _folded(name), _folded(other)
    return one == two or (min(len(one), len(two)) >= _SHORTEST and within_one_edit(one, two))


def _may_mean(declared: PeerDeclaration, name: str) -> bool:
    if not is_nearly(declared.name, name):
        return False
    one, two = _folded(declared.name), _folded(name)
    # room-1 and room-2 are two peers if each is described as one.
    numbered = one != two and re.sub(r"\d", "0", one) == re.sub(r"\d", "0", two)
    keys = declared.values.keys() | declared.damaged
    return not (numbered and "connections" in keys and keys & _OF_ITS_OWN)


def _folded(name: str) -> str:
    return in_nfc(name).casefold()
