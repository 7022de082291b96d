"""Rules evaluated again where something differs: the other evaluations stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.replaced_rows import ranked, ranks_of, replaced_rows
from mcuaudit.rules.difference import Difference
from mcuaudit.rules.engine import evaluate
from mcuaudit.rules.rule import Context, Rule
from mcuaudit.rules.views import VIEW_SCHEMAS, Views
from mcuaudit.rules.views.scope import KEYS, Scope

Flags = npt.NDArray[np.bool_]

DEVICES: Final[Mapping[Scope, Callable[[Difference], frozenset[str] | None]]] = {
    Scope.DEVICE: lambda found: found.with_same_key,
    Scope.SITE: lambda found: found.of_sites,
    Scope.STORE_FILE: lambda found: found.of_files,
    Scope.PROBLEMS: lambda _: None,
    Scope.FLEET: lambda _: None,
}
"""The devices that views of a scope need, so that the rows that may differ are right."""
REPLACED: Final[Mapping[Scope, Callable[[Difference], Collection[str]]]] = {
    Scope.DEVICE: lambda found: found.with_same_key,
    Scope.SITE: lambda found: found.of_sites,
    Scope.STORE_FILE: lambda found: found.files,
}
"""The devices or files whose rows may differ."""


@dataclass(frozen=True)
class EvaluatedAgain:
    """The evaluations that may differ, and where they belong among the others.

    Attributes:
        added: they themselves, as rows of the frame `evaluations`.
        problems: one for each rule that raised an exception.
        rules: the rules in their order, by code.
        found: what differs.
        devices: all devices of the fleet in their order.
    """

    added: pd.DataFrame
    problems: list[dict[str, Any]]
    rules: Mapping[str, Rule]
    found: Difference
    devices: Sequence[str]

    @property
    def replaced_whole(self) -> list[str]:
        """The codes of the rules all of whose evaluations may differ."""
        whole = _whole_scopes(self.found)
        return [code for code, rule in self.rules.items() if scope_of(rule) in whole]

    @property
    def fanned_out_to(self) -> frozenset[str]:
        """The devices that get findings about files or the fleet which may differ."""
        return self.found.with_same_key | self.found.of_files

    def concerned(self, frame: pd.DataFrame) -> Flags:
        """Which evaluations or findings become other findings, or come from them.

        A finding about a trust store file is one of each device that uses the file; one about the problems of a file of
        no device too.
        """
        scopes, devices = _scopes(frame, self.rules), frame["device_id"]
        found: Flags = devices.isna().to_numpy() | np.isin(scopes, [_NUMBERS[one] for one in _whole_scopes(self.found)])
        found |= devices.isin(list(self.found.with_same_key)).to_numpy()
        found |= (scopes == _NUMBERS[Scope.SITE]) & devices.isin(list(self.found.of_sites)).to_numpy()
        fanned = np.isin(scopes, [_NUMBERS[Scope.STORE_FILE], _NUMBERS[Scope.PROBLEMS]])
        return found | (fanned & devices.isin(list(self.found.of_files)).to_numpy())

    def among(self, former: pd.DataFrame, added: pd.DataFrame | None = None) -> pd.DataFrame:
        """Rows of the frame `evaluations`, with those that may differ replaced.

        Args:
            former: the rows as they were, all or some, such as those that are fail or open.
            added: as many of the new rows; by default all.
        """
        return replaced_rows(
            former,
            self._may_differ(former),
            self.added if added is None else added,
            lambda both: _ranks(both, self.rules, self.devices),
        )

    def _may_differ(self, evaluations: pd.DataFrame) -> Flags:
        scopes = _scopes(evaluations, self.rules)
        found: Flags = np.isin(scopes, [_NUMBERS[scope] for scope in _whole_scopes(self.found)])
        for scope, keys in REPLACED.items():
            found |= (scopes == _NUMBERS[scope]) & evaluations[KEYS[scope]].isin(list(keys(self.found))).to_numpy()
        return found


_NUMBERS: Final = {scope: number for number, scope in enumerate(Scope)}
_WHOLE: Final = [_NUMBERS[scope] for scope in Scope if scope not in KEYS]


def _whole_scopes(found: Difference) -> frozenset[Scope]:
    """The scopes whose rows are all replaced."""
    return frozenset({Scope.FLEET, *([Scope.PROBLEMS] if found.problems else [])})


def in_order(evaluations: pd.DataFrame, rules: Mapping[str, Rule], devices: Sequence[str]) -> pd.DataFrame:
    """Rows of the frame `evaluations` in the order that all rules over whole views give."""
    return ranked(evaluations, _ranks(evaluations, rules, devices))


def _scopes(evaluations: pd.DataFrame, rules: Mapping[str, Rule]) -> npt.NDArray[np.int8]:
    """The number of the scope of each row."""
    of_rules = [_NUMBERS[scope_of(rule)] for rule in rules.values()]
    return np.array(of_rules, dtype=np.int8)[ranks_of(evaluations["code"], list(rules))]


def _ranks(evaluations: pd.DataFrame, rules: Mapping[str, Rule], devices: Sequence[str]) -> list[npt.NDArray[Any]]:
    """Numbers that order the rows by rule, then by what a view of its scope is ordered by."""
    scopes = _scopes(evaluations, rules)
    of_files = scopes == _NUMBERS[Scope.STORE_FILE]
    files = evaluations["file"].where(pd.Series(of_files, index=evaluations.index)).rank(method="dense").fillna(0)
    of_devices = np.where(np.isin(scopes, _WHOLE), 0, ranks_of(evaluations["device_id"], devices))
    keys = np.where(of_files, files.to_numpy(dtype=np.intp), of_devices)
    return [keys, ranks_of(evaluations["code"], list(rules))]


def scope_of(rule: Rule) -> Scope:
    """What decides about an evaluation of a rule. A rule of another package may compare rows, so all decide."""
    return VIEW_SCHEMAS[rule.view].scope if rule.mask.__module__.startswith("mcuaudit.") else Scope.FLEET


def evaluate_again(
    rules: Mapping[str, Rule],
    views: Callable[[frozenset[str] | None], Views],
    context: Context,
    found: Difference,
    devices: Sequence[str],
) -> EvaluatedAgain:
    """Evaluate the rules where something differs.

    Args:
        rules: the rules that are evaluated, by code.
        views: gives the views of some devices, by device_id, or of all for None.
        context: what rules know besides.
        found: what differs.
        devices: all devices of the fleet in their order, by device_id.
    """
    parts: list[pd.DataFrame] = []
    problems: list[dict[str, Any]] = []
    made = cache(views)
    for scope in Scope:
        of_scope = [rule for rule in rules.values() if scope_of(rule) is scope]
        if not of_scope or (scope is Scope.PROBLEMS and not found.problems):
            continue
        # Scopes with the same devices share their views.
        evaluations, raised = evaluate(of_scope, made(DEVICES[scope](found)), context)
        added = evaluations.frame()
        if scope in REPLACED:
            added = added[added[KEYS[scope]].isin(list(REPLACED[scope](found)))]
        parts.append(added)
        problems += raised
    added = pd.concat(parts, ignore_index=True) if parts else build_frame("evaluations", [])
    return EvaluatedAgain(added, problems, rules, found, devices)
