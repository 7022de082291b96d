"""Deadlines in words: what breaks first, and what each one ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.wording.numbers import plural, spelled
from mcuaudit.wording.phrases import listed, long_date


def _breaking(deadlines: pd.DataFrame) -> pd.DataFrame:
    """The deadlines with which an accepted connection or the administration of a device ends."""
    found: pd.DataFrame = deadlines[(deadlines["connections"] > 0) | (deadlines["locked_out"] > 0)]
    return found


def breaks_first(deadlines: pd.DataFrame, zone: tzinfo = UTC) -> str:
    """The first deadline that ends something, in one sentence; what ends at the same instant is counted once."""
    found = _breaking(deadlines)
    if found.empty:
        return "No accepted connection and no administration ends with a certificate."
    first = found[found["on"] == found["on"].iloc[0]]
    connections = {name for cell in first["connection_ids"] for name in split_names(cell)}
    locked = sorted({name for cell in first["locked_out_devices"] for name in split_names(cell)})
    what = (
        first["what"].iloc[0] if len(first) == 1 else f"{len(first):,} certificates, first the {first['what'].iloc[0]}"
    )
    parts = []
    if connections:
        parts.append(plural(len(connections), "connection ends", "connections end"))
    if locked:
        parts.append(f"no administrator can log in to {listed(locked)} any more")
    when = long_date(found["on"].iloc[0], zone)
    return f"What breaks first: on {when}, with the end of {the(what)}, {listed(parts)}."


def effects(deadline: Mapping[Any, Any]) -> str:
    """What one deadline ends: ``6 connections end, 3 logins among them``; empty for nothing."""
    parts = []
    if deadline["connections"]:
        logins = f", {plural(deadline['logins'], 'login')} among them" if deadline["logins"] else ""
        parts.append(plural(deadline["connections"], "connection ends", "connections end") + logins)
    if deadline["locked_out"]:
        devices = split_names(deadline["locked_out_devices"])
        parts.append(f"no administrator can log in to {listed(devices)}")
    return "; ".join(parts)


def further_effects(deadline: Mapping[Any, Any]) -> str:
    """What is no end: what turns undetermined, begins, has ended before, or is lost with a renewal."""
    parts = []
    if deadline["undetermined"]:
        parts.append(plural(deadline["undetermined"], "accepted connection becomes", "accepted connections become"))
        parts[-1] += " undetermined"
    if deadline["maybe_locked_out"]:
        parts.append(f"whether {spelled(deadline['maybe_locked_out'], 'MCU')} can be administered becomes undetermined")
    if deadline["undetermined_before"]:
        number = deadline["undetermined_before"]
        parts.append(plural(number, "undetermined connection is refused", "undetermined connections are refused"))
    if deadline["begin"]:
        parts.append(plural(deadline["begin"], "connection begins", "connections begin") + " to be accepted")
    if deadline["begun_before"]:
        number = deadline["begun_before"]
        parts.append(plural(number, "connection that begins later ends", "connections that begin later end"))
    if deadline["earlier"]:
        number = deadline["earlier"]
        parts.append(
            plural(number, "connection that depends on it ends", "connections that depend on it end") + " earlier"
        )
    if deadline["at_renewal"]:
        number = deadline["at_renewal"]
        parts.append(
            plural(number, "connection is", "connections are")
            + " refused or undetermined once renewed without clientAuth"
        )
    return "; ".join(parts)


def happening(deadline: Mapping[Any, Any]) -> str:
    """What happens, as a clause: ``local certificate of leeds/mcu-1 ends``."""
    verb = {"ends": " ends", "begins": " becomes valid", "calendar": ""}[str(deadline["event"])]
    return f"{deadline['what']}{verb}"


def deadline_line(deadline: Mapping[Any, Any]) -> str:
    """One deadline in one line, for a pipe: the day, what happens, what it ends, and what to do."""
    known = [part for part in (effects(deadline), further_effects(deadline)) if part]
    line = f"{deadline['on']:%Y-%m-%d} {happening(deadline)}: {'; '.join(known) or 'nothing ends'}."
    return f"{line} {deadline['remedy']}".rstrip()


def the(what: str) -> str:
    """``the local certificate of leeds/mcu-1``; a number of certificates needs no article."""
    return what if what[:1].isdigit() else f"the {what}"
