"""The stages in order: walk, decode, build frames, predict, check rules, triage. Start reading here."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

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
    policy = policy or fleet.policy
    rules = enabled_rules(policy)
    if executor is None or len(fleet.devices) < in_parts.WORTH_PARTS:
        predicted = predict_fleet(fleet, moment, progress=progress)
        views, context = Views(fleet, predicted, policy, baseline), Context(pd.Timestamp(moment), policy)
        evaluations, problems = evaluate(rules.values(), views, context, progress=progress)
    else:
        predicted, evaluations, problems = in_parts.audited_in_parts(
            fleet, moment, policy, rules, baseline, executor, progress
        )
    reported = evaluations[evaluations["outcome"].isin(REPORTED)].reset_index(drop=True)
    findings = make_findings(reported, rules, fleet.evidence, predicted.connections)
    basis = _Basis(predicted, policy, rules, reported, findings, baseline, bool(problems))
    return _audit(fleet, moment, basis, evaluations, problems)


def _check_not_redacted(fleet: Fleet, baseline: Audit | None) -> None:
    if fleet.redacted or (baseline and baseline.fleet.redacted):
        raise UsageError(
            "A redacted audit has no certificates, so it cannot be audited again or be the baseline of another audit. "
            "Use the export, or the audit that it was made from."
        )


@dataclass(frozen=True)
class _Basis:
    """What the audit of a fleet that differs a little goes on from.

    Attributes:
        prediction: with the devices, and what their verdicts share.
        policy: the policy in force.
        rules: the rules that were checked, by code.
        reported: the evaluations that are fail or open.
        findings: made of them, without waivers.
        baseline: the audit with which it is compared; None without one.
        raised: a rule raised an exception.
    """

    prediction: Prediction
    policy: Policy
    rules: Mapping[str, Rule]
    reported: pd.DataFrame
    findings: pd.DataFrame
    baseline: Audit | None
    raised: bool

    def again(self, former: Audit, fleet: Fleet, at: datetime, progress: Progress | None) -> Audit:
        """See `Audit.again`."""
        _check_not_redacted(fleet, self.baseline)
        found = difference(former.fleet, fleet) if at == former.at and not self.raised else None
        if found is None:
            return audit(fleet, at=at, policy=self.policy, baseline=self.baseline, progress=progress)
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
            return audit(fleet, at=at, policy=self.policy, baseline=self.baseline, progress=progress)
        added = evaluated.added[evaluated.added["outcome"].isin(REPORTED)]
        reported = evaluated.among(self.reported, added)
        findings = make_findings_again(
            self.findings, reported, self.rules, fleet.evidence, predicted.connections,
            found.with_same_key | found.of_sites | found.of_files, evaluated.of_the_fleet,
        )  # fmt: skip
        basis = replace(self, prediction=predicted, reported=reported, findings=findings)
        return _audit(fleet, at, basis, lambda: evaluated.among(former.evaluations), [])


def _audit(
    fleet: Fleet,
    moment: datetime,
    basis: _Basis,
    evaluations: pd.DataFrame | Callable[[], pd.DataFrame],
    problems: Sequence[dict[str, Any]],
) -> Audit:
    """The audit of what was predicted and evaluated."""
    predicted, policy, rules = basis.prediction, basis.policy, basis.rules
    findings, waiver_problems = apply_waivers(
        basis.findings, policy.waiver, moment, grades=policy.rules, file=fleet.policy_file or ""
    )
    result = Audit(
        fleet=fleet,
        at=moment,
        paths=predicted.paths,
        identities=predicted.identities,
        connections=predicted.connections,
        administration=predicted.administration,
        evaluations=evaluations,  # type: ignore[arg-type]
        findings=findings,
        internal_problems=build_frame("problems", [*loading_problems(), *problems, *waiver_problems]),
        policy=policy.model_dump(mode="json"),
        versions=_versions(rules),
        rules={code: rule.severity for code, rule in rules.items()},
        basis=basis,
    )
    return replace(with_baseline(result, basis.baseline), basis=basis) if basis.baseline else result


def _versions(rules: Mapping[str, Rule]) -> dict[str, str]:
    packages = ("mcuaudit", "cryptography", "pandas", "certifi")
    installed = (rule.package.rpartition(" ") for rule in rules.values() if rule.package)
    return {
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in packages},
        **{name: version for name, _, version in installed},
    }
