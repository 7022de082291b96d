"""The exit code: 2 usage error, 5 not written, 4 a failure, 3 input left out, 1 findings; the first that applies."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

    from mcuaudit.frames.comparison import Comparison
    from mcuaudit.frames.containers import Audit

FOUND, WRONG_USE, NOT_ALL_READ, FAILED, NOT_WRITTEN = 1, 2, 3, 4, 5
"""Exit codes; 0 says that nothing is at or above the threshold."""

_LEFT_OUT: Final = ("unreadable", "unrecognised", "waiver", "saved_request")


class FailOn(StrEnum):
    """The severity from which a finding that fails, and is not waived, gives exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    NEW_ERROR = "new-error"
    NEW_WARNING = "new-warning"
    NEVER = "never"

    @property
    def needs_baseline(self) -> bool:
        """Only what is new against a baseline counts."""
        return self in (FailOn.NEW_ERROR, FailOn.NEW_WARNING)

    @property
    def severities(self) -> list[str]:
        """The severities that count."""
        return ["error"] if self in (FailOn.ERROR, FailOn.NEW_ERROR) else ["error", "warning"]


def exit_code(audit: Audit, fail_on: FailOn, fail_on_open: bool, *, failed_reports: bool = False) -> int:
    """The exit code of `check` and `report`."""
    if failed_reports or (audit.problems["kind"] == "internal").any():
        return FAILED
    if audit.problems["kind"].isin(_LEFT_OUT).any():
        return NOT_ALL_READ
    if fail_on is FailOn.NEVER:
        return 0
    if fail_on.needs_baseline:
        return new_findings_code(audit.comparison, fail_on, fail_on_open) if audit.comparison else 0
    counted = audit.findings[_counted(audit.findings, fail_on, fail_on_open)]
    return FOUND if len(counted) else 0


def new_findings_code(comparison: Comparison, fail_on: FailOn, fail_on_open: bool) -> int:
    """1 if a finding counts now that did not count in the old audit; what only a new rule finds does not."""
    changes = comparison.finding_changes
    counts = _counted(changes, fail_on, fail_on_open)
    counted = _counted(changes, fail_on, fail_on_open, prefix="previous_")
    return FOUND if (changes["change"].isin(["new", "updated"]) & counts & ~counted).any() else 0


def _counted(findings: pd.DataFrame, fail_on: FailOn, fail_on_open: bool, prefix: str = "") -> pd.Series:
    outcomes = ["fail", "open"] if fail_on_open else ["fail"]
    counted: pd.Series = (
        findings[f"{prefix}outcome"].isin(outcomes)
        & findings[f"{prefix}severity"].isin(fail_on.severities)
        & (findings[f"{prefix}status"] == "active")
    )
    return counted
