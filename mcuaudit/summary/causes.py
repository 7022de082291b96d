"""Findings by cause: the one thing to fix or to collect, with all that depends on it, most urgent first."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, parse_remedy
from mcuaudit.domain.slots import Place, within
from mcuaudit.frames.containers import Audit
from mcuaudit.wording.phrases import said
from mcuaudit.wording.remedies import remedy_sentence_for

FIRST_LINES: Final = 3


LOCK_OUT_RULE: Final = "locked_out"


Finding = pd.Series | Mapping[Hashable, Any]
"""A row of the frame findings, as pandas gives it or as `to_dict` does."""


@dataclass(frozen=True)
class CauseGroup:
    """Findings with one cause, on one device or the same on each of several. `lead` is the worst and speaks for all."""

    findings: pd.DataFrame
    lead: pd.Series
    connections: int
    """Connections, refused or undetermined, that have this cause."""
    alone_blocks: int
    """Those of them that have no other cause."""
    locks_out: bool

    @property
    def certain(self) -> bool:
        """At least one finding is a failure, not merely undetermined."""
        return bool(self.lead["outcome"] == Outcome.FAIL)

    @property
    def rank(self) -> tuple[object, ...]:
        """Sorts causes: lock-outs, failures by severity, then what blocks most connections alone."""
        severity = ["error", "warning", "note"].index(self.lead["severity"])
        return (not (self.locks_out and self.certain), not self.certain, severity, -self.alone_blocks,
                -self.connections, self.lead["code"], said(self.lead["device_id"]),
                self.lead["finding_id"])  # fmt: skip

    @property
    def fix(self) -> str:
        """What to do, for one device or for each of several."""
        remedies = [_remedy(finding) for finding in self.findings.to_dict("records") if _same_rule(finding, self.lead)]
        known = [remedy for remedy in remedies if remedy is not None]
        return remedy_sentence_for(known) if known and len(known) == len(remedies) else said(self.lead["fix"])


def group_by_cause(audit: Audit) -> list[CauseGroup]:
    """All findings but the waived ones, grouped and ordered. A finding that names no cause stands alone.

    Causes that are the same on several devices, but for the device, are one.
    """
    findings = audit.findings[audit.findings["status"] == "active"]
    if findings.empty:
        return []
    key = findings["cause_id"].fillna("").mask(lambda cause: cause.eq(""), findings["finding_id"])
    worst_first = findings.sort_values(
        ["outcome", "severity", "code", "finding_id"], ascending=[False, False, True, True], kind="stable"
    )
    blocked = audit.connections[audit.connections["outcome"].isin([Outcome.FAIL, Outcome.OPEN])]
    by_cause = blocked["cause_id"].value_counts()
    alone = blocked.loc[blocked["further_causes"] == 0, "cause_id"].value_counts()
    locked = set(audit.administration.loc[audit.administration["outcome"].ne(Outcome.PASS), "device_id"])
    grouped = [
        CauseGroup(
            group,
            group.iloc[0],
            int(by_cause.get(cause, 0)) or _own(group, "connections"),
            int(alone.get(cause, 0)) or _own(group, "alone_blocks"),
            _locks_out(group, locked),
        )
        for cause, group in worst_first.groupby(key.loc[worst_first.index], sort=False)
    ]
    return _merged(sorted(grouped, key=lambda cause: cause.rank))


def _merged(found: list[CauseGroup]) -> list[CauseGroup]:
    """The causes in their order; those that are the same on several devices are one, at the place of the first."""
    alike: dict[object, list[CauseGroup]] = {}
    for cause in found:
        statements = frozenset(_statement(finding) for finding in cause.findings.to_dict("records"))
        alike.setdefault((cause.locks_out, cause.certain, statements), []).append(cause)
    merged = [
        same[0]
        if len(same) == 1
        else CauseGroup(
            pd.concat([cause.findings for cause in same]),
            same[0].lead,
            sum(cause.connections for cause in same),
            sum(cause.alone_blocks for cause in same),
            same[0].locks_out,
        )
        for same in alike.values()
    ]
    return sorted(merged, key=lambda cause: cause.rank)


def _statement(finding: Finding) -> tuple[object, ...]:
    """What is stated of a device, whichever device it is; what concerns no device is like nothing else."""
    device, remedy = said(finding["device_id"]), _remedy(finding)
    if not device:
        return (said(finding["finding_id"]),)
    if remedy and remedy.target and remedy.target.owner == device:
        remedy = remedy.at(Place(remedy.target.slot, ""))
    return (
        said(finding["code"]),
        said(finding["evidence"]),
        remedy or said(finding["fix"]),
        within(device, said(finding["missing_evidence"])),
    )


def _remedy(finding: Finding) -> Remedy | None:
    remedy_id = said(finding["remedy_id"])
    return parse_remedy(remedy_id) if remedy_id else None


def _same_rule(finding: Finding, lead: pd.Series) -> bool:
    return bool(finding["code"] == lead["code"])


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
