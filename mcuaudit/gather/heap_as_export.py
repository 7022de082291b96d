"""A heap of files that was given as an export: certificates under any names, without anything else of a device."""

from __future__ import annotations

from mcuaudit.frames.containers import Fleet


def looks_like_a_heap(fleet: Fleet) -> bool:
    """Whether an export holds certificates alone, each of them as a device of its own, and files of no known name."""
    typed = fleet.settings["value"].notna().any()
    in_slots = len(fleet.trust_stores) or len(fleet.peers)
    unrecognised = fleet.problems["kind"].isin(["unrecognised", "secret"]).any()
    return bool(unrecognised and not typed and not in_slots)
