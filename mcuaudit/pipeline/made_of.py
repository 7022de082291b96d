"""What an audit was made of: it becomes the frames of the audit, and another audit goes on from it."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Final

import pandas as pd

from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.redacted import check_not_redacted
from mcuaudit.policy.schema import Policy
from mcuaudit.predict.prediction import Prediction, predict_again
from mcuaudit.rules import Context, Rule, Views, loading_problems
from mcuaudit.rules.again import evaluate_again
from mcuaudit.rules.difference import difference
from mcuaudit.system.progress import Progress
from mcuaudit.triage.comparison import with_baseline
from mcuaudit.triage.findings import REPORTED, make_findings_again
from mcuaudit.triage.waivers import apply_waivers


def check_neither_redacted(fleet: Fleet, baseline: Audit | None) -> None:
    """Refuse a fleet or a baseline that is redacted.

    Raises:
        UsageError: one of them is.
    """
    for one in (fleet, *([baseline.fleet] if baseline else [])):
        check_not_redacted(one, "it cannot be audited again or be the baseline of another audit")


@dataclass(frozen=True)
class MadeOf:
    """What an audit was made of, so that the audit of a fleet that differs a little goes on from it.

    Nothing in it is given to users.

    Attributes:
        prediction: with the devices, and what their verdicts share.
        given: the policy that was given; None for that of the fleet.
        policy: the policy in force.
        rules: the rules that were checked, by code.
        evaluations: gives the frame of that name, which is made when it is wanted.
        reported: gives the evaluations that are fail or open.
        findings: made of them, without waivers.
        baseline: the audit with which it is compared; None without one.
        raised: a rule raised an exception.
        whole: audits a whole fleet, with the policy that was given and this baseline.
        steps: how many audits it was gone on from, one after the other.
    """

    prediction: Prediction
    given: Policy | None
    policy: Policy
    rules: Mapping[str, Rule]
    evaluations: Callable[[], pd.DataFrame]
    reported: Callable[[], pd.DataFrame]
    findings: pd.DataFrame
    baseline: Audit | None
    raised: bool
    whole: Callable[..., Audit]
    steps: int = 0

    def again(self, former: Audit, fleet: Fleet, at: datetime, progress: Progress | None) -> Audit:
        """See `Audit.again`."""
        check_neither_redacted(fleet, self.baseline)
        same_policy = self.given is not None or former.fleet.policy == fleet.policy
        found = difference(former.fleet, fleet) if at == former.at and same_policy and not self.raised else None
        if found is None or self.steps == MOST_STEPS:
            return self.whole(fleet, at=at, progress=progress)
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
            return self.whole(fleet, at=at, progress=progress)
        added = evaluated.added[evaluated.added["outcome"].isin(REPORTED)]
        reported = self.reported()
        concerned = evaluated.among(reported[evaluated.concerned(reported)], added)
        findings = make_findings_again(
            self.findings, concerned, self.rules, fleet.evidence, predicted.connections,
            evaluated.concerned(self.findings), evaluated.fanned_out_to, evaluated.replaced_whole,
        )  # fmt: skip
        made = replace(
            self,
            prediction=predicted,
            evaluations=cache(lambda: evaluated.among(self.evaluations())),
            reported=cache(lambda: evaluated.among(reported, added)),
            findings=findings,
            steps=self.steps + 1,
        )
        return audit_made_of(made, fleet, at, [])


MOST_STEPS: Final = 50
"""After so many audits that went on from one another the whole fleet is audited, so that nothing former is kept."""


def audit_made_of(basis: MadeOf, fleet: Fleet, moment: datetime, problems: Sequence[dict[str, Any]]) -> Audit:
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
        versions=versions_of(rules),
        rules={code: rule.severity for code, rule in rules.items()},
        basis=basis,
    )
    return replace(with_baseline(result, basis.baseline), basis=basis) if basis.baseline else result


def _own(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame for users: what they change in it, nothing goes on from. Its columns are copied when they are changed."""
    return frame.copy(deep=False)


def versions_of(rules: Mapping[str, Rule]) -> dict[str, str]:
    """The versions of all that decided about an audit with these rules."""
    packages = ("mcuaudit", "cryptography", "pandas", "certifi")
    installed = (rule.package.rpartition(" ") for rule in rules.values() if rule.package)
    return {
        "python": platform.python_version(),
        **{name: _version(name) for name in packages},
        **{name: version for name, _, version in installed},
    }


@cache
def _version(package: str) -> str:
    """The version of a package that is imported: another one that is installed meanwhile does not decide."""
    return importlib.metadata.version(package)
