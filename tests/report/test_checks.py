"""What was checked: the numbers on the page are those of the frames, and the files those of the directory."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit.frames.containers import Audit
from mcuaudit.notebook.reports import fleet_report, site_report
from mcuaudit.report.execute import running_title
from mcuaudit.summary.checks import files_counted, rules_checked

_OUTCOMES = {"pass": "pass", "fail": "fail", "undetermined": "open", "notApplicable": "notApplicable"}


@pytest.mark.parametrize("site", ["", "leeds", "singapore"])
def test_every_number_of_a_rule_is_that_of_the_frames_and_is_on_the_page(sample_audit: Audit, site: str) -> None:
    # The first finding is waived, as by a policy.
    status = sample_audit.findings["status"].where(sample_audit.findings.index != 0, "waived")
    audit = replace(sample_audit, findings=sample_audit.findings.assign(status=status))
    report = site_report(audit, site) if site else fleet_report(audit)
    part, text = report.audit, report.checks._repr_html_()
    rules = rules_checked(part)
    assert list(rules["code"]) == sorted(audit.rules)
    assert (rules["checks"].str.len() > 20).all()
    for name, outcome in _OUTCOMES.items():
        counted = part.evaluations.loc[part.evaluations["outcome"].astype(str).eq(outcome), "code"].value_counts()
        assert rules.set_index("code")[name].to_dict() == counted.reindex(rules["code"], fill_value=0).to_dict()
    assert rules[list(_OUTCOMES)].to_numpy().sum() == len(part.evaluations)
    assert rules["fail"].sum() + rules["undetermined"].sum() == len(part.findings)
    assert rules["waived"].sum() == part.findings["status"].eq("waived").sum()
    lines = re.findall(r"<tr id=\"rule-[^>]*>(.*?)</tr>", text)
    shown = [[int(cell) for cell in re.findall(r"<td[^>]*>(\d+)</td>", line)] for line in lines]
    assert shown == rules[[*_OUTCOMES, "waived"]].to_numpy().tolist()


def test_each_file_is_counted_once_as_read_in_part_or_not_used(sample_audit: Audit) -> None:
    directory = mcuaudit.sample_directory()
    files = [path for path in directory.rglob("*") if path.is_file() and path.name != "site.toml"]
    found = files_counted(sample_audit)
    assert found.total == len(files)
    assert (found.in_part, found.unused) == (1, 1)
    words = fleet_report(sample_audit).checks._repr_html_()
    assert f"{found.total} files here: {found.whole} read whole, 1 read in part, 1 not used" in words


def test_a_damaged_file_without_any_use_is_not_counted_as_read(tmp_path: Path) -> None:
    device = tmp_path / "oslo" / "mcu-1"
    device.mkdir(parents=True)
    (device / "local-certificate.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n")
    found = files_counted(mcuaudit.audit(mcuaudit.read_export(tmp_path), at="2026-11-23"))
    assert (found.whole, found.in_part, found.unused) == (0, 0, 1)


def test_a_rule_that_is_not_installed_here_is_counted_all_the_same(sample_audit: Audit) -> None:
    extra = sample_audit.evaluations.head(1).assign(code="XYZ901")
    evaluations = pd.concat([sample_audit.evaluations, extra], ignore_index=True)
    audit = replace(sample_audit, evaluations=evaluations, rules={**sample_audit.rules, "XYZ901": "note"})
    assert rules_checked(audit).set_index("code").loc["XYZ901", ["title", "pass"]].tolist() == ["", 1]
    assert "XYZ901" in fleet_report(audit).checks._repr_html_()


def test_a_running_title_cannot_end_its_style() -> None:
    hostile = running_title('"}</style><script>\u202e\n')
    assert not set(hostile.partition("content: ")[2].partition("; }")[0]) - set('"\\0123456789abcdef ')
