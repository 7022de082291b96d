"""The stages in order: walk, decode, build frames, predict, check rules, triage. Start reading here."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path

import pandas as pd

from mcuaudit.collect.walk import walk_export
from mcuaudit.decode.batch import decode_files, secrets_in_files
from mcuaudit.domain.instants import time_given
from mcuaudit.frames.build import build_fleet
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.pipeline import in_parts
from mcuaudit.pipeline.made_of import MadeOf, audit_made_of, check_not_redacted
from mcuaudit.policy.layers import ResolvedPolicy, resolve_policy
from mcuaudit.policy.schema import POLICY_FILE, Policy
from mcuaudit.predict.prediction import predict_fleet
from mcuaudit.rules import Context, Views, check_rule_codes, enabled_rules, evaluate
from mcuaudit.system.arguments import path_given
from mcuaudit.system.progress import Progress
from mcuaudit.triage.findings import make_findings, reported_of


def read_export(
    path: str | Path,
    *,
    policy: Policy | ResolvedPolicy | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Fleet:
    """Read a directory of exported certificates and settings, without any access to the network.

    Args:
        path: the export; docs/export-layout.md describes its layout.
        policy: by default mcuaudit.toml at the top of the export, if there is one.
        executor: runs the decoding in parallel, for large exports.
        progress: called with the progress of the reading.

    Raises:
        UsageError: the directory is missing or contains no device.
        PolicyError: mcuaudit.toml has a key or value that is not allowed, or names a rule that does not exist.
    """
    root = path_given(path, "path")
    resolved = ResolvedPolicy(policy) if isinstance(policy, Policy) else policy or resolve_policy(root)
    policy = resolved.policy
    check_rule_codes(policy, str(resolved.file or "the policy"))
    export = walk_export(root, policy)
    total = len(export.artefacts)
    files = decode_files(
        export.artefacts,
        policy.limits,
        executor=executor,
        progress=(lambda done: progress("reading", done, total)) if progress else None,
    )
    secrets = secrets_in_files(export.others, policy.limits)
    fleet = build_fleet(export, files, policy, str(resolved.file or POLICY_FILE), secrets, resolved.not_raised)
    return replace(fleet, policy_file=str(resolved.file) if resolved.file else None)


def audit(
    fleet: Fleet,
    *,
    at: str | date | datetime,
    policy: Policy | None = None,
    baseline: Audit | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Audit:
    """Audit a fleet as of one time. A pure function: no clock, no files, no network.

    Args:
        fleet: the result of `read_export`.
        at: a date (00:00 UTC), an aware datetime, or either as ISO 8601 text.
        policy: thresholds, rules and waivers; by default the policy that the export was read with.
        baseline: an earlier audit, usually of the same fleet; each finding then has its `change`.
        executor: audits the devices in parallel, for large fleets; the result is the same.
        progress: called with the progress of the prediction, and of the rules.

    Raises:
        UsageError: `at` is not a date or time, or is a datetime without a zone; the fleet is redacted, or the baseline.
        PolicyError: the policy names a rule that does not exist.
    """
    moment = time_given(at)
    check_not_redacted(fleet, baseline)
    given, policy = policy, policy or fleet.policy
    rules = enabled_rules(policy)
    number = len(fleet.devices)
    if number < in_parts.WORTH_PARTS or (executor is None and number <= in_parts.TOO_MANY):
        predicted = predict_fleet(fleet, moment, progress=progress)
        views, context = Views(fleet, predicted, policy, baseline), Context(pd.Timestamp(moment), policy)
        frame, problems = evaluate(rules.values(), views, context, progress=progress)
        evaluations, reported = _given(frame), reported_of(frame)
    else:
        predicted, evaluations, reported, problems = in_parts.audited_in_parts(
            fleet, moment, policy, rules, baseline, executor, progress
        )
    findings = make_findings(reported, rules, fleet.evidence, predicted.connections)
    whole = partial(audit, policy=given, baseline=baseline)
    basis = MadeOf(
        predicted, given, policy, rules, cache(evaluations), lambda: reported, findings, baseline, bool(problems), whole
    )
    return audit_made_of(basis, fleet, moment, problems)


def _given(frame: pd.DataFrame) -> Callable[[], pd.DataFrame]:
    return lambda: frame
