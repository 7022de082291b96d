"""mcuaudit audits the certificates, trust stores and settings of a fleet of Cisco TelePresence MCUs.

    import mcuaudit

    fleet = mcuaudit.read_export("exports")
    audit = mcuaudit.audit(fleet, at="2026-11-23")
    audit.connections[audit.connections["outcome"] == "fail"]

Every frame and column explains itself: ``mcuaudit.describe("connections.outcome")``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcuaudit.errors import BusyError as BusyError
    from mcuaudit.errors import McuAuditError as McuAuditError
    from mcuaudit.errors import PolicyError as PolicyError
    from mcuaudit.errors import ReportError as ReportError
    from mcuaudit.errors import Undecodable as Undecodable
    from mcuaudit.errors import UsageError as UsageError
    from mcuaudit.explain import describe as describe
    from mcuaudit.explain import list_rules as list_rules
    from mcuaudit.frames.comparison import Comparison as Comparison
    from mcuaudit.frames.containers import Audit as Audit
    from mcuaudit.frames.containers import Fleet as Fleet
    from mcuaudit.frames.schema import OUTCOME as OUTCOME
    from mcuaudit.frames.storage import load_audit as load  # noqa: F401
    from mcuaudit.identity import IdentityOutcome as IdentityOutcome
    from mcuaudit.identity import match as match
    from mcuaudit.kept import keep as keep
    from mcuaudit.kept import trend as trend
    from mcuaudit.model import Outcome as Outcome
    from mcuaudit.notebook import show as show
    from mcuaudit.pipeline import audit as audit
    from mcuaudit.pipeline import read_export as read_export
    from mcuaudit.pkix import PathOutcome as PathOutcome
    from mcuaudit.pkix import validate as validate
    from mcuaudit.policy import Policy as Policy
    from mcuaudit.report import earlier_audit as earlier_audit
    from mcuaudit.report import fleet_report as fleet_report
    from mcuaudit.report import open_audit as open_audit
    from mcuaudit.report import site_report as site_report
    from mcuaudit.resources import sample_directory as sample_directory
    from mcuaudit.triage.comparison import compare as compare
    from mcuaudit.triage.comparison import with_baseline as with_baseline

# Imported when first used: the command line answers --help without loading pandas.
_HOMES = {
    "OUTCOME": ("mcuaudit.frames.schema", "OUTCOME"),
    "Audit": ("mcuaudit.frames.containers", "Audit"),
    "BusyError": ("mcuaudit.errors", "BusyError"),
    "Comparison": ("mcuaudit.frames.comparison", "Comparison"),
    "Fleet": ("mcuaudit.frames.containers", "Fleet"),
    "IdentityOutcome": ("mcuaudit.identity", "IdentityOutcome"),
    "McuAuditError": ("mcuaudit.errors", "McuAuditError"),
    "Outcome": ("mcuaudit.model", "Outcome"),
    "PathOutcome": ("mcuaudit.pkix", "PathOutcome"),
    "Policy": ("mcuaudit.policy", "Policy"),
    "PolicyError": ("mcuaudit.errors", "PolicyError"),
    "ReportError": ("mcuaudit.errors", "ReportError"),
    "Undecodable": ("mcuaudit.errors", "Undecodable"),
    "UsageError": ("mcuaudit.errors", "UsageError"),
    "audit": ("mcuaudit.pipeline", "audit"),
    "compare": ("mcuaudit.triage.comparison", "compare"),
    "describe": ("mcuaudit.explain", "describe"),
    "earlier_audit": ("mcuaudit.report", "earlier_audit"),
    "fleet_report": ("mcuaudit.report", "fleet_report"),
    "keep": ("mcuaudit.kept", "keep"),
    "list_rules": ("mcuaudit.explain", "list_rules"),
    "load": ("mcuaudit.frames.storage", "load_audit"),
    "match": ("mcuaudit.identity", "match"),
    "open_audit": ("mcuaudit.report", "open_audit"),
    "read_export": ("mcuaudit.pipeline", "read_export"),
    "sample_directory": ("mcuaudit.resources", "sample_directory"),
    "show": ("mcuaudit.notebook", "show"),
    "site_report": ("mcuaudit.report", "site_report"),
    "trend": ("mcuaudit.kept", "trend"),
    "validate": ("mcuaudit.pkix", "validate"),
    "with_baseline": ("mcuaudit.triage.comparison", "with_baseline"),
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'mcuaudit' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    value = getattr(importlib.import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *_HOMES]
