"""mcuaudit audits the certificates, trust stores and settings of a fleet of Cisco TelePresence MCUs.

    import mcuaudit

    fleet = mcuaudit.read_export("exports")
    audit = mcuaudit.audit(fleet, at="2026-11-23")
    audit.connections[audit.connections["outcome"] == "fail"]

Every frame and column explains itself: ``mcuaudit.describe("connections.outcome")``.
"""

from __future__ import annotations

import importlib
from typing import Any

# Imported when first used: the command line answers --help without loading pandas.
_HOMES = {
    "OUTCOME": ("mcuaudit.frames.schema", "OUTCOME"),
    "Audit": ("mcuaudit.frames.containers", "Audit"),
    "BusyError": ("mcuaudit.errors", "BusyError"),
    "Comparison": ("mcuaudit.frames.comparison", "Comparison"),
    "Fleet": ("mcuaudit.frames.containers", "Fleet"),
    "IdentityOutcome": ("mcuaudit.identity", "IdentityOutcome"),
    "McuAuditError": ("mcuaudit.errors", "McuAuditError"),
    "Outcome": ("mcuaudit.domain.outcome", "Outcome"),
    "PathOutcome": ("mcuaudit.pkix", "PathOutcome"),
    "Policy": ("mcuaudit.policy.schema", "Policy"),
    "PolicyError": ("mcuaudit.errors", "PolicyError"),
    "ReportError": ("mcuaudit.errors", "ReportError"),
    "UsageError": ("mcuaudit.errors", "UsageError"),
    "audit": ("mcuaudit.pipeline", "audit"),
    "compare": ("mcuaudit.triage.comparison", "compare"),
    "describe": ("mcuaudit.summary.descriptions", "describe"),
    "earlier_audit": ("mcuaudit.notebook.load", "earlier_audit"),
    "fleet_report": ("mcuaudit.notebook.load", "fleet_report"),
    "keep": ("mcuaudit.triage.history", "keep"),
    "list_rules": ("mcuaudit.summary.descriptions", "list_rules"),
    "load": ("mcuaudit.frames.load", "load_audit"),
    "match": ("mcuaudit.identity", "match"),
    "open_audit": ("mcuaudit.notebook.load", "open_audit"),
    "read_export": ("mcuaudit.pipeline", "read_export"),
    "sample_directory": ("mcuaudit.system.resources", "sample_directory"),
    "show": ("mcuaudit.notebook.show", "show"),
    "site_report": ("mcuaudit.notebook.load", "site_report"),
    "trend": ("mcuaudit.triage.history", "trend"),
    "validate": ("mcuaudit.pkix", "validate"),
    "with_baseline": ("mcuaudit.triage.comparison", "with_baseline"),
}

_ATTACHING = ("mcuaudit.summary.why",)
_WITHOUT_AUDITS = ("mcuaudit.errors", "mcuaudit.domain", "mcuaudit.system")

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'mcuaudit' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    if not module.startswith(_WITHOUT_AUDITS):
        # Methods of Audit that belong to a later stage are attached by that stage.
        for stage in _ATTACHING:
            importlib.import_module(stage)
    value = getattr(importlib.import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *_HOMES]
