"""What to collect, in words: the gaps of the evidence and what they would settle."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.frames.containers import Audit
from mcuaudit.system.progress import Progress
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import UNDETERMINED, is_missing, listed, said

Row = Mapping[Hashable, Any]
APPLIED_UP_TO: Final = 300
"""Pages and the end of `check` fill in nothing for more devices."""
MOST_FOR_PAGES: Final = 40
MOST_AT_THE_END: Final = 12
"""So many files and keys of devices are filled in at the end of `check`, where a person waits."""
_TOO_MANY: Final = (
    f"Nothing was filled in, for more than {APPLIED_UP_TO} devices; `mcuaudit check --gaps` says what would settle "
    "most."
)
_REDACTED: Final = "Nothing was filled in: a redacted audit has no certificates."
_NO_FILE: Final = (
    "No file would settle them: they depend on readings, because Cisco's documentation leaves the question open."
)
_BEYOND: Final = "No undetermined connection lacks a file."


def gaps_within_bounds(audit: Audit, most: int, progress: Progress | None = None) -> pd.DataFrame | str:
    """The frame `gaps`, with at most so many applied; or why it was not made, as a sentence.

    An audit that has one gives that.
    """
    if audit.for_pages.gaps is not None:
        return audit.for_pages.gaps
    if audit.fleet.redacted:
        return _REDACTED
    if len(audit.devices) > APPLIED_UP_TO:
        return _TOO_MANY
    # Imported here: pages load what was made, and change nothing.
    from mcuaudit.variants.gaps.gaps import gaps

    return gaps(audit, most=most, progress=progress)


def collect_next(gaps: pd.DataFrame | str, undetermined: int) -> tuple[str, str]:
    """What to collect next of so many undetermined connections: the file or key, "" for none, and the rest in words."""
    if isinstance(gaps, str):
        return "", gaps
    if gaps.empty:
        return "", _NO_FILE if undetermined else "Nothing is missing."
    useful = collect_first(gaps, 1)
    return useful[0] if useful else ("", _NO_FILE if undetermined else _BEYOND)


def collect_first(gaps: pd.DataFrame, most: int) -> list[tuple[str, str]]:
    """At most so many gaps of undetermined connections: the file or key, and the rest in words."""
    found = []
    for row in gaps[gaps["connections"].gt(0)].head(most).to_dict("records"):
        devices = split_names(row["devices"])
        whose = "" if len(devices) == 1 and devices[0] in row["evidence"] else f" of {listed(devices)}"
        found.append((str(row["evidence"]), f"{whose}; {effect_words(row)}"))
    return found


def effect_words(row: Row) -> str:
    """``it settles 11 connections, whatever it says.``: what a gap would settle, and how that is known."""
    if not row["connections"]:
        return f"it settles no connection; {row['not_applied']}."
    if is_missing(row["may_settle"]):
        return f"{_depend(row['connections'])} on it (not applied: {row['not_applied']})."
    surely, perhaps, together = (int(row[name]) for name in ("settles", "may_settle", "settles_together"))
    parts = []
    if surely:
        parts.append(f"it settles {plural(surely, 'connection')}")
    if perhaps > surely:
        parts.append(
            f"{'perhaps ' if surely else 'it perhaps settles '}{perhaps - surely:,}{' more' if surely else ''}"
        )
    if together:
        parts.append(f"{together:,} only together with something else")
    words = listed(parts, len(parts)) if parts else "it settles none alone"
    remarks = [] if row["known"] == "every_value" else ["some values were tried"]
    remarks += [f"not applied for every device: {row['not_applied']}"] if said(row["not_applied"]) else []
    return f"{words} ({'; '.join(remarks)})." if remarks else f"{words}."


def gap_lines(gaps: pd.DataFrame) -> list[str]:
    """A line per gap, for a pipe."""
    return [gap_line(row) for row in gaps.to_dict("records")]


def gap_line(row: Row) -> str:
    """File or key, devices, what it would settle, where it is found."""
    found = f" Found: {row['page']}." if said(row["page"]) else ""
    return f"{row['evidence']} ({listed(split_names(row['devices']))}): {effect_words(row)}{found}"


def settles_cell(row: Row) -> str:
    """The number of connections that a gap settles, for a table."""
    if not row["connections"]:
        return "0"
    if is_missing(row["may_settle"]):
        return "not applied"
    surely, perhaps = int(row["settles"]), int(row["may_settle"])
    return f"{surely:,}" if surely == perhaps else f"{surely:,} to {perhaps:,}"


def gaps_sentence(gaps: pd.DataFrame, undetermined: int) -> str:
    """How many gaps there are, for so many undetermined connections."""
    of_connections = gaps[gaps["connections"] > 0]
    lacking = {name for cell in of_connections["undetermined_connections"] for name in split_names(cell)}
    of = f"{len(lacking):,} of {plural(undetermined, f'{UNDETERMINED} connection')}"
    named = f"{plural(len(of_connections), 'gap')}: what {of} {'lacks' if len(lacking) == 1 else 'lack'}."
    if of_connections.empty:
        named = _NO_FILE if undetermined else "No connection is undetermined."
    beyond = len(gaps) - len(of_connections)
    return f"{named} {plural(beyond, 'other')}: what refused connections and findings lack." if beyond else named


def _depend(number: int) -> str:
    return f"{plural(int(number), 'connection')} {'depends' if number == 1 else 'depend'}"
