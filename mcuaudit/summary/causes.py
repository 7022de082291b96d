"""Findings by cause: the one thing to fix or to collect, with all that depends on it, most urgent first."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit
from mcuaudit.wording.phrases import begun, said

FIRST_LINES: Final = 3


LOCK_OUT_RULE: Final = "locked_out"


Finding = pd.Series | Mapping[Hashable, Any]
"""A row of the frame findings, as pandas gives it or as `to_dict` does."""


@dataclass(frozen=True)
class CauseGroup:
    """Findings that one thing mends, on one device or on each of several. `lead` is the worst and speaks for all."""

    findings: pd.DataFrame
    lead: pd.Series
    connections: int
    """Connections, refused or undetermined, that have this cause."""
    restores: int
    """Those of them that have no other cause: mending this one restores or settles them."""
    locks_out: bool

    @property
    def certain(self) -> bool:
        """At least one finding is a failure, not merely undetermined."""
        return bool(self.lead["outcome"] == Outcome.FAIL)

    @property
    def rank(self) -> tuple[object, ...]:
        """Sorts causes: lock-outs, failures by severity, then what restores most connections."""
        severity = ["error", "warning", "note"].index(self.lead["severity"])
        return (not (self.locks_out and self.certain), not self.certain, severity, -self.restores, -self.connections,
                self.lead["code"], said(self.lead["device_id"]), self.lead["finding_id"])  # fmt: skip


def group_by_cause(audit: Audit) -> list[CauseGroup]:
    """All findings but the waived ones, grouped and ordered. A finding that names no cause stands alone.

    Causes of which everything is said in the same words, but for the device, are one: to mend on each of them.
    """
    findings = audit.findings[audit.findings["status"] == "active"]
    if findings.empty:
        return []
    key = findings["cause"].fillna("").mask(lambda cause: cause.eq(""), findings["finding_id"])
    worst_first = findings.sort_values(
        ["outcome", "severity", "code", "finding_id"], ascending=[False, False, True, True], kind="stable"
    )
    held_up = audit.connections[audit.connections["outcome"].isin([Outcome.FAIL, Outcome.OPEN])]
    by_cause = held_up["cause"].value_counts()
    alone = held_up.loc[held_up["further_causes"] == 0, "cause"].value_counts()
    locked = set(audit.administration.loc[audit.administration["outcome"].ne(Outcome.PASS), "device_id"])
    grouped = [
        CauseGroup(
            group,
            group.iloc[0],
            int(by_cause.get(cause, 0)) or _own(group, "connections"),
            int(alone.get(cause, 0)) or _own(group, "restores"),
            _locks_out(group, locked),
        )
        for cause, group in worst_first.groupby(key.loc[worst_first.index], sort=False)
    ]
    return _together(sorted(grouped, key=lambda cause: cause.rank))


def _together(found: list[CauseGroup]) -> list[CauseGroup]:
    """The causes in their order, those that are said in the same words put together at the place of the first."""
    alike: dict[object, list[CauseGroup]] = {}
    for cause in found:
        alike.setdefault((cause.locks_out, cause.certain, _words(cause.findings)), []).append(cause)
    merged = [
        same[0]
        if len(same) == 1
        else CauseGroup(
            pd.concat([cause.findings for cause in same]),
            same[0].lead,
            sum(cause.connections for cause in same),
            sum(cause.restores for cause in same),
            same[0].locks_out,
        )
        for same in alike.values()
    ]
    return sorted(merged, key=lambda cause: cause.rank)


def _words(findings: pd.DataFrame) -> frozenset[tuple[str, ...]]:
    """What is said of a cause, without the device; what concerns no device is like nothing else."""
    return frozenset(_words_of(finding) for finding in findings.to_dict("records"))


def _words_of(finding: Finding) -> tuple[str, ...]:
    device = said(finding["device_id"])
    texts = [said(finding[column]) for column in ("fix", "missing_evidence")]
    if device:
        texts = [text.replace(device, "") for text in texts]
    return (said(finding["code"]), evidence_of(finding), *texts, "" if device else said(finding["finding_id"]))


def _own(group: pd.DataFrame, column: str) -> int:
    """What the findings themselves tell, once per device: for causes that no connection names."""
    told = group[column].fillna(0).groupby(group["device_id"].fillna("")).max()
    return int(told.sum())


def _locks_out(group: pd.DataFrame, locked: set[str]) -> bool:
    is_about_login = group["rule"].eq(LOCK_OUT_RULE)
    return bool((is_about_login & group["device_id"].isin(locked)).any())


def places(cause: CauseGroup, *, with_site: bool) -> list[str]:
    """The devices on which the leading rule speaks; where it speaks of none, the peers or slots."""
    findings = cause.findings[cause.findings["code"] == cause.lead["code"]]
    devices = findings.dropna(subset=["device"])
    if not devices.empty:
        names = devices["site"] + "/" + devices["device"] if with_site else devices["device"]
        return sorted(names.unique())
    for column in ("peer", "reference", "slot"):
        named = sorted(findings[column].dropna().unique())
        if named:
            return [name.replace("_", " ") for name in named] if column == "slot" else named
    return []


def most_urgent(found: list[CauseGroup]) -> list[CauseGroup]:
    """What to do first: at most three causes, of failures that are errors."""
    return [cause for cause in found if cause.certain and cause.lead["severity"] == "error"][:FIRST_LINES]


def evidence_of(finding: Finding) -> str:
    """What was found, without the name of the device where the page says that beside it."""
    text, device = said(finding["evidence"]), said(finding["device_id"])
    if not device or not text.startswith((f"{device}: ", f"{device}, ")):
        return text
    return begun(text[len(device) + 2 :])
