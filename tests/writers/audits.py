"""Audits that the writers are tried on: the sample, a clean device, and one in which every text is hostile."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

import mcuaudit
from mcuaudit import Audit
from mcuaudit.frames.declared_frames import build_frame
from tests.report.synthetic_audit import AT, make_audit

HOSTILE = (
    '=HYPERLINK("http://x.example","{}")',
    "=cmd|'/c calc'!A1 {}",
    "<r><t>{}</t></r>",
    "{}\x00\x1b[2J\r\nsecond line\x85\u2028",
    "\u202e{}\u2066",
    "]]> & {} <!-- <script>alert(1)</script>",
    "[{}](http://x.example) {{0}} %s",
    "\ufffe{}\uffff _x0041_",
    ' \t@SUM({});=1+1\t"+2";-3',
    "{}" + "\U0001f512" * 20_000,
    "\u00e9e\u0301 {} \u6f22\u5b57 \\ \\x41 \"quoted\" 'so'",
    "-1+{}",
)


SHORT = tuple(text for text in HOSTILE if len(text) < 1000)


def hostile(text: str, among: Sequence[str] = HOSTILE) -> str:
    """The text within one of the hostile ones, the same whenever it is the same text."""
    return among[zlib.crc32(text.encode()) % len(among)].format(text)


def hostile_audit(among: Sequence[str] = HOSTILE) -> Audit:
    """Hostile texts everywhere; findings of the fleet and of a site, waived ones, all changes and kinds of problems."""
    audit = make_audit(partial(hostile, among=among), sites={"leeds": '=1+1 "leeds" <&>'})
    findings = audit.findings.astype(object)
    number = range(len(findings))
    findings["change"] = [("new", "newRule", "unchanged", "updated", None)[row % 5] for row in number]
    for row in (0, 3, 7):
        findings.loc[row, ["status", "waiver_reason", "waiver_owner"]] = ["waived", hostile("reason"), hostile("owner")]
        findings.loc[row, "waiver_expires"] = pd.Timestamp("2027-01-31", tz="UTC")
    findings.loc[1, ["device", "device_id"]] = None
    findings.loc[2, ["site", "device", "device_id"]] = None
    findings["fingerprint"] = [f"{row:064x}" for row in number]
    findings["reference"] = [hostile(f"reference {row}") for row in number]
    findings["file"] = [hostile(f"file {row}") if row % 2 else None for row in number]
    evaluations = [
        {"subject": hostile(f"subject {row}"), "outcome": ("pass", "notApplicable")[row % 2], **_device(audit, row)}
        for row in range(12)
    ]
    problems = [
        {"kind": kind, "file": hostile(f"{kind}.pem"), "where": hostile("line 1"), "reason": hostile("why")}
        for kind in ("unreadable", "unrecognised", "conflict", "secret", "waiver", "internal")
    ]
    certificates = audit.certificates
    names = [among[row % len(among)].format(f"CN=mcu-{row}") for row in range(len(certificates))]
    return replace(
        audit,
        fleet=replace(audit.fleet, certificates=certificates.assign(subject=pd.Series(names, dtype="str"))),
        evaluations=build_frame("evaluations", evaluations),
        findings=build_frame("findings", findings.to_dict("records")),
        internal_problems=build_frame("problems", problems),
    )


def _device(audit: Audit, row: int) -> dict[str, Any]:
    device = audit.devices.iloc[row % len(audit.devices)]
    return {"code": "MCU103", **{key: device[key] for key in ("site", "device", "device_id")}}


def sample_audit(at: Any = AT, baseline: Audit | None = None) -> Audit:
    """The sample fleet."""
    return mcuaudit.audit(mcuaudit.read_export(mcuaudit.sample_directory()), at=at, baseline=baseline)


def compared_audit() -> Audit:
    """The sample with a baseline in which more had expired, one severity was another, and one rule was not yet."""
    baseline = sample_audit("2028-01-01")
    findings = baseline.findings
    severity = findings["severity"].mask(findings["code"] == "MCU106", "note")
    findings = findings.assign(severity=severity)[findings["code"] != "MCU402"].reset_index(drop=True)
    rules = {code: severity for code, severity in baseline.rules.items() if code != "MCU402"}
    return sample_audit(baseline=replace(baseline, findings=findings, rules=rules))
