"""A fleet audited in parts, by any executor: devices are predicted and evaluated apart, the rest afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import pandas as pd

from mcuaudit.devices.records import devices_of
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.pipeline.division import Division, Part
from mcuaudit.policy.schema import Policy
from mcuaudit.predict.checked_rows import CheckKey
from mcuaudit.predict.context import fleet_context
from mcuaudit.predict.of_device import predict_device
from mcuaudit.predict.prediction import Prediction, lists_of, merged, prediction_of
from mcuaudit.rules import Context, Rule, Views, evaluate, own_rules
from mcuaudit.rules.again import in_order, scope_of
from mcuaudit.rules.evaluations import Evaluations
from mcuaudit.rules.views.scope import Scope
from mcuaudit.system.executors import run_all
from mcuaudit.system.progress import Progress

WORTH_PARTS: Final = 100
"""Fewer devices are audited by one process, with any executor: parts would cost more than they save."""
TOO_MANY: Final = 1_000
"""More devices are audited in parts by one process too, so that the views of all of them are never there at once."""
_APART: Final = (Scope.DEVICE, Scope.STORE_FILE)
"""What rules depend on that are evaluated in parts."""
Row = dict[str, Any]


@dataclass(frozen=True)
class JudgedPart:
    """What was found about a part.

    Attributes:
        prediction: without what the verdicts share, and without the devices.
        paths: rows of the frame `paths`, by their keys.
        identities: rows of the frame `identities`, by their keys.
        evaluations: those of the rules.
        raised: the rules that raised an exception, by code.
    """

    prediction: Prediction
    paths: Mapping[CheckKey, Row]
    identities: Mapping[CheckKey, Row]
    evaluations: Evaluations
    raised: tuple[str, ...]


def judge_part(part: Part) -> JudgedPart:
    """Predict and evaluate one part: a plain function, so that any executor can run it."""
    every = devices_of(part.fleet)
    context = fleet_context(every, part.fleet.certificate_records.values(), part.at, lists_of(part.fleet))
    devices = [device for device in every if device.device_id in part.devices]
    prediction = prediction_of([predict_device(device, context) for device in devices], devices, context)
    views = Views(part.fleet, prediction, part.policy, None, part.devices)
    # Rules of other packages, which a worker may not have, are evaluated by the process that has them.
    rules = [own_rules()[code] for code in part.codes]
    evaluations, problems = evaluate(rules, views, Context(pd.Timestamp(part.at), part.policy))
    raised = tuple(problem["where"] for problem in problems)
    of_files = {rule.code for rule in rules if scope_of(rule) is Scope.STORE_FILE}
    evaluations = evaluations.where("file", part.files, of_files.difference(raised))
    rows = context.checks.rows
    apart = replace(prediction, devices=(), context=None)
    return JudgedPart(apart, rows.paths, rows.identities, evaluations, raised)


def audited_in_parts(
    fleet: Fleet,
    at: datetime,
    policy: Policy,
    rules: Mapping[str, Rule],
    baseline: Audit | None,
    executor: Executor | None,
    progress: Progress | None,
) -> tuple[Prediction, Callable[[], pd.DataFrame], pd.DataFrame, list[Row]]:
    """What one process would find: the prediction, what makes the frame `evaluations`, its rows that are fail or open,
    and the problems of rules.
    """
    # Views of a baseline are not sent to workers; with one, all is evaluated here.
    apart = {code: rule for code, rule in rules.items() if scope_of(rule) in _APART and baseline is None}
    divided = Division(fleet)
    parts = divided.parts(at, policy, tuple(apart))
    number = 0

    def done(part: JudgedPart) -> None:
        nonlocal number
        number += len(part.prediction.administration)
        if progress:
            progress("predicting", number, len(fleet.devices))

    judged = _here(parts, done) if executor is None else run_all(executor, judge_part, list(parts), done)
    prediction, context = _whole(fleet, at, judged), Context(pd.Timestamp(at), policy)
    of_shared, problems = evaluate(
        [rule for rule in apart.values() if scope_of(rule) is Scope.STORE_FILE],
        Views(divided.with_shared_files(), prediction, policy),
        context,
    )
    raised = {code for part in judged for code in part.raised} | {problem["where"] for problem in problems}
    # What a rule that raises says depends on all rows of its view.
    rest = [rule for code, rule in rules.items() if code not in apart or code in raised]
    evaluations, problems = evaluate(rest, Views(fleet, prediction, policy, baseline), context, progress=progress)
    every = [evaluations, *(one.without(raised) for one in (of_shared, *(part.evaluations for part in judged)))]
    order = fleet.devices["device_id"].tolist()

    def stacked(of_parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
        return in_order(pd.concat(of_parts, ignore_index=True), rules, order)

    reported = stacked([one.reported() for one in every])
    # Millions of rows, most of them pass: they become a frame when they are read.
    return prediction, lambda: stacked([one.frame() for one in every]), reported, problems


def _here(parts: Iterable[Part], done: Callable[[JudgedPart], None]) -> list[JudgedPart]:
    """The parts one after the other, in this process: the views of one part are gone when the next is begun."""
    judged = []
    for part in parts:
        judged.append(judge_part(part))
        done(judged[-1])
    return judged


def _whole(fleet: Fleet, at: datetime, parts: Sequence[JudgedPart]) -> Prediction:
    """The prediction for the fleet from those for its parts."""
    devices = devices_of(fleet)
    context = fleet_context(devices, fleet.certificate_records.values(), at, lists_of(fleet))
    for part in parts:
        context.checks.rows.paths |= part.paths
        context.checks.rows.identities |= part.identities
    return merged([part.prediction for part in parts], devices, context)
