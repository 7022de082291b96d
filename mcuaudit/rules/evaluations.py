"""The evaluations of a fleet, kept small: most are passes, without texts; all rules over a view share its columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.declared_frames import array_of_texts, frame_of_columns
from mcuaudit.frames.schema import OUTCOME

Objects = npt.NDArray[np.object_]
Rows = npt.NDArray[np.intp]

CARRIED: Final = ("site", "device", "device_id", "certificate", "trust_store", "peer", "connection_id", "file")
"""Columns of a view that its evaluations have too."""
PASS, NOT_APPLICABLE, OPEN, FAIL = (
    list(OUTCOME.categories).index(outcome.value)
    for outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.OPEN, Outcome.FAIL)
)
"""Outcomes as numbers; those from OPEN on become findings."""
_TEXTS: Final = ("message", "fix", "remedy_id", "cause", "cause_id", "missing_evidence", "readings", "reference")
_FEW: Final = 10_000
"""Fewer texts are kept as they are, and become an array all at once."""
_ARROW: Final = pa.large_string()
_TEXT: Final = pd.api.types.pandas_dtype("str")
_NUMBERS: Final = (pa.int8(), pa.int16(), pa.int32())


class KeptColumn:
    """A column of texts, None where one is missing: of many rows each distinct text once, and its place by row."""

    __slots__ = ("_distinct", "_objects", "_places")

    def __init__(self, objects: Objects) -> None:
        self._objects: Objects | None = objects
        self._distinct = self._places = None
        if len(objects) >= _FEW:
            found = pa.array(objects, type=_ARROW, from_pandas=True).dictionary_encode()
            number = next(one for one in _NUMBERS if len(found.dictionary) <= np.iinfo(one.to_pandas_dtype()).max)
            self._objects, self._distinct, self._places = None, found.dictionary, found.indices.cast(number)

    def objects(self, rows: Rows | None) -> Objects:
        """The texts of some rows, or of all."""
        if self._objects is not None:
            return self._objects if rows is None else self._objects[rows]
        places = self._places if rows is None else pc.take(self._places, pa.array(rows))
        found: Objects = pc.take(self._distinct, places).to_numpy(zero_copy_only=False)
        return found

    def at(self, rows: Rows) -> KeptColumn:
        """The column of some rows."""
        return KeptColumn(self.objects(rows))

    def array(self) -> pa.Array:
        """The texts of all rows as an array of Arrow."""
        if self._objects is not None:
            return pa.array(self._objects, type=_ARROW, from_pandas=True)
        return pc.take(self._distinct, self._places)


@dataclass(frozen=True, slots=True)
class EvaluatedRule:
    """The evaluations of one rule: an outcome for each row of its view.

    Attributes:
        code: of the rule.
        slot: where a view has none, that of the rule; "" if it has none.
        columns: those of the view: `subject`, `slot`, and `CARRIED`. Columns that it does not have are not in it.
        outcomes: by row, as numbers.
        texts: for each row that is fail or open, the columns of its finding.
    """

    code: str
    slot: str
    columns: Mapping[str, KeptColumn]
    outcomes: npt.NDArray[np.int8]
    texts: Mapping[int, Mapping[str, str]]

    @property
    def reported(self) -> Rows:
        """The rows that become findings."""
        return np.flatnonzero(self.outcomes >= OPEN)

    def constant(self, column: str) -> str | None:
        """The value of a column that the view does not have, which is the same for all rows."""
        return self.code if column == "code" else self.slot or None if column == "slot" else None


@dataclass(frozen=True, slots=True)
class Evaluations:
    """The evaluations of some rules, in their order."""

    rules: Sequence[EvaluatedRule]

    def frame(self) -> pd.DataFrame:
        """The frame `evaluations`."""
        return _frame([(rule, None) for rule in self.rules])

    def reported(self) -> pd.DataFrame:
        """Its rows that are fail or open, which become findings."""
        return _frame([(rule, rows) for rule in self.rules if len(rows := rule.reported)])

    def where(self, column: str, values: Collection[str], codes: Collection[str]) -> Evaluations:
        """Of the rules with these codes only the rows that have one of some values in a column of their view."""
        # Rules over one view share its columns, before and after.
        made: dict[int, tuple[Rows, Mapping[str, KeptColumn]]] = {}

        def restricted(rule: EvaluatedRule) -> EvaluatedRule:
            if id(rule.columns) not in made:
                found = [row for row, value in enumerate(rule.columns[column].objects(None)) if value in values]
                rows = np.array(found, dtype=np.intp)
                made[id(rule.columns)] = rows, {name: kept.at(rows) for name, kept in rule.columns.items()}
            rows, columns = made[id(rule.columns)]
            texts = {place: rule.texts[row] for place, row in enumerate(rows.tolist()) if row in rule.texts}
            return EvaluatedRule(rule.code, rule.slot, columns, rule.outcomes[rows], texts)

        return Evaluations([restricted(rule) if rule.code in codes else rule for rule in self.rules])

    def without(self, codes: Collection[str]) -> Evaluations:
        """The evaluations of the other rules."""
        return Evaluations([rule for rule in self.rules if rule.code not in codes])


def _frame(parts: Sequence[tuple[EvaluatedRule, Rows | None]]) -> pd.DataFrame:
    """Rows of rules one below the other, each column at once."""
    numbers = [len(rule.outcomes) if rows is None else len(rows) for rule, rows in parts]
    stacked = _in_objects if sum(numbers) < _FEW or any(rows is not None for _, rows in parts) else _in_arrow
    outcomes = [rule.outcomes if rows is None else rule.outcomes[rows] for rule, rows in parts]
    columns = {
        "outcome": pd.Categorical.from_codes(
            np.concatenate([np.empty(0, dtype=np.int8), *outcomes]), dtype=OUTCOME
        ),
        **{
            column: array_of_texts(stacked(column, parts, numbers), _TEXT)
            for column in ("code", "subject", "slot", *CARRIED, *_TEXTS)
        },
    }  # fmt: skip
    return frame_of_columns("evaluations", columns)


def _in_objects(column: str, parts: Sequence[tuple[EvaluatedRule, Rows | None]], numbers: Sequence[int]) -> Objects:
    pieces = [np.empty(0, dtype=object)]
    for (rule, rows), number in zip(parts, numbers, strict=True):
        if column in _TEXTS:
            pieces.append(_texts(rule, column, rows, number))
        elif column in rule.columns:
            pieces.append(rule.columns[column].objects(rows))
        else:
            pieces.append(np.full(number, rule.constant(column), dtype=object))
    return np.concatenate(pieces)


def _in_arrow(column: str, parts: Sequence[tuple[EvaluatedRule, Rows | None]], numbers: Sequence[int]) -> pa.Array:
    # Rules over one view share its columns.
    made: dict[int, pa.Array] = {}

    def once(kept: KeptColumn) -> pa.Array:
        if id(kept) not in made:
            made[id(kept)] = kept.array()
        return made[id(kept)]

    pieces = []
    for (rule, rows), number in zip(parts, numbers, strict=True):
        if column in _TEXTS and rule.texts:
            pieces.append(pa.array(_texts(rule, column, rows, number), type=_ARROW, from_pandas=True))
        elif column in rule.columns:
            pieces.append(once(rule.columns[column]))
        else:
            value = None if column in _TEXTS else rule.constant(column)
            pieces.append(pa.nulls(number, _ARROW) if value is None else pa.repeat(pa.scalar(value, _ARROW), number))
    return pa.chunked_array(pieces, type=_ARROW).combine_chunks()


def _texts(rule: EvaluatedRule, column: str, rows: Rows | None, number: int) -> Objects:
    found = np.full(number, None, dtype=object)
    if rows is None:
        for row, texts in rule.texts.items():
            found[row] = texts.get(column)
    else:
        found[:] = [rule.texts[row].get(column) for row in rows.tolist()]
    return found
