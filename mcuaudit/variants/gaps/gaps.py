"""The frame `gaps`: what to collect, and the connections that it would settle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from mcuaudit.devices.file_remedy import file_remedy
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Slot
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.gap_rows import counted, rank
from mcuaudit.frames.redacted import check_not_redacted
from mcuaudit.system.progress import Progress, shows_progress
from mcuaudit.variants.gaps.applied import Applied, AppliedGaps
from mcuaudit.variants.gaps.beyond import gaps_beyond
from mcuaudit.variants.gaps.gap import Gap, GapKind, Known, State
from mcuaudit.wording.device_pages import page_of_peer_key, page_of_setting, page_of_slot
from mcuaudit.wording.remedies import remedy_sentence


@shows_progress
def gaps(audit: Audit, *, most: int | None = None, progress: Progress | None = None) -> pd.DataFrame:
    """What is missing or cannot be read, and how many undetermined connections it would settle.

    Each file and key that an undetermined connection lacks is given each value that it could have: every label of a
    setting, an empty store and one with the CAs that are needed, a suitable certificate and one that has ended. The
    fleet is evaluated with each, so the counts are those of the audit with that value in the export. The same file or
    key of several devices is one row; each device is filled in alone. What only refused connections and undetermined
    findings lack is listed last, and is not applied.

        audit.gaps()[["evidence", "devices", "settles", "may_settle", "page"]]

    Args:
        audit: how things are.
        most: of a large fleet, fill in only so many files and keys of devices, those first that most connections lack;
            the rows of the others say so. By default all are.
        progress: called with the number of gaps that are done.

    Returns:
        the frame `gaps`, what would settle most first; ``mcuaudit.describe("gaps")`` documents its columns.

    Raises:
        UsageError: the audit is redacted.
    """
    check_not_redacted(audit.fleet, "nothing can be filled in")
    done = (lambda number, total: progress("gaps", number, total)) if progress else None
    groups: dict[str, list[Applied]] = {}
    applied = AppliedGaps(audit, most, done)
    for one in (*applied.gaps, *gaps_beyond(audit, applied)):
        groups.setdefault(one.gap.evidence, []).append(one)
    rows = [_row(evidence, of_devices) for evidence, of_devices in groups.items()]
    return build_frame("gaps", sorted(rows, key=rank))


def _row(evidence: str, every: Sequence[Applied]) -> dict[str, Any]:
    applied = [one for one in every if one.settled]
    surely, perhaps = (_union(getattr(one, name) for one in applied) for name in ("surely", "perhaps"))
    lacking, together = (_union(getattr(one, name) for one in every) for name in ("lacking", "together"))
    known = _known(every) if applied else Known.NOT_APPLIED
    lists = {
        "undetermined_connections": lacking, "settled_connections": surely,
        "perhaps_settled_connections": perhaps - surely, "together_connections": together - perhaps,
    }  # fmt: skip
    first = every[0].gap
    words = dict.fromkeys(value.words for one in applied for value in one.values.values)
    return {
        "evidence": evidence,
        "state": first.state,
        "devices": join_names(sorted({name for one in every for name in one.gap.devices})),
        "files": join_names(sorted({one.gap.file for one in every if one.gap.file})),
        "page": _page(first),
        "remedy": remedy_sentence(_remedy(first)),
        **counted(lists, known),
        "known": known,
        "values": "; ".join(words),
        "not_applied": "; ".join(dict.fromkeys(one.values.why_not for one in every if one.values.why_not)),
    }


def _union(sets: Any) -> set[str]:
    return set[str]().union(*sets)


def _known(every: Sequence[Applied]) -> Known:
    """Of several devices, what is known least of those that were applied."""
    order = list(Known)
    return max((one.values.known for one in every if one.settled), key=order.index)


def _remedy(gap: Gap) -> Remedy:
    if gap.state is State.MISSING:
        return Remedy(RemedyKind.ADD_EVIDENCE, (gap.evidence,))
    return file_remedy(gap.evidence)


def _page(gap: Gap) -> str:
    if gap.kind is GapKind.SETTING:
        return page_of_setting(gap.key)
    if gap.kind in (GapKind.STORE, GapKind.CERTIFICATE):
        return page_of_slot(Slot(gap.key))
    return page_of_peer_key(gap.key) if gap.key else ""
