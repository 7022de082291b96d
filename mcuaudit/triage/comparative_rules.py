"""Rules that compare an audit with its baseline: evaluated again whenever an audit gets another baseline."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.declared_frames import conform
from mcuaudit.policy.schema import Policy
from mcuaudit.predict.prediction import Prediction
from mcuaudit.rules import Context, Views, enabled_rules, evaluate
from mcuaudit.triage.findings import in_order, make_findings
from mcuaudit.triage.waivers import apply_waivers

COMPARATIVE: Final = ("MCU424",)
"""The codes of the rules that do not apply without a baseline."""
_SAME: Final = ["subject", "outcome", "message"]


def judged_against(audit: Audit, baseline: Audit) -> Audit:
    """`audit` with the evaluations and findings of these rules as the baseline gives them; itself if they are the same.

    Rules that the audit has switched off stay off.
    """
    policy = Policy.model_validate(audit.policy)
    rules = {code: rule for code, rule in enabled_rules(policy).items() if code in COMPARATIVE and code in audit.rules}
    if not rules:
        return audit
    prediction = Prediction(audit.paths, audit.identities, audit.connections, audit.administration)
    views = Views(audit.fleet, prediction, policy, baseline)
    evaluations, _ = evaluate(rules.values(), views, Context(pd.Timestamp(audit.at), policy))
    found = evaluations.frame()
    of_rules = audit.evaluations["code"].isin(list(rules))
    if _said(found).equals(_said(audit.evaluations[of_rules])):
        return audit
    new = make_findings(found, rules, audit.evidence, audit.connections)
    new, _ = apply_waivers(new, policy.waiver, audit.at, grades=policy.rules, file=audit.fleet.policy_file or "")
    kept = audit.findings[~audit.findings["code"].isin(list(rules))]
    return replace(
        audit,
        evaluations=conform("evaluations", pd.concat([audit.evaluations[~of_rules], found], ignore_index=True)),
        findings=in_order(conform("findings", pd.concat([kept, new], ignore_index=True))),
    )


def _said(evaluations: pd.DataFrame) -> pd.DataFrame:
    """What fails or is open, and why."""
    reported = evaluations["outcome"].isin([Outcome.FAIL.value, Outcome.OPEN.value])
    return evaluations.loc[reported, _SAME].astype("str").sort_values(_SAME).reset_index(drop=True)
