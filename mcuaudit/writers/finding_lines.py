"""The findings as lines of text, for pipes and for `--all`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from mcuaudit.domain.cause import CauseKind, parse_cause
from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit
from mcuaudit.summary.evidence_text import evidence_with_device
from mcuaudit.wording.phrases import UNDETERMINED, listed, said

_Alike = tuple[str, str, str, str]


def finding_lines(audit: Audit, *, everything: bool) -> Iterator[str]:
    """One finding per line: id, severity, outcome or waived, change against a baseline, what was found.

    Undetermined findings of one severity that one unreadable file causes share the line of the first, which lists the
    others.
    """
    chosen = _chosen(audit, everything=everything)
    rows = [*zip(chosen.to_dict("records"), evidence_with_device(chosen), strict=True)]
    alike: dict[_Alike, list[Mapping[Any, Any]]] = {}
    for row, _ in rows:
        key = _unreadable(row)
        if key:
            alike.setdefault(key, []).append(row)
    for row, evidence in rows:
        key = _unreadable(row)
        together = alike.get(key, []) if key else []
        if not together or together[0] is row:
            outcome = UNDETERMINED if row["outcome"] == Outcome.OPEN.value else "fail"
            word = "waived" if row["status"] == "waived" else outcome
            change = f" {row['change']}" if said(row["change"]) else ""
            text = _shared(together) if len(together) > 1 else evidence
            yield f"{row['finding_id']} {row['severity']} {word}{change} {text}"


def _chosen(audit: Audit, *, everything: bool) -> pd.DataFrame:
    """The findings that fail; with `everything` the undetermined ones too."""
    return audit.findings if everything else audit.findings[audit.findings["outcome"] == Outcome.FAIL.value]


def _unreadable(row: Mapping[Any, Any]) -> _Alike | None:
    """What undetermined findings have in common that share a line; None for another finding."""
    cause_id = said(row["cause_id"])
    if row["outcome"] != Outcome.OPEN.value or not cause_id:
        return None
    if parse_cause(cause_id).kind is not CauseKind.DAMAGED_EVIDENCE:
        return None
    return cause_id, row["severity"], said(row["status"]), said(row["change"])


def _shared(rows: list[Mapping[Any, Any]]) -> str:
    """What the findings of one unreadable file have in common, with the ids of the others."""
    devices = listed([*dict.fromkeys(said(row["device_id"]) for row in rows if said(row["device_id"]))])
    others = ", ".join(str(row["finding_id"]) for row in rows[1:])
    return f"{f'{devices}: ' if devices else ''}{rows[0]['cause']}. Undetermined for the same reason: {others}"
