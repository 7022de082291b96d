"""mcuaudit audits the certificates, trust stores and settings of a fleet of Cisco TelePresence MCUs.

    import mcuaudit

    audit = mcuaudit.load("exports", at="2026-11-23")
    audit.connections[audit.connections["outcome"] == "fail"]

Every frame and column explains itself: ``mcuaudit.describe("connections.outcome")``.
"""

from importlib import import_module as _import_module

# Imported when first used: the command line answers --help without loading pandas. `__init__.pyi` declares the same.
_HOMES = {
    "Action": "mcuaudit.variants.plans.actions",
    "AddAuthority": "mcuaudit.variants.changes",
    "AddFile": "mcuaudit.variants.changes",
    "AddUser": "mcuaudit.variants.changes",
    "Audit": "mcuaudit.frames.containers",
    "AuditName": "mcuaudit.frames.comparison",
    "Basis": "mcuaudit.frames.containers",
    "BusyError": "mcuaudit.errors",
    "Cache": "mcuaudit.system.cache",
    "Cause": "mcuaudit.domain.cause",
    "CauseKind": "mcuaudit.domain.cause",
    "ChainTrust": "mcuaudit.variants.new_files.check_new",
    "Certificate": "mcuaudit.domain.certificate",
    "CertificateDescription": "mcuaudit.variants.changes",
    "CertificateSource": "mcuaudit.decode.certificate_source",
    "CertificateSources": "mcuaudit.decode.certificate_source",
    "Change": "mcuaudit.variants.changes",
    "Comparison": "mcuaudit.frames.comparison",
    "Description": "mcuaudit.summary.descriptions",
    "Devices": "mcuaudit.variants.changes",
    "Differences": "mcuaudit.system.digests",
    "Explorer": "mcuaudit.notebook.explorer_widget",
    "ExplorerPage": "mcuaudit.report.explorer",
    "Fleet": "mcuaudit.frames.containers",
    "FleetReport": "mcuaudit.report.pages",
    "ForPages": "mcuaudit.frames.for_pages",
    "Format": "mcuaudit.writers.interface",
    "IdentityOutcome": "mcuaudit.identity",
    "KeptPlan": "mcuaudit.frames.for_pages",
    "McuAuditError": "mcuaudit.errors",
    "MoveTime": "mcuaudit.variants.changes",
    "NameConstraints": "mcuaudit.domain.certificate",
    "NewFileCheck": "mcuaudit.variants.new_files.check_new",
    "OUTCOME": "mcuaudit.frames.schema",
    "Origin": "mcuaudit.variants.plans.actions",
    "Outcome": "mcuaudit.domain.outcome",
    "PathOutcome": "mcuaudit.pkix",
    "Phase": "mcuaudit.variants.plans.actions",
    "Place": "mcuaudit.domain.slots",
    "Plan": "mcuaudit.variants.plans.plan",
    "Policy": "mcuaudit.policy.schema",
    "PolicyError": "mcuaudit.errors",
    "PolicyUse": "mcuaudit.pkix",
    "PresentedIdentifiers": "mcuaudit.identity",
    "Progress": "mcuaudit.system.progress",
    "Purpose": "mcuaudit.pkix",
    "RedactionKey": "mcuaudit.redaction.key",
    "Remedy": "mcuaudit.domain.remedy",
    "RemedyKind": "mcuaudit.domain.remedy",
    "RemoveAuthority": "mcuaudit.variants.changes",
    "RemoveUser": "mcuaudit.variants.changes",
    "RenderResult": "mcuaudit.report.render",
    "RenewCertificates": "mcuaudit.variants.plans.targets",
    "ReplaceAuthority": "mcuaudit.variants.plans.targets",
    "ReplaceCertificate": "mcuaudit.variants.changes",
    "ReplaceStore": "mcuaudit.variants.changes",
    "ReportError": "mcuaudit.errors",
    "ReportMade": "mcuaudit.report.render",
    "Request": "mcuaudit.writers.interface",
    "ResolvedPolicy": "mcuaudit.policy.layers",
    "RevocationState": "mcuaudit.pkix",
    "RevocationStatus": "mcuaudit.pkix",
    "RevocationUse": "mcuaudit.pkix",
    "Section": "mcuaudit.report.pages",
    "SetSetting": "mcuaudit.variants.changes",
    "Shown": "mcuaudit.notebook.show",
    "Signature": "mcuaudit.frames.verification",
    "SigningKey": "mcuaudit.system.signing",
    "SiteReport": "mcuaudit.report.pages",
    "Slot": "mcuaudit.domain.slots",
    "Standard": "mcuaudit.domain.standards",
    "StorageError": "mcuaudit.errors",
    "Target": "mcuaudit.variants.plans.targets",
    "UsageError": "mcuaudit.errors",
    "Verification": "mcuaudit.frames.verification",
    "audit": "mcuaudit.pipeline",
    "call_counts": "mcuaudit.predict.call_counts",
    "check_new": "mcuaudit.variants.new_files.check_new",
    "compare": "mcuaudit.triage.comparison",
    "csr_config": "mcuaudit.variants.requests.certificate_requests",
    "deadlines": "mcuaudit.variants.deadlines.deadlines",
    "describe": "mcuaudit.summary.descriptions",
    "earlier_audit": "mcuaudit.notebook.load",
    "first_jobs": "mcuaudit.variants.remedies.remedy_frames",
    "fetch": "mcuaudit.gather.fetch.run",
    "fleet_report": "mcuaudit.notebook.reports",
    "init_export": "mcuaudit.gather.drawer",
    "inspect": "mcuaudit.summary.inspection",
    "gaps": "mcuaudit.variants.gaps.gaps",
    "list_rules": "mcuaudit.summary.descriptions",
    "load": "mcuaudit.notebook.load",
    "match": "mcuaudit.identity",
    "open_audit": "mcuaudit.notebook.load",
    "parse_cause": "mcuaudit.domain.cause",
    "parse_remedy": "mcuaudit.domain.remedy",
    "plan": "mcuaudit.variants.plans.plan",
    "prepare": "mcuaudit.identity",
    "read_export": "mcuaudit.pipeline",
    "readiness": "mcuaudit.variants.readiness",
    "remedy_sentence": "mcuaudit.wording.remedies",
    "remedies": "mcuaudit.variants.remedies.remedy_frames",
    "render_reports": "mcuaudit.report.render",
    "resolve_policy": "mcuaudit.policy.layers",
    "sample_directory": "mcuaudit.system.resources",
    "show": "mcuaudit.notebook.show",
    "site_report": "mcuaudit.notebook.reports",
    "sort_drawer": "mcuaudit.gather.drawer",
    "to_excel": "mcuaudit.writers.frame_xlsx",
    "trend": "mcuaudit.triage.history",
    "validate": "mcuaudit.pkix",
    "validate_all": "mcuaudit.pkix.validations",
    "verify": "mcuaudit.frames.verification",
    "what_if": "mcuaudit.variants.what_if",
    "with_baseline": "mcuaudit.triage.comparison",
}

_ATTACHING = (
    "mcuaudit.summary.why", "mcuaudit.redaction.redact", "mcuaudit.variants.of_audits", "mcuaudit.notebook.at_a_glance",
    "mcuaudit.notebook.completion", "mcuaudit.notebook.results", "mcuaudit.notebook.explore_method",
)  # fmt: skip
_WITHOUT_AUDITS = ("mcuaudit.errors", "mcuaudit.domain", "mcuaudit.system", "mcuaudit.policy")

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name == "__version__":
        value = _import_module("importlib.metadata").version("mcuaudit")
    elif name in _HOMES:
        module = _HOMES[name]
        if not module.startswith(_WITHOUT_AUDITS):
            # Methods of Audit that belong to a later stage are attached by that stage, and IPython learns its names.
            for stage in _ATTACHING:
                _import_module(stage)
        value = getattr(_import_module(module), name)
    else:
        raise AttributeError(f"module 'mcuaudit' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """What is meant for users; the packages of the stages, which Python adds once they are imported, are not."""
    return [*__all__, "__version__", *(name for name in globals() if name.startswith("__") and name != "__version__")]
