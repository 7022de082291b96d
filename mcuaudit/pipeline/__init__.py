"""The stages in order: walk, decode, build frames, predict, check rules, triage. Start reading here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from datetime import date, datetime
from functools import cache as kept_once
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from mcuaudit.collect.remote_export import remote_copy
from mcuaudit.collect.walk import Export, walk_export
from mcuaudit.decode.batch import decode_files, secrets_in_files
from mcuaudit.domain.instants import time_given
from mcuaudit.frames.build import build_fleet
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.pipeline import in_parts
from mcuaudit.pipeline.cached import FleetInCache, audit_in_cache, cache_given, fleet_in_cache
from mcuaudit.pipeline.made_of import MadeOf, audit_made_of, check_neither_redacted
from mcuaudit.policy.layers import ResolvedPolicy, resolve_policy
from mcuaudit.policy.schema import POLICY_FILE, Policy
from mcuaudit.predict.prediction import Prediction, predict_fleet
from mcuaudit.rules import Context, Rule, Views, check_rule_codes, enabled_rules, evaluate
from mcuaudit.system.arguments import path_given
from mcuaudit.system.cache import Cache
from mcuaudit.system.executors import on_this_machine
from mcuaudit.system.progress import Progress, shows_progress
from mcuaudit.system.remote_addresses import is_remote, shown_address
from mcuaudit.triage.findings import make_findings


@shows_progress
def read_export(
    path: str | Path,
    *,
    policy: Policy | ResolvedPolicy | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cache: str | Path | Cache | None = None,
) -> Fleet:
    """Read a directory of exported certificates and settings, without any access to the network.

    Args:
        path: the export; docs/export-layout.md describes its layout. An address such as "s3://bucket/exports" names
            one of another file system, which is copied to a temporary directory and read there.
        policy: by default mcuaudit.toml at the top of the export, if there is one.
        executor: runs the decoding in parallel, for large exports.
        progress: called with the progress of the reading.
        cache: the directory of a cache, or a `Cache`; an export that was read before is not decoded again.

    Raises:
        UsageError: the directory is missing or contains no device; the address cannot be used, or not be read; the
            cache cannot be used.
        PolicyError: mcuaudit.toml has a key or value that is not allowed, or names a rule that does not exist.
        StorageError: this machine has no room for the copy of what is at an address.
    """
    if is_remote(path):
        return _read_remote(str(path), policy, executor, progress)
    root = path_given(path, "path")
    resolved = ResolvedPolicy(policy) if isinstance(policy, Policy) else policy or resolve_policy(root)
    policy = resolved.policy
    check_rule_codes(policy, str(resolved.file or "the policy"))
    kept = cache_given(cache, root)
    export = walk_export(root, policy)
    place = fleet_in_cache(kept, export, resolved)
    fleet = (place.found() if place else None) or _read(export, resolved, place, executor, progress)
    return replace(fleet, policy_file=str(resolved.file) if resolved.file else None)


def _read(
    export: Export,
    resolved: ResolvedPolicy,
    place: FleetInCache | None,
    executor: Executor | None,
    progress: Progress | None,
) -> Fleet:
    policy, total = resolved.policy, len(export.artefacts)
    files = decode_files(
        export.artefacts,
        policy.limits,
        executor=executor,
        progress=(lambda done: progress("reading", done, total)) if progress else None,
    )
    secrets = secrets_in_files(export.others, policy.limits)
    fleet = build_fleet(export, files, policy, str(resolved.file or POLICY_FILE), secrets, resolved.not_raised)
    if place:
        place.keep(fleet, chain(*(file.problems for file in files), *secrets.values()))
    return fleet


def _read_remote(
    address: str, policy: Policy | ResolvedPolicy | None, executor: Executor | None, progress: Progress | None
) -> Fleet:
    given = policy.policy if isinstance(policy, ResolvedPolicy) else policy
    with remote_copy(address, (given or Policy()).limits, progress) as copy:
        return read_copy(copy, shown_address(address), policy=policy, executor=executor, progress=progress)


def read_copy(
    copy: str | Path,
    address: str,
    *,
    policy: Policy | ResolvedPolicy | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Fleet:
    """Read the copy of an export, as `read_export` does; the fleet names the address that it was copied from."""
    resolved = policy or resolve_policy(copy)
    if isinstance(resolved, ResolvedPolicy):
        resolved = resolved.at_address(copy, address)
    # Workers on other machines do not see the copy.
    fleet = read_export(copy, policy=resolved, executor=on_this_machine(executor), progress=progress)
    return replace(fleet, source=address)


@shows_progress
def audit(
    fleet: Fleet,
    *,
    at: str | date | datetime,
    policy: Policy | None = None,
    baseline: Audit | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cache: str | Path | Cache | None = None,
) -> Audit:
    """Audit a fleet as of one time. A pure function: no clock, no files, no network.

    Args:
        fleet: the result of `read_export`.
        at: a date (00:00 UTC), an aware datetime, or either as ISO 8601 text.
        policy: thresholds, rules and waivers; by default the policy that the export was read with.
        baseline: an earlier audit, usually of the same fleet; each finding then has its `change`.
        executor: audits the devices in parallel, for large fleets; the result is the same.
        progress: called with the progress of the prediction, and of the rules.
        cache: the directory of a cache, or a `Cache`; an audit that was made before, of the same fleet at the same time
            with the same policy and baseline, is not made again.

    Raises:
        UsageError: `at` is not a date or time, or is a datetime without a zone; the fleet is redacted, or the baseline;
            the cache cannot be used.
        PolicyError: the policy names a rule that does not exist.
    """
    moment = time_given(at)
    check_neither_redacted(fleet, baseline)
    given, policy = policy, policy or fleet.policy
    rules = enabled_rules(policy)
    whole = partial(audit, policy=given, baseline=baseline)
    place = audit_in_cache(cache_given(cache), fleet, moment, policy, rules, baseline, whole)
    if found := place.found() if place else None:
        return found
    predicted, evaluations, reported, problems = _judged(fleet, moment, policy, rules, baseline, executor, progress)
    findings = make_findings(reported, rules, fleet.evidence, predicted.connections)
    basis = MadeOf(
        predicted,
        given,
        policy,
        rules,
        kept_once(evaluations),
        lambda: reported,
        findings,
        baseline,
        bool(problems),
        whole,
    )
    made = audit_made_of(basis, fleet, moment, problems)
    if place and not problems:
        place.keep(made)
    return made


def _judged(
    fleet: Fleet,
    at: datetime,
    policy: Policy,
    rules: Mapping[str, Rule],
    baseline: Audit | None,
    executor: Executor | None,
    progress: Progress | None,
) -> tuple[Prediction, Callable[[], pd.DataFrame], pd.DataFrame, list[dict[str, Any]]]:
    """The prediction; the frame `evaluations`, when it is wanted; those that are reported; problems of rules."""
    number = len(fleet.devices)
    if number >= in_parts.WORTH_PARTS and (executor is not None or number > in_parts.TOO_MANY):
        return in_parts.audited_in_parts(fleet, at, policy, rules, baseline, executor, progress)
    predicted = predict_fleet(fleet, at, progress=progress)
    views, context = Views(fleet, predicted, policy, baseline), Context(pd.Timestamp(at), policy)
    found, problems = evaluate(rules.values(), views, context, progress=progress)
    return predicted, found.frame, found.reported(), problems
