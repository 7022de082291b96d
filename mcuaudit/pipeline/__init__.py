"""The stages in order: walk, decode, build frames, predict, check rules, triage. Start reading here."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from mcuaudit.collect.walk import walk_export
from mcuaudit.decode.batch import decode_files, secrets_in_files
from mcuaudit.domain.instants import time_given
from mcuaudit.errors import UsageError
from mcuaudit.frames.build import build_fleet
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.pipeline import in_parts
from mcuaudit.policy.layers import ResolvedPolicy, resolve_policy
from mcuaudit.policy.schema import POLICY_FILE, Policy
from mcuaudit.predict.prediction import Prediction, predict_again, predict_fleet
from mcuaudit.rules import Context, Rule, Views, check_rule_codes, enabled_rules, evaluate, loading_problems
from mcuaudit.rules.again import evaluate_again
from mcuaudit.rules.difference import difference
from mcuaudit.system.arguments import path_given
from mcuaudit.system.progress import Progress
from mcuaudit.triage.comparison import with_baseline
from mcuaudit.triage.findings import REPORTED, make_findings, make_findings_again
from mcuaudit.triage.waivers import apply_waivers


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
    _check_not_redacted(fleet, baseline)
    given, policy = policy, policy or fleet.policy
    rules = enabled_rules(policy)
    number = len(fleet.devices)
    if number < in_parts.WORTH_PARTS or (executor is None and number <= in_parts.TOO_MANY):
        predicted = predict_fleet(fleet, moment, progress=progress)
        views, context = Views(fleet, predicted, policy, baseline), Context(pd.Timestamp(moment), policy)
        evaluations, problems = evaluate(rules.values(), views, context, progress=progress)
    else:
        predicted, evaluations, problems = in_parts.audited_in_parts(
            fleet, moment, policy, rules, baseline, executor, progress
        )
    reported = evaluations[evaluations["outcome"].isin(REPORTED)].reset_index(drop=True)
    findings = make_findings(reported, rules, fleet.evidence, predicted.connections)
    basis = _Basis(predicted, given, policy, rules, lambda: evaluations, reported, findings, baseline, bool(problems))
    return _audit(fleet, moment, basis, problems)


def _check_not_redacted(fleet: Fleet, baseline: Audit | None) -> None:
    if fleet.redacted or (baseline and baseline.fleet.redacted):
        raise UsageError(
            "A redacted audit has no certificates, so it cannot be audited again or be the baseline of another audit. "
            "Use the export, or the audit that it was made from."
        )


@dataclass(frozen=True)
class _Basis:
    """What the audit of a fleet that differs a little goes on from. Nothing in it is given to users.

    Attributes:
        prediction: with the devices, and what their verdicts share.
        given: the policy that was given; None for that of the fleet.
        policy: the policy in force.
        rules: the rules that were checked, by code.
        evaluations: gives the frame of that name, which is made when it is wanted.
        reported: the evaluations that are fail or open.
        findings: made of them, without waivers.
        baseline: the audit with which it is compared; None without one.
        raised: a rule raised an exception.
        steps: how many audits it was gone on from, one after the other.
    """

    prediction: Prediction
    given: Policy | None
    policy: Policy
    rules: Mapping[str, Rule]
    evaluations: Callable[[], pd.DataFrame]
    reported: pd.DataFrame
    findings: pd.DataFrame
    baseline: Audit | None
    raised: bool
    steps: int = 0

    def again(self, former: Audit, fleet: Fleet, at: datetime, progress: Progress | None) -> Audit:
        """See `Audit.again`."""
        _check_not_redacted(fleet, self.baseline)
        same_policy = self.given is not None or former.fleet.policy == fleet.policy
        found = difference(former.fleet, fleet) if at == former.at and same_policy and not self.raised else None
        if found is None or self.steps == MOST_STEPS:
            return audit(fleet, at=at, policy=self.given, baseline=self.baseline, progress=progress)
        predicted = predict_again(self.prediction, fleet, found.devices)
        evaluated = evaluate_again(
            self.rules,
            lambda devices: Views(fleet, predicted, self.policy, self.baseline, devices),
            Context(pd.Timestamp(at), self.policy),
            found,
            fleet.devices["device_id"].tolist(),
        )
        if evaluated.problems:
            # What a rule that raises says depends on all rows of its view.
            return audit(fleet, at=at, policy=self.given, baseline=self.baseline, progress=progress)
        added = evaluated.added[evaluated.added["outcome"].isin(REPORTED)]
        reported = evaluated.among(self.reported, added)
        findings = make_findings_again(
            self.findings, reported, self.rules, fleet.evidence, predicted.connections,
            found.with_same_key | found.of_sites | found.of_files, evaluated.of_the_fleet,
        )  # fmt: skip
        basis = replace(
            self,
            prediction=predicted,
            evaluations=cache(lambda: evaluated.among(self.evaluations())),
            reported=reported,
            findings=findings,
            steps=self.steps + 1,
        )
        return _audit(fleet, at, basis, [])


MOST_STEPS: Final = 50
"""After so many audits that went on from one another the whole fleet is audited, so that nothing former is kept."""


def _audit(fleet: Fleet, moment: datetime, basis: _Basis, problems: Sequence[dict[str, Any]]) -> Audit:
    """The audit of what was predicted and evaluated."""
    predicted, policy, rules = basis.prediction, basis.policy, basis.rules
    findings, waiver_problems = apply_waivers(
        _own(basis.findings), policy.waiver, moment, grades=policy.rules, file=fleet.policy_file or ""
    )
    result = Audit(
        fleet=fleet,
        at=moment,
        paths=_own(predicted.paths),
        identities=_own(predicted.identities),
        connections=_own(predicted.connections),
        administration=_own(predicted.administration),
        evaluations=lambda: _own(basis.evaluations()),  # type: ignore[arg-type]
        findings=findings,
        internal_problems=build_frame("problems", [*loading_problems(), *problems, *waiver_problems]),
        policy=policy.model_dump(mode="json"),
        versions=_versions(rules),
        rules={code: rule.severity for code, rule in rules.items()},
        basis=basis,
    )
    return replace(with_baseline(result, basis.baseline), basis=basis) if basis.baseline else result


def _own(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame for users: what they change in it, nothing goes on from. Its columns are copied when they are changed."""
    return frame.copy(deep=False)


def _versions(rules: Mapping[str, Rule]) -> dict[str, str]:
    packages = ("mcuaudit", "cryptography", "pandas", "certifi")
    installed = (rule.package.rpartition(" ") for rule in rules.values() if rule.package)
    return {
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in packages},
        **{name: version for name, _, version in installed},
    }
