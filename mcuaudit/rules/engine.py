"""Every rule over its view gives evaluations; a rule that raises gives open and a note, never a pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.frames.schema import SCHEMAS, conform
from mcuaudit.rules.rule import Context, Rule
from mcuaudit.rules.views import Views, evidence_for
from mcuaudit.wording.causes import cause_words
from mcuaudit.wording.phrases import begun
from mcuaudit.wording.remedies import remedy_sentence

_TEXTS = ("message", "fix", "remedy_id", "cause", "cause_id", "missing_evidence", "readings", "reference")
_CARRIED = ("site", "device", "device_id", "certificate", "trust_store", "peer", "connection_id", "file")


def evaluate(rules: Iterable[Rule], views: Views, context: Context) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """The frame `evaluations`, and a problem for every rule that failed itself."""
    parts: list[pd.DataFrame] = []
    problems: list[dict[str, Any]] = []
    for rule in rules:
        try:
            # A shallow copy: a rule may add columns for its texts without other rules seeing them.
            view = views[rule.view].copy(deep=False)
            part = _evaluate(rule, view, context)
        except Exception as error:  # noqa: BLE001 - a rule must not take the audit down, nor pass in silence
            reason = f"the rule {rule.code} failed itself: {type(error).__name__}: {error}"
            file = rule.package or f"rules/{rule.name}"
            problems.append({"kind": "internal", "file": file, "where": rule.code, "reason": reason})
            part = _undetermined(rule, views["devices"], reason)
        parts.append(part)
    columns = SCHEMAS["evaluations"].names
    whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return conform("evaluations", whole.reindex(columns=columns)), problems


def _evaluate(rule: Rule, view: pd.DataFrame, context: Context) -> pd.DataFrame:
    part = _frame(rule, view)
    outcome = pd.Series(Outcome.PASS.value, index=view.index, dtype=object)
    if len(view):
        fails = _boolean(rule.mask(view, context))
        outcome[fails] = Outcome.FAIL.value
        if rule.undetermined:
            outcome[_boolean(rule.undetermined(view, context)) & ~fails] = Outcome.OPEN.value
    lacking = pd.Series("", index=view.index, dtype=object)
    for column in (*rule.when, *rule.needs):
        lacking = lacking.mask((lacking == "") & view[column].isna(), evidence_for(column))
    outcome[lacking != ""] = Outcome.OPEN.value
    for column, values in rule.when.items():
        outcome[view[column].notna() & ~view[column].isin(list(values))] = Outcome.NOT_APPLICABLE.value
    part["outcome"] = outcome
    speaking = outcome.isin([Outcome.FAIL.value, Outcome.OPEN.value])
    return _with_texts(rule, view, part, speaking, lacking)


def _with_texts(
    rule: Rule, view: pd.DataFrame, part: pd.DataFrame, speaking: pd.Series, lacking: pd.Series
) -> pd.DataFrame:
    texts: dict[Any, dict[str, str]] = {}
    for index, row in zip(view.index[speaking], view[speaking].to_dict("records"), strict=True):
        texts[index] = _texts(
            rule, {str(key): value for key, value in row.items()}, str(part.at[index, "outcome"]), lacking[index]
        )
    for column in _TEXTS:
        part[column] = pd.Series({index: text.get(column) for index, text in texts.items()}, dtype=object).reindex(
            view.index
        )
    return part


def _texts(rule: Rule, row: Mapping[str, Any], outcome: str, lacking: str) -> dict[str, str]:
    values = _Words(row)
    texts = {"reference": rule.reference.format_map(values)}
    if lacking:
        return texts | {
            "message": f"{rule.title}: not known, because {lacking} is not in the export.",
            "missing_evidence": lacking,
            **_cause(Cause(CauseKind.MISSING_EVIDENCE, (lacking,))),
            **_remedy(Remedy(RemedyKind.ADD_EVIDENCE, (lacking,))),
        }
    undetermined = outcome == Outcome.OPEN.value
    message = rule.undetermined_message or rule.message if undetermined else rule.message
    texts |= _cause(rule.cause.of(values))
    texts |= {"message": begun(message.format_map(values)), "fix": rule.fix.format_map(values)}
    if rule.remedy:
        texts["remedy_id"] = rule.remedy.format_map(values)
    if undetermined:
        told = {key: row[key] for key in ("missing_evidence", "readings") if isinstance(row.get(key), str) and row[key]}
        texts |= {"readings": rule.reading} | told if rule.reading else told
    return texts


def _cause(cause: Cause) -> dict[str, str]:
    return {"cause_id": cause.cause_id, "cause": cause_words(cause)}


def _remedy(remedy: Remedy) -> dict[str, str]:
    return {"remedy_id": remedy.remedy_id, "fix": remedy_sentence(remedy)}


class _Words(dict[str, Any]):
    """The values of a row as texts for a message: dates as dates, numbers without a fraction, lists with commas."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        super().__init__({key: _word(value) for key, value in row.items()})


def _word(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    if isinstance(value, pd.Timestamp):
        return f"{value.day} {value:%B %Y}" if value is not pd.NaT else "an unknown date"
    return "" if value is None or value is pd.NA or value != value else str(value)


def _frame(rule: Rule, view: pd.DataFrame) -> pd.DataFrame:
    part = pd.DataFrame({column: view[column] for column in _CARRIED if column in view.columns}, index=view.index)
    part["code"] = rule.code
    part["subject"] = view["judged"]
    part["slot"] = view["slot"].astype("str") if "slot" in view.columns else rule.slot or None
    return part


def _undetermined(rule: Rule, view: pd.DataFrame, reason: str) -> pd.DataFrame:
    part = _frame(rule, view)
    part["outcome"] = Outcome.OPEN.value
    part["message"] = reason
    part["fix"] = f"Report this to the maintainers of {rule.package or 'mcuaudit'}."
    return part.assign(**_cause(Cause(CauseKind.RULE, (rule.code,))))


def _boolean(mask: pd.Series) -> pd.Series:
    return mask.fillna(False).astype(bool)
