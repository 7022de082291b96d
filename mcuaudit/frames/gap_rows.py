"""Rows of the frame `gaps`: their order, and those of one site."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.frames.declared_frames import build_frame

LISTS: Final = {
    "undetermined_connections": "connections",
    "settled_connections": "settles",
    "perhaps_settled_connections": "may_settle",
    "together_connections": "settles_together",
}
"""By the list of connections of a gap, the column that counts them; those of settles may settle, too."""
_NOT_APPLIED: Final = "not_applied"


def rank(row: Mapping[Any, Any]) -> tuple[int, int, int, str]:
    """What may settle most first; of what was not applied, what most connections lack."""
    applied = str(row["known"]) != _NOT_APPLIED
    at_best = row["may_settle"] if applied else row["connections"]
    return -int(at_best), -int(row["settles"] if applied else 0), -int(row["connections"]), str(row["evidence"])


def counted(lists: Mapping[str, Collection[str]], known: str) -> dict[str, Any]:
    """The columns of the lists of connections of a gap, and their numbers."""
    cells: dict[str, Any] = {name: join_names(sorted(lists[name])) for name in LISTS}
    numbers = {column: len(lists[name]) for name, column in LISTS.items()}
    numbers["may_settle"] += numbers["settles"]
    if known == _NOT_APPLIED:
        numbers = {"connections": numbers["connections"]}
    return {**cells, **numbers}


def gaps_of_site(gaps: pd.DataFrame, devices: Collection[str], connections: Collection[str]) -> pd.DataFrame:
    """The gaps of some devices, with the connections of these alone."""
    rows = []
    for row in gaps.to_dict("records"):
        lists = {name: [one for one in split_names(str(row[name])) if one in connections] for name in LISTS}
        if any(lists.values()) or any(name in devices for name in split_names(row["devices"])):
            former = {str(name): cell for name, cell in row.items() if name not in LISTS.values()}
            rows.append({**former, **counted(lists, str(row["known"]))})
    return build_frame("gaps", sorted(rows, key=rank))
