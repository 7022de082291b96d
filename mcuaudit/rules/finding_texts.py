"""The texts of what a rule reports: message, advice, cause, remedy and reference of a row that fails or is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from mcuaudit.devices.file_remedy import file_remedy
from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.rules.declaration import placeholders
from mcuaudit.rules.rule import Rule
from mcuaudit.rules.views.view_frame import ViewFrame
from mcuaudit.wording.causes import cause_words
from mcuaudit.wording.phrases import begun
from mcuaudit.wording.remedies import remedy_sentence


def reference_is_added(rule: Rule) -> bool:
    """Whether the reference of a finding has a column that a function of the rule sets."""
    return bool(_names(rule.reference) & set(rule.adds))


@cache
def _names(*templates: str) -> frozenset[str]:
    return frozenset(name for template in templates for name in placeholders(template))


def texts_of(
    rule: Rule,
    frame: pd.DataFrame,
    rows: npt.NDArray[np.intp],
    undetermined: Sequence[bool],
    lacks: Sequence[tuple[str, bool] | None],
    at: pd.Timestamp,
) -> list[dict[str, str]]:
    """The texts of these rows of the frame, which fail or are undetermined.

    `lacks` has of each what would settle a missing column and whether that is there and cannot be read; None where no
    column is missing.
    """
    texts: list[dict[str, str]] = []
    names = _names(rule.reference)
    if not all(lacks):
        names |= _names(rule.message, rule.undetermined_message, rule.fix, *rule.cause.subject)
        names |= _names(*rule.remedy.parts) if rule.remedy else frozenset()
    has = frame.has if isinstance(frame, ViewFrame) else frame.columns.__contains__
    rests = [name for name in ("missing_evidence", "readings") if has(name)] if rule.undetermined else []
    lacking_names = {name for name in (_UNREADABLE, "peer") if has(name)} if any(lacks) else set()
    columns = {name: frame[name].iloc[rows].tolist() for name in {*names, *rests, *lacking_names}}
    for number, lack in enumerate(lacks):
        row = {name: column[number] for name, column in columns.items()}
        words = {name: _word(value) for name, value in row.items()}
        if lack:
            fields, peer = (row.get(name) for name in (_UNREADABLE, "peer"))
            lacking = _lacking_texts(
                rule.code, *lack, fields if isinstance(fields, str) else "", isinstance(peer, str) and bool(peer)
            )
            texts.append({"reference": rule.reference.format_map(words), **lacking})
        else:
            texts.append(_found_texts(rule, row, words, at, undetermined=undetermined[number]))
    return texts


_UNREADABLE: Final = "unreadable_fields"


@cache
def _lacking_texts(code: str, evidence: str, damaged: bool, fields: str, of_peer: bool) -> dict[str, str]:
    """Why a row is undetermined: its evidence is damaged, fields of its certificate are, or it is not in the export."""
    unreadable = f"the certificate has unreadable fields: {', '.join(split_names(fields))}"
    why = f"{evidence} cannot be read" if damaged else unreadable if fields else f"{evidence} is not in the export"
    cause = CauseKind.DAMAGED_EVIDENCE if damaged or fields else CauseKind.MISSING_EVIDENCE
    kind = RemedyKind.CORRECT_EVIDENCE if damaged else RemedyKind.EXPORT_AGAIN if fields else RemedyKind.ADD_EVIDENCE
    # The names of a device's files decide what they are for; those of a peer's files do not.
    named = damaged and not of_peer and " " not in evidence.replace(" and ", "")
    remedy = file_remedy(evidence) if named else Remedy(kind, (evidence,))
    return {
        "message": f"{code} cannot be evaluated: {why}.",
        "missing_evidence": evidence,
        **_cause(Cause(cause, (evidence,))),
        **_remedy(remedy),
    }


def _found_texts(
    rule: Rule, row: Mapping[str, Any], words: Mapping[str, str], at: pd.Timestamp, *, undetermined: bool
) -> dict[str, str]:
    message = rule.undetermined_message or rule.message if undetermined else rule.message
    text = message.format_map({**words, **_times_of_day(row, at)})
    texts = {
        "reference": rule.reference.format_map(words),
        **_cause(rule.cause.of(words)),
        # A message about a file begins with its name, as it is written.
        "message": text if message.startswith("{file}") else begun(text),
        "fix": rule.fix.format_map(words),
    }
    if remedy := rule.remedy and rule.remedy.of(words):
        texts["remedy_id"] = remedy.remedy_id
    if undetermined:
        rests = {
            key: row[key] for key in ("missing_evidence", "readings") if isinstance(row.get(key), str) and row[key]
        }
        texts |= {"readings": rule.reading} | rests if rule.reading else rests
    return texts


def texts_of_failure(rule: Rule, reason: str) -> dict[str, str]:
    """The texts of a row whose rule raised an exception."""
    return {
        "message": reason,
        "fix": f"Report this to the maintainers of {rule.package or 'mcuaudit'}.",
        **_cause(Cause(CauseKind.RULE, (rule.code,))),
    }


def _cause(cause: Cause) -> dict[str, str]:
    return {"cause_id": cause.cause_id, "cause": cause_words(cause)}


def _remedy(remedy: Remedy) -> dict[str, str]:
    return {"remedy_id": remedy.remedy_id, "fix": remedy_sentence(remedy)}


def _word(value: Any) -> str:
    """A value of a row as text for a message: dates as dates, numbers without a fraction, lists with commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    if isinstance(value, pd.Timestamp):
        return f"{value.day} {value:%B %Y}" if value is not pd.NaT else "an unknown date"
    return "" if value is None or value is pd.NA or value != value else str(value)


def _times_of_day(row: Mapping[str, Any], at: pd.Timestamp) -> dict[str, str]:
    """The times of the day of the audit with their time of day, without which the date could contradict the outcome."""
    return {
        name: f"{_word(value)}, {value:%H:%M:%S} UTC"
        for name, value in row.items()
        if isinstance(value, pd.Timestamp) and not pd.isna(value) and value.date() == at.date()
    }
