"""Rules that judge against a baseline say the same however the baseline comes to the audit."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import Audit
from mcuaudit.rules import own_rules
from mcuaudit.triage.comparative_rules import COMPARATIVE, judged_against
from tests.authority import NOW
from tests.clean_export import CleanExport
from tests.rules.breakages.base import Break, all_of, file
from tests.rules.breakages.settings import OCSP_UNDER_REQUIRED

CODE = "MCU424"
WAIVER = b"""
[[waiver]]
rule = "MCU424"
device = "leeds/*"
reason = "planned"
owner = "A"
expires = 2026-12-31
"""


def audit_of(directory: Path, *breaks: Break, days: int = 0) -> Audit:
    export = CleanExport()
    all_of(*breaks)(export)
    fleet = mcuaudit.read_export(export.write(directory))
    return mcuaudit.audit(fleet, at=NOW + timedelta(days=days))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    return audit_of(tmp_path_factory.mktemp("before"), days=-7)


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    return audit_of(tmp_path_factory.mktemp("after"), OCSP_UNDER_REQUIRED)


def found(audit: Audit) -> list[str]:
    of_rule = audit.findings[audit.findings["code"] == CODE]
    return of_rule["outcome"].astype("str").tolist()


def test_the_rules_that_need_a_baseline_are_those_whose_view_has_one() -> None:
    assert {code for code, rule in own_rules().items() if "compared" in rule.when and rule.view == "transitions"} == {
        *COMPARATIVE
    }


def test_however_the_baseline_comes_the_finding_is_the_same(before: Audit, after: Audit, tmp_path: Path) -> None:
    assert found(after) == []
    direct = mcuaudit.audit(after.fleet, at=NOW, baseline=before)
    later = mcuaudit.with_baseline(after, before)
    saved = mcuaudit.with_baseline(mcuaudit.load(after.save(tmp_path / "kept")), before)
    for audit in (direct, later, saved):
        assert found(audit) == ["fail"]
        of_rule = audit.findings[audit.findings["code"] == CODE]
        assert of_rule["change"].astype("str").tolist() == ["new"]
        changes = audit.comparison.finding_changes
        assert changes.loc[changes["code"] == CODE, "change"].astype("str").tolist() == ["new"]
    pd.testing.assert_frame_equal(direct.findings, later.findings)
    assert len(direct.evaluations) == len(later.evaluations) == len(after.evaluations)


def test_a_comparison_of_two_audits_has_it_too(before: Audit, after: Audit) -> None:
    changes = mcuaudit.compare(before, after).finding_changes
    assert changes.loc[changes["code"] == CODE, "change"].astype("str").tolist() == ["new"]


def test_the_next_comparison_has_it_no_more(before: Audit, after: Audit) -> None:
    first = mcuaudit.with_baseline(after, before)
    next_week = mcuaudit.audit(after.fleet, at=NOW + timedelta(days=7), baseline=first)
    assert found(next_week) == []
    changes = mcuaudit.compare(first, next_week).finding_changes
    assert changes.loc[changes["code"] == CODE, "change"].astype("str").tolist() == ["gone"]


def test_an_audit_that_it_does_not_concern_stays_itself(before: Audit) -> None:
    assert judged_against(before, before) is before


def test_a_waiver_counts(before: Audit, tmp_path: Path) -> None:
    audit = audit_of(tmp_path, OCSP_UNDER_REQUIRED, file("mcuaudit.toml", WAIVER))
    waived = mcuaudit.with_baseline(audit, before)
    assert waived.findings.loc[waived.findings["code"] == CODE, "status"].astype("str").tolist() == ["waived"]


def test_a_rule_that_is_off_stays_off(before: Audit, tmp_path: Path) -> None:
    off = audit_of(tmp_path, OCSP_UNDER_REQUIRED, file("mcuaudit.toml", b'[rules]\nMCU424 = "off"\n'))
    assert found(mcuaudit.with_baseline(off, before)) == []
