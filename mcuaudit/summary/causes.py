"""Findings by cause: the one thing to fix or to collect, with all findings that it explains, most urgent first."""

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
"""A row of the frame findings, as a Series or a dictionary."""


@dataclass(frozen=True)
class CauseGroup:
    """Findings with one cause, on one device or identical on several. `lead` is the worst of them."""

    findings: pd.DataFrame
    lead: pd.Series
    connections: int
    """Refused or undetermined connections with this cause."""
    alone_blocks: int
    """Those of them that have no other cause."""
    locks_out: bool

    @property
    def certain(self) -> bool:
        """At least one finding fails; otherwise all are undetermined."""
        return bool(self.lead["outcome"] == Outcome.FAIL)

    @property
    def rank(self) -> tuple[object, ...]:
        """Sort key: lock-outs, then failures by severity, then causes that alone block most connections."""
        severity = ["error", "warning", "note"].index(self.lead["severity"])
        return (not (self.locks_out and self.certain), not self.certain, severity, -self.alone_blocks,
                -self.connections, self.lead["code"], said(self.lead["device_id"]),
                self.lead["finding_id"])  # fmt: skip

    @property
    def fix(self) -> str:
        """What to do, for one device or for each of several."""
        alike = self._alike
        remedies = [remedy for remedy in map(_remedy, alike) if remedy is not None]
        # A text that all have speaks of no place, and may say more than the change itself.
        one_text = len({said(finding["fix"]) for finding in alike}) == 1
        return said(self.lead["fix"]) if one_text or len(remedies) < len(alike) else remedy_sentence_for(remedies)

    @property
    def remedy_ids(self) -> list[str]:
        """The ids of the remedies that `fix` says; none where it is a text alone."""
        return list(dict.fromkeys(said(finding["remedy_id"]) for finding in self._alike if said(finding["remedy_id"])))

    @property
    def _alike(self) -> list[Mapping[Hashable, Any]]:
        return [finding for finding in self.findings.to_dict("records") if _same_rule(finding, self.lead)]


def group_by_cause(audit: Audit) -> list[CauseGroup]:
    """All findings except the waived ones, grouped and ordered. A finding without a cause is a group of its own.

    Causes that differ only in their device are one group.
    """
    findings = audit.findings[audit.findings["status"] == "active"]
    if findings.empty:
        return []
    key = _cause_of(findings)
    key = key.mask(key.eq(""), findings["finding_id"])
    worst_first = findings.sort_values(
        ["outcome", "severity", "code", "finding_id"], ascending=[False, False, True, True], kind="stable"
    )
    blocked = audit.connections[audit.connections["outcome"].isin([Outcome.FAIL, Outcome.OPEN])]
    by_cause = _cause_of(blocked).value_counts()
    alone = _cause_of(blocked[blocked["further_causes"] == 0]).value_counts()
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


def _cause_of(rows: pd.DataFrame) -> pd.Series:
    """The id of each row's cause; for an audit of schema 2, which has no ids, its words; "" for none."""
    return rows["cause_id"].fillna(rows["cause"]).fillna("")


def _merged(found: list[CauseGroup]) -> list[CauseGroup]:
    """The causes in their order, with identical ones of several devices merged."""
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
    """What a finding says, without its device; a finding without a device equals no other."""
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
    """The sum over devices of a column of the findings, for causes that no connection has."""
    by_device = group[column].fillna(0).groupby(group["device_id"].fillna("")).max()
    return int(by_device.sum())


def _locks_out(group: pd.DataFrame, locked: set[str]) -> bool:
    is_about_login = group["rule"].eq(LOCK_OUT_RULE)
    return bool((is_about_login & group["device_id"].isin(locked)).any())


def places(cause: CauseGroup, *, with_site: bool) -> list[str]:
    """The devices for which the leading rule has a finding; without devices, the peers, references or slots."""
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
    """The causes to fix first: at most three, failures of severity error only."""
    return [cause for cause in found if cause.certain and cause.lead["severity"] == "error"][:FIRST_LINES]
