"""The lines of findings: what one unreadable file causes is told once."""

from __future__ import annotations

from pathlib import Path

from mcuaudit.writers.finding_lines import finding_lines
from tests.clean_export import DEVICE, CleanExport, local_certificate

LOCAL, RESPONSE = f"{DEVICE}/local-certificate.pem", f"{DEVICE}/api/services.query.xml"


def test_one_damaged_certificate_is_told_once_with_the_ids_of_all_that_rests_on_it(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[LOCAL] = local_certificate().pem[:300]
    audit = export.audit(tmp_path)
    lines = list(finding_lines(audit, everything=True))
    undetermined = [line for line in lines if " undetermined " in line]
    (line,) = [line for line in undetermined if f"{LOCAL} cannot be read" in line]
    ids = audit.findings.loc[audit.findings["outcome"] == "open", "finding_id"]
    assert len(ids) > 10
    assert all(sum(finding_id in line for line in lines) == 1 for finding_id in ids)
    assert line.startswith(f"{ids.iloc[0]} error undetermined {DEVICE}: ")


def test_findings_of_two_damaged_files_have_two_lines(tmp_path: Path) -> None:
    export = CleanExport()
    export.files |= {LOCAL: local_certificate().pem[:300], RESPONSE: b"<x"}
    shared = [line for line in finding_lines(export.audit(tmp_path), everything=True) if "for the same reason" in line]
    assert sorted(line.split(": ")[1].split(" cannot")[0] for line in shared) == [RESPONSE, LOCAL]


def test_failing_findings_keep_a_line_each(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[LOCAL] = None
    audit = export.audit(tmp_path)
    failing = audit.findings[audit.findings["outcome"] == "fail"]
    assert len(list(finding_lines(audit, everything=False))) == len(failing)
