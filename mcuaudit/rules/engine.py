"""Every rule over its view gives evaluations; a rule that raises gives open and a note, never a pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from mcuaudit.devices.file_remedy import file_remedy
from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.frames.schema import OUTCOME, array_of_texts, frame_of_columns
from mcuaudit.rules.declaration import placeholders
from mcuaudit.rules.failures import check_added, checked_mask, place_of_failure
from mcuaudit.rules.rule import Context, Rule
from mcuaudit.rules.views import CERTIFICATE_COLUMNS, Views, damaged_columns, evidence_for
from mcuaudit.wording.causes import cause_words
from mcuaudit.wording.phrases import begun
from mcuaudit.wording.remedies import remedy_sentence

Damage = Mapping[tuple[str, str], str]
Flags = npt.NDArray[np.bool_]

_TEXTS: Final = ("message", "fix", "remedy_id", "cause", "cause_id", "missing_evidence", "readings", "reference")
_TEXT: Final = pd.api.types.pandas_dtype("str")
_CARRIED: Final = ("site", "device", "device_id", "certificate", "trust_store", "peer", "connection_id", "file")
_OF_ANY_MODEL: Final = ("administration", "connections", "problems", "settings")
"""Views whose rows say themselves that a device of another model is not evaluated, or that concern its files alone."""
_PASS, _NOT_APPLICABLE, _OPEN, _FAIL = (
    list(OUTCOME.categories).index(outcome.value)
    for outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.OPEN, Outcome.FAIL)
)


class _Judged:
    """A view as all rules over it see it: what they ask of it more than once is found out once."""

    def __init__(self, frame: pd.DataFrame, not_judged: frozenset[str] = frozenset()) -> None:
        """`not_judged` are the devices, by device_id, that rules over this view do not concern."""
        self.frame = frame
        self.rows = len(frame)
        self.elsewhere = np.zeros(self.rows, dtype=bool)
        if not_judged and "device_id" in frame.columns:
            self.elsewhere = frame["device_id"].isin(list(not_judged)).to_numpy(dtype=bool)
        self.nothing = np.full(self.rows, None, dtype=object)
        self._texts: dict[str, npt.NDArray[np.object_]] = {}
        self._missing: dict[str, Flags] = {}
        self._others: dict[tuple[str, tuple[str, ...]], Flags] = {}

    def texts(self, column: str) -> npt.NDArray[np.object_]:
        """The values of a column of texts; none where the view has no such column."""
        if column not in self.frame.columns:
            return self.nothing
        if column not in self._texts:
            self._texts[column] = self.frame[column].to_numpy(dtype=object)
        return self._texts[column]

    def missing(self, column: str) -> Flags:
        """Where a column has no value."""
        if column not in self._missing:
            self._missing[column] = pd.isna(self.frame[column].array)
        return self._missing[column]

    def others(self, column: str, values: tuple[str, ...]) -> Flags:
        """Where a column has another value than these."""
        key = (column, values)
        if key not in self._others:
            missing = self.missing(column).tolist()
            found = (
                not lacks and value not in values for value, lacks in zip(self.texts(column), missing, strict=True)
            )
            self._others[key] = np.fromiter(found, dtype=bool, count=self.rows)
        return self._others[key]


@dataclass(frozen=True, slots=True)
class _Part:
    """The evaluations of one rule: an outcome per row of its view, and texts by the place of the row."""

    rule: Rule
    view: _Judged
    outcomes: npt.NDArray[np.int8]
    texts: Mapping[int, Mapping[str, str]]


def evaluate(rules: Iterable[Rule], views: Views, context: Context) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """The frame `evaluations`, and a problem for every rule that raised an exception."""
    judged: dict[str, _Judged] = {}
    damage = damaged_columns(views)
    parts: list[_Part] = []
    problems: list[dict[str, Any]] = []

    def view(name: str) -> _Judged:
        if name not in judged:
            judged[name] = _Judged(views[name], frozenset() if name in _OF_ANY_MODEL else views.not_judged())
        return judged[name]

    for rule in rules:
        try:
            part = _evaluated(rule, view(rule.view), context, damage)
        except Exception as error:  # noqa: BLE001 - a rule must not take the audit down, nor pass in silence
            file, line = place_of_failure(rule, error)
            where = ", ".join([*([file] if file else []), *([f"line {line}"] if line else [])]) or rule.name
            reason = f"the rule {rule.code} raised {type(error).__name__}: {error} ({where})"
            found = rule.package or file or rule.name
            problems.append({"kind": "internal", "file": found, "where": rule.code, "reason": reason})
            part = _undetermined(rule, view("devices"), reason)
        parts.append(part)
    return _frame(parts), problems


def _frame(parts: Sequence[_Part]) -> pd.DataFrame:
    """The parts one below the other, each column at once."""

    def stacked(pieces: Iterable[npt.NDArray[np.object_]]) -> Any:
        return array_of_texts(np.concatenate([np.empty(0, dtype=object), *pieces]), _TEXT)

    texts = {column: [part.view.nothing for part in parts] for column in _TEXTS}
    for place, part in enumerate(parts):
        for column in _TEXTS if part.texts else ():
            texts[column][place] = part.view.nothing.copy()
            for row, found in part.texts.items():
                texts[column][place][row] = found.get(column)
    outcomes = np.concatenate([np.empty(0, dtype=np.int8), *(part.outcomes for part in parts)])
    columns = {
        "code": stacked(np.full(part.view.rows, part.rule.code, dtype=object) for part in parts),
        "subject": stacked(part.view.texts("judged") for part in parts),
        "outcome": pd.Categorical.from_codes(outcomes, dtype=OUTCOME),
        "slot": stacked(_slots(part) for part in parts),
        **{column: stacked(part.view.texts(column) for part in parts) for column in _CARRIED},
        **{column: stacked(texts[column]) for column in _TEXTS},
    }
    return frame_of_columns("evaluations", columns)


def _slots(part: _Part) -> npt.NDArray[np.object_]:
    if "slot" in part.view.frame.columns:
        return part.view.texts("slot")
    return np.full(part.view.rows, part.rule.slot or None, dtype=object)


def _evaluated(rule: Rule, view: _Judged, context: Context, damage: Damage) -> _Part:
    lacking = np.full(view.rows, -1, dtype=np.int16)
    columns = (*rule.when, *rule.needs)
    for number, column in enumerate(columns):
        lacking[view.missing(column) & (lacking < 0)] = number
    elsewhere = view.elsewhere.copy()
    for column, values in rule.when.items():
        elsewhere |= view.others(column, values)
    outcomes = np.full(view.rows, _PASS, dtype=np.int8)
    frame = view.frame
    if _changes(rule):
        # A shallow copy: what a rule sets, no other rule sees.
        frame = frame.copy(deep=False)
    if _concerns(rule, elsewhere, lacking >= 0):
        fails = _flags(checked_mask(rule.mask(frame, context), frame))
        if rule.undetermined:
            outcomes[_flags(checked_mask(rule.undetermined(frame, context), frame))] = _OPEN
        outcomes[fails] = _FAIL
        if not rule.texts:
            check_added(rule, frame)
    outcomes[lacking >= 0] = _OPEN
    outcomes[elsewhere] = _NOT_APPLICABLE
    unread = _unread(view, columns, damage)
    for place, evidence in unread.items():
        # Entries of a list that could not be read may be what the rule looks for.
        if outcomes[place] == _PASS and lacking[place] < 0:
            outcomes[place], lacking[place] = _OPEN, columns.index(evidence[0])
    places = np.flatnonzero(outcomes >= _OPEN)
    if not len(places):
        return _Part(rule, view, outcomes, {})
    lacks = [
        _lack(frame, columns[number], place, unread.get(place)) if number >= 0 else None
        for number, place in zip(lacking[places].tolist(), places.tolist(), strict=True)
    ]
    rows = places
    # A row that only lacks something says what; but its reference may be of this function.
    if rule.texts and (not all(lacks) or _reference_is_added(rule)):
        frame, rows = frame.iloc[places], np.arange(len(places))
        rule.texts(frame, context)
        check_added(rule, frame)
    found = _texts(rule, frame, rows, outcomes[places].tolist(), lacks, context.at)
    return _Part(rule, view, outcomes, dict(zip(places.tolist(), found, strict=True)))


def _lack(frame: pd.DataFrame, column: str, place: int, unread: tuple[str, str] | None) -> tuple[str, bool]:
    """What would settle a missing column of a row, and whether it is there and cannot be read.

    `unread` is what cannot be read for the device of the row; a view may name its evidence row by row.
    """
    if unread and unread[0] == column:
        return unread[1], True
    damage = _by_row(frame, f"{column}_damage", place)
    return (damage, True) if damage else (_by_row(frame, f"{column}_evidence", place) or evidence_for(column), False)


def _by_row(frame: pd.DataFrame, column: str, place: int) -> str:
    found = frame[column].iloc[place] if column in frame.columns else None
    return found if isinstance(found, str) else ""


def _unread(view: _Judged, columns: Sequence[str], damage: Damage) -> dict[int, tuple[str, str]]:
    """By the place of a row, the first of the columns that cannot be read for its device, with the evidence.

    A row may be about another certificate than the damaged one of its device, such as one in a trust store.
    """
    found: dict[int, tuple[str, str]] = {}
    concerned = {device_id for device_id, column in damage if column in columns}
    if not concerned:
        return found
    for place, device_id in enumerate(view.texts("device_id")):
        unread = (column for column in columns if device_id in concerned and (device_id, column) in damage)
        here = (column for column in unread if column not in CERTIFICATE_COLUMNS or view.missing(column)[place])
        if column := next(here, None):
            found[place] = column, damage[device_id, column]
    return found


def _changes(rule: Rule) -> bool:
    """Whether the masks of a rule may set columns. Those of mcuaudit set what `adds` declares, as a test sees to."""
    own = rule.mask.__module__.startswith("mcuaudit.")
    return not own or bool(rule.adds and not rule.texts)


def _concerns(rule: Rule, elsewhere: Flags, lacking: Flags) -> bool:
    """Whether the masks of a rule decide about any row: a rule over a view without such a row costs nothing."""
    decided = elsewhere if _reference_is_added(rule) else elsewhere | lacking
    return not decided.all()


def _reference_is_added(rule: Rule) -> bool:
    return bool(_names(rule.reference) & set(rule.adds))


@cache
def _names(*templates: str) -> frozenset[str]:
    return frozenset(name for template in templates for name in placeholders(template))


def _texts(
    rule: Rule,
    frame: pd.DataFrame,
    rows: npt.NDArray[np.intp],
    outcomes: Sequence[int],
    lacks: Sequence[tuple[str, bool] | None],
    at: pd.Timestamp,
) -> list[dict[str, str]]:
    """The texts of these rows of the frame, which fail or are open; `lacks` is what `_lack` says of each, or None."""
    texts: list[dict[str, str]] = []
    names = _names(rule.reference)
    if not all(lacks):
        names |= _names(rule.message, rule.undetermined_message, rule.fix, *rule.cause.subject)
        names |= _names(*rule.remedy.parts) if rule.remedy else frozenset()
    known = set(frame.columns)
    rests = [name for name in ("missing_evidence", "readings") if name in known] if rule.undetermined else []
    lacking_names = {_UNREADABLE, "peer"} & known if any(lacks) else set()
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
            texts.append(_found_texts(rule, row, words, at, undetermined=outcomes[number] == _OPEN))
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


def _undetermined(rule: Rule, view: _Judged, reason: str) -> _Part:
    texts = {
        "message": reason,
        "fix": f"Report this to the maintainers of {rule.package or 'mcuaudit'}.",
        **_cause(Cause(CauseKind.RULE, (rule.code,))),
    }
    outcomes = np.full(view.rows, _OPEN, dtype=np.int8)
    return _Part(rule, view, outcomes, dict.fromkeys(range(view.rows), texts))


def _flags(mask: pd.Series) -> Flags:
    """What a mask says of each row; a missing value is False."""
    return mask.fillna(False).to_numpy(dtype=bool)
