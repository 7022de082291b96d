"""A program of somebody who uses the package: `make check` lets mypy look at it, and nothing runs it."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

import mcuaudit


def steps(audit: mcuaudit.Audit) -> pd.DataFrame:
    return audit.why("leeds/mcu-1", "outgoing_sip")


fleet: mcuaudit.Fleet = mcuaudit.read_export("exports")
audit = mcuaudit.audit(fleet, at="2026-11-23", policy=mcuaudit.Policy())
policy = mcuaudit.Policy.model_validate({"thresholds": {"expiry_days": 30}})
mcuaudit.audit(fleet, at=audit.at, policy=policy, baseline=audit)
audit.why("leeds/mcu-1", "outgoing_sip", peer=None).head()
steps(mcuaudit.load(Path("kept"))).head()
mcuaudit.load("exports", at="2026-11-23").why("leeds/mcu-1", "outgoing_sip")
mcuaudit.open_audit(export="exports", at="").why("leeds/mcu-1", "outgoing_sip")
compared = mcuaudit.with_baseline(audit, mcuaudit.earlier_audit(audit, days=30))
compared.select("leeds").why("leeds/mcu-1", "outgoing_sip")
steps(replace(compared, findings=audit.findings))
comparison: mcuaudit.Comparison = mcuaudit.compare(audit, compared)
name: mcuaudit.AuditName = comparison.old
source: str | None = name["source"]
kept: Path = audit.save("kept", dated=True)
report: mcuaudit.SiteReport = mcuaudit.site_report(audit, "leeds")
section: mcuaudit.Section = mcuaudit.fleet_report("exports", at="2026-11-23").verdict
purpose: mcuaudit.Purpose = "serverAuth"
use: mcuaudit.PolicyUse = "evaluate"
mcuaudit.validate("mcu.pem", at="2026-11-23", policies=use, initial_policies=["1.2.3"], explicit_policy=True)
mcuaudit.validate(
    "mcu.pem", at="2026-11-23", initial_policies="anyPolicy", inhibit_policy_mapping=True, inhibit_any_policy=False
)
lists: mcuaudit.RevocationUse = "require"
mcuaudit.validate("mcu.pem", at="2026-11-23", crls=["ca.crl", b""], revocation=lists)
path: mcuaudit.PathOutcome = mcuaudit.validate(
    "mcu.pem", presented=[b"", Path("ca.pem")], anchors="store.pem", purpose=purpose, at="2026-11-23"
)
remedy: mcuaudit.Remedy | None = path.remedy
advice: str = mcuaudit.remedy_sentence(remedy) if remedy else ""
subject: list[str] = [one.subject_text for one in path.path]
found: mcuaudit.IdentityOutcome = mcuaudit.match(path.path[0], "mcu.example.com", mcuaudit.Standard.RFC9525)
field: str | None = found.found_in
resolved: mcuaudit.ResolvedPolicy = mcuaudit.resolve_policy("exports", file="mcuaudit.toml")
made: mcuaudit.RenderResult = mcuaudit.render_reports(audit, "reports", sites=["leeds"], jobs=2)
failed: tuple[mcuaudit.ReportMade, ...] = made.failed
shown: mcuaudit.Shown = mcuaudit.show(audit.connections)
workbook: Path = mcuaudit.to_excel(audit.certificates, "certificates.xlsx")
text: mcuaudit.Description = mcuaudit.describe("connections")
cause: mcuaudit.Cause = mcuaudit.parse_cause("clock leeds/mcu-1")
place: mcuaudit.Place | None = mcuaudit.parse_remedy("check_clock").target
slot: mcuaudit.Slot | None = place.slot if place else None
names: mcuaudit.PresentedIdentifiers = mcuaudit.prepare("mcu.pem")
version: str = mcuaudit.__version__

# This would be right if the checker saw nothing but Any.
audit.no_such_method()  # type: ignore[attr-defined]
