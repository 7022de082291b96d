"""Waivers: which findings they cover, until when, and how loudly one that does not hold is told."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from mcuaudit import Audit, PolicyError
from tests.authority import NOW
from tests.clean_export import DEVICE, CleanExport
from tests.rules.breakages import FAILS

TODAY = NOW.date()


def waiver(rule: str = "MCU402", *, device: str = DEVICE, expires: date = TODAY, extra: str = "") -> str:
    place = f'device = "{device}"\n' if device else ""
    return f'[[waiver]]\nrule = "{rule}"\n{place}reason = "The lab."\nowner = "Ann"\nexpires = {expires}\n{extra}'


def audit_with(policy: str, directory: Path, *, broken: str = "MCU402") -> Audit:
    export = CleanExport()
    FAILS[broken](export)
    export.files["mcuaudit.toml"] = policy.encode()
    return export.audit(directory)


def of(audit: Audit, code: str) -> pd.Series:
    found = audit.findings[audit.findings["code"] == code]
    assert len(found) == 1
    return found.iloc[0]


def waiver_problems(audit: Audit) -> list[str]:
    return audit.problems.loc[audit.problems["kind"] == "waiver", "reason"].tolist()


def test_a_waived_finding_stays_visible_as_waived(tmp_path: Path) -> None:
    audit = audit_with(waiver(), tmp_path)
    found = of(audit, "MCU402")
    assert (found["outcome"], found["status"]) == ("fail", "waived")
    assert (found["waiver_reason"], found["waiver_owner"]) == ("The lab.", "Ann")
    assert found["waiver_expires"].date() == TODAY
    assert waiver_problems(audit) == []


def test_the_last_day_counts_in_whole(tmp_path: Path) -> None:
    assert of(audit_with(waiver(expires=TODAY), tmp_path / "a"), "MCU402")["status"] == "waived"
    audit = audit_with(waiver(expires=TODAY - timedelta(days=1)), tmp_path / "b")
    assert of(audit, "MCU402")["status"] == "active"


def test_an_expired_waiver_is_told_with_its_owner_and_finding(tmp_path: Path) -> None:
    audit = audit_with(waiver(expires=TODAY - timedelta(days=1)), tmp_path)
    (reason,) = waiver_problems(audit)
    assert "expired on 14 June 2026" in reason
    assert "Ann" in reason
    assert str(of(audit, "MCU402")["finding_id"]) in reason
    assert audit.problems.loc[audit.problems["kind"] == "waiver", "where"].tolist() == ["[[waiver]] 1"]
    assert audit.problems.loc[audit.problems["kind"] == "waiver", "file"].str.endswith("mcuaudit.toml").all()


@pytest.mark.parametrize(
    "policy",
    [
        waiver("MCU103"),
        waiver(device="leeds/mcu-2"),
        waiver(extra='peer = "vcs"\n'),
        waiver(extra=f'certificate = "{"0" * 64}"\n'),
    ],
)
def test_a_waiver_that_matches_nothing_is_told(policy: str, tmp_path: Path) -> None:
    audit = audit_with(policy, tmp_path)
    (reason,) = waiver_problems(audit)
    assert "matches no finding" in reason
    assert re.search(r"otherwise check the rule( and (device|peer|certificate))+ in the waiver\.", reason)
    assert of(audit, "MCU402")["status"] == "active"


def test_a_waiver_of_a_rule_that_is_off_says_so(tmp_path: Path) -> None:
    audit = audit_with(waiver() + '[rules]\nMCU402 = "off"\n', tmp_path)
    assert "switches that rule off" in waiver_problems(audit)[0]
    assert "MCU402" not in audit.rules


def test_two_waivers_for_one_finding_are_a_dispute_and_neither_holds(tmp_path: Path) -> None:
    audit = audit_with(waiver() + waiver(device="leeds/*"), tmp_path)
    assert of(audit, "MCU402")["status"] == "active"
    (reason,) = waiver_problems(audit)
    assert "1 and 2 both cover MCU402-" in reason
    assert "keep one" in reason


def test_an_expired_waiver_beside_its_renewal_is_no_dispute(tmp_path: Path) -> None:
    audit = audit_with(waiver(expires=TODAY - timedelta(days=9)) + waiver(), tmp_path)
    assert of(audit, "MCU402")["status"] == "waived"
    assert len(waiver_problems(audit)) == 1


@pytest.mark.parametrize("device", ["leeds/*", "*", "leeds/mcu-?"])
def test_a_device_may_be_a_pattern(device: str, tmp_path: Path) -> None:
    assert of(audit_with(waiver(device=device), tmp_path), "MCU402")["status"] == "waived"


def test_a_certificate_names_the_finding_on_every_device(tmp_path: Path) -> None:
    export = CleanExport()
    FAILS["MCU102"](export)
    plain = export.audit(tmp_path / "plain").findings
    digest = plain.loc[plain["code"] == "MCU102", "certificate"].iloc[0]
    colons = ":".join(digest[start : start + 2] for start in range(0, 64, 2)).upper()
    export.files["mcuaudit.toml"] = waiver("MCU102", device="", extra=f'certificate = "{colons}"\n').encode()
    found = export.audit(tmp_path / "waived").findings
    assert found.loc[found["code"] == "MCU102", "status"].tolist() == ["waived", "waived"]


def test_a_rule_that_does_not_exist_is_refused_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"mcuaudit\.toml: \[\[waiver\]\] 1 rule: there is no rule MCU999"):
        audit_with(waiver("MCU999"), tmp_path)


def test_a_rule_has_the_severity_of_the_policy(tmp_path: Path) -> None:
    audit = audit_with('[rules]\nMCU402 = "note"\n', tmp_path)
    assert of(audit, "MCU402")["severity"] == "note"
    assert audit.rules["MCU402"] == "note"


def test_a_rule_that_is_off_judges_nothing(tmp_path: Path) -> None:
    audit = audit_with('[rules]\nMCU402 = "off"\n', tmp_path)
    assert "MCU402" not in set(audit.evaluations["code"]) | set(audit.findings["code"])
