"""The lines of findings: those that one unreadable file causes share a line for each severity."""

from __future__ import annotations

from pathlib import Path

from mcuaudit.writers.finding_lines import finding_lines
from tests.clean_export import DEVICE, CleanExport, local_certificate

LOCAL, RESPONSE = f"{DEVICE}/local-certificate.pem", f"{DEVICE}/api/services.query.xml"


def test_findings_that_one_damaged_certificate_causes_share_a_line_for_each_severity(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[LOCAL] = local_certificate().pem[:300]
    audit = export.audit(tmp_path)
    lines = list(finding_lines(audit, everything=True))
    shared = [line for line in lines if f"{LOCAL} cannot be read" in line]
    of_damage = audit.findings["cause_id"].str.startswith("damaged_evidence")
    findings = audit.findings[of_damage & (audit.findings["outcome"] == "open")]
    assert not set(findings["code"]) & {"MCU303", "MCU306", "MCU307", "MCU314"}, "the stores are whole"
    assert [line.split()[1] for line in shared] == ["error", "warning"]
    for line in shared:
        severity = line.split()[1]
        ids = findings.loc[findings["severity"] == severity, "finding_id"]
        assert line.startswith(f"{ids.iloc[0]} {severity} undetermined {DEVICE}: ")
        assert all(finding_id in line for finding_id in ids)
    assert len(findings) > 10
    assert set(audit.findings.loc[of_damage & (audit.findings["outcome"] == "fail"), "code"]) == {"MCU101"}
    assert all(sum(finding_id in line for line in lines) == 1 for finding_id in findings["finding_id"])


def test_findings_of_two_damaged_files_share_no_line(tmp_path: Path) -> None:
    export = CleanExport()
    export.files |= {LOCAL: local_certificate().pem[:300], RESPONSE: b"<x"}
    shared = [line for line in finding_lines(export.audit(tmp_path), everything=True) if "for the same reason" in line]
    files = [(line.split()[1], line.split(": ")[1].split(" cannot")[0]) for line in shared]
    assert ("error", RESPONSE) in files
    assert ("error", LOCAL) in files
    assert len(files) == len(set(files))


def test_failing_findings_keep_a_line_each(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[LOCAL] = None
    audit = export.audit(tmp_path)
    failing = audit.findings[audit.findings["outcome"] == "fail"]
    assert len(list(finding_lines(audit, everything=False))) == len(failing)
