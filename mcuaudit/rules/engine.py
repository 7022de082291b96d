"""Every rule over its view gives evaluations; a rule that raises gives open and a note, never a pass."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from mcuaudit.rules.evaluations import CARRIED, FAIL, NOT_APPLICABLE, OPEN, PASS, EvaluatedRule, Evaluations, KeptColumn
from mcuaudit.rules.failures import check_added, checked_mask, place_of_failure
from mcuaudit.rules.finding_texts import reference_is_added, texts_of, texts_of_failure
from mcuaudit.rules.rule import Context, Rule
from mcuaudit.rules.views import CERTIFICATE_COLUMNS, Views, damaged_columns, evidence_for
from mcuaudit.rules.views.view_frame import ViewFrame
from mcuaudit.system.progress import Progress

Damage = Mapping[tuple[str, str], str]
Flags = npt.NDArray[np.bool_]

_FLAG: Final = np.dtype(bool)
_OF_ANY_MODEL: Final = ("administration", "connections", "problems", "settings")
"""Views whose rows say themselves that a device of another model is not evaluated, or that concern its files alone."""


class _Judged:
    """A view as all rules over it see it: what they ask of it more than once is found out once."""

    def __init__(self, views: Views, name: str) -> None:
        self.table = views.table(name)
        self.names = frozenset(self.table.names)
        self._whole: Callable[[], pd.DataFrame] = lambda: views[name]
        self._on_demand = cache(lambda: views.on_demand(name))
        self.rows = self.table.rows
        self.elsewhere = np.zeros(self.rows, dtype=bool)
        """The rows of devices that rules over this view do not concern."""
        others = frozenset() if name in _OF_ANY_MODEL else views.not_judged
        if others and "device_id" in self.names:
            self.elsewhere = np.array([device_id in others for device_id in self.table["device_id"]], dtype=bool)
        self.nothing = np.full(self.rows, None, dtype=object)
        self._texts: dict[str, npt.NDArray[np.object_]] = {}
        self._missing: dict[str, Flags] = {}
        self._others: dict[tuple[str, tuple[str, ...]], Flags] = {}
        # What cannot be made is the fault of the rules that are evaluated now, and does not end the audit later.
        for column in ("judged", "slot", *CARRIED):
            self.texts(column)
        self._kept: dict[str, KeptColumn] = {}

    def texts(self, column: str) -> npt.NDArray[np.object_]:
        """The values of a column of texts; none where the view has no such column."""
        if column not in self.names:
            return self.nothing
        if column not in self._texts:
            self._texts[column] = self.table.objects(column)
        return self._texts[column]

    def kept(self) -> Mapping[str, KeptColumn]:
        """The columns that its evaluations have, as all rules over it share them."""
        if not self._kept:
            columns = {"subject": "judged", **{column: column for column in ("slot", *CARRIED)}}
            self._kept = {
                name: KeptColumn(self.texts(column)) for name, column in columns.items() if column in self.names
            }
        return self._kept

    def missing(self, column: str) -> Flags:
        """Where a column has no value."""
        if column not in self._missing:
            self._missing[column] = self.table.missing(column)
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

    def frame_for(self, rule: Rule) -> pd.DataFrame:
        """The frame for a rule: what it sets, no other rule sees. A rule of others gets all columns at once."""
        if not rule.mask.__module__.startswith("mcuaudit."):
            return self._whole().copy(deep=False)
        frame = self._on_demand()
        # The masks set what `adds` declares, as a test sees to; not where a function of its own sets them.
        return frame.own() if rule.adds and not rule.texts else frame


def evaluate(
    rules: Collection[Rule], views: Views, context: Context, *, progress: Progress | None = None
) -> tuple[Evaluations, list[dict[str, Any]]]:
    """The evaluations of rules, and a problem for every rule that raised an exception."""
    judged: dict[str, _Judged] = {}
    # Found out for the first rule that reads what may be damaged.
    damage = cache(lambda: damaged_columns(views))
    parts: list[EvaluatedRule] = []
    problems: list[dict[str, Any]] = []

    def view(name: str) -> _Judged:
        if name not in judged:
            judged[name] = _Judged(views, name)
        return judged[name]

    for number, rule in enumerate(rules, start=1):
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
        if progress:
            progress("evaluating rules", number, len(rules))
    return Evaluations(parts), problems


def _evaluated(rule: Rule, view: _Judged, context: Context, damage: Callable[[], Damage]) -> EvaluatedRule:
    lacking = np.full(view.rows, -1, dtype=np.int16)
    columns = (*rule.when, *rule.needs)
    for number, column in enumerate(columns):
        lacking[view.missing(column) & (lacking < 0)] = number
    elsewhere = view.elsewhere.copy()
    for column, values in rule.when.items():
        elsewhere |= view.others(column, values)
    outcomes = np.full(view.rows, PASS, dtype=np.int8)
    frame: pd.DataFrame | None = None
    if _concerns(rule, elsewhere, lacking >= 0):
        frame = view.frame_for(rule)
        fails = _flags(checked_mask(rule.mask(frame, context), frame))
        if rule.undetermined:
            outcomes[_flags(checked_mask(rule.undetermined(frame, context), frame))] = OPEN
        outcomes[fails] = FAIL
        if not rule.texts:
            check_added(rule, frame)
    outcomes[lacking >= 0] = OPEN
    outcomes[elsewhere] = NOT_APPLICABLE
    unread = _unread(view, columns, damage()) if columns else {}
    for place, evidence in unread.items():
        # Entries of a list that could not be read may be what the rule looks for.
        if outcomes[place] == PASS and lacking[place] < 0:
            outcomes[place], lacking[place] = OPEN, columns.index(evidence[0])
    places = np.flatnonzero(outcomes >= OPEN)
    if not len(places):
        return _kept(rule, view, outcomes, {})
    lacks = [
        _lack(view, columns[number], place, unread.get(place)) if number >= 0 else None
        for number, place in zip(lacking[places].tolist(), places.tolist(), strict=True)
    ]
    rows = places
    frame = view.frame_for(rule) if frame is None else frame
    # A row that only lacks something says what; but its reference may be of this function.
    if rule.texts and (not all(lacks) or reference_is_added(rule)):
        frame = frame.rows_at(places) if isinstance(frame, ViewFrame) else frame.iloc[places]
        rows = np.arange(len(places))
        rule.texts(frame, context)
        check_added(rule, frame)
    found = texts_of(rule, frame, rows, (outcomes[places] == OPEN).tolist(), lacks, context.at)
    return _kept(rule, view, outcomes, dict(zip(places.tolist(), found, strict=True)))


def _kept(
    rule: Rule, view: _Judged, outcomes: npt.NDArray[np.int8], texts: Mapping[int, Mapping[str, str]]
) -> EvaluatedRule:
    return EvaluatedRule(rule.code, rule.slot, view.kept(), outcomes, texts)


def _lack(view: _Judged, column: str, place: int, unread: tuple[str, str] | None) -> tuple[str, bool]:
    """What would settle a missing column of a row, and whether it is there and cannot be read.

    `unread` is what cannot be read for the device of the row; a view may name its evidence row by row.
    """
    if unread and unread[0] == column:
        return unread[1], True
    damage = _by_row(view, f"{column}_damage", place)
    return (damage, True) if damage else (_by_row(view, f"{column}_evidence", place) or evidence_for(column), False)


def _by_row(view: _Judged, column: str, place: int) -> str:
    found = view.texts(column)[place]
    return found if isinstance(found, str) else ""


def _unread(view: _Judged, columns: Sequence[str], damage: Mapping[tuple[str, str], str]) -> dict[int, tuple[str, str]]:
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


def _concerns(rule: Rule, elsewhere: Flags, lacking: Flags) -> bool:
    """Whether the masks of a rule decide about any row: a rule over a view without such a row costs nothing."""
    decided = elsewhere if reference_is_added(rule) else elsewhere | lacking
    return not decided.all()


def _undetermined(rule: Rule, view: _Judged, reason: str) -> EvaluatedRule:
    outcomes = np.full(view.rows, OPEN, dtype=np.int8)
    return _kept(rule, view, outcomes, dict.fromkeys(range(view.rows), texts_of_failure(rule, reason)))


def _flags(mask: pd.Series) -> Flags:
    """What a mask says of each row; a missing value is False."""
    return mask.to_numpy() if mask.dtype == _FLAG else mask.fillna(False).to_numpy(dtype=bool)
