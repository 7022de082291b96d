"""Findings by cause: the one thing to mend or to bring, with all that hangs on it, most urgent first."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from mcuaudit.frames.containers import Audit
from mcuaudit.model import Outcome
from mcuaudit.report.html import Html, code, element, folded, join, link, paragraph, small
from mcuaudit.report.table import Row, csv_link, shown_of, table
from mcuaudit.report.words import GRADE_WORDS, UNDETERMINED, begun, is_missing, listed, plural, said

CAUSES_SHOWN: Final = 60
NAMES_SHOWN: Final = 3
FIRST_LINES: Final = 3
LOCK_OUT_RULE: Final = "locked_out"

_CSV_COLUMNS: Final = [
    "finding_id", "severity", "outcome", "site", "device", "slot", "peer", "reference",
    "evidence", "fix", "cause", "connections", "restores", "missing_evidence", "file",
]  # fmt: skip
_COLUMNS: Final = ("Severity", "Cause and fix", "Where", "Restores", "Rests on")


Finding = pd.Series | Mapping[Hashable, Any]
"""A row of the frame findings, as pandas gives it or as `to_dict` does."""


@dataclass(frozen=True)
class Cause:
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


def causes(audit: Audit) -> list[Cause]:
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
        Cause(
            group,
            group.iloc[0],
            int(by_cause.get(cause, 0)) or _own(group, "connections"),
            int(alone.get(cause, 0)) or _own(group, "restores"),
            _locks_out(group, locked),
        )
        for cause, group in worst_first.groupby(key.loc[worst_first.index], sort=False)
    ]
    return _together(sorted(grouped, key=lambda cause: cause.rank))


def _together(found: list[Cause]) -> list[Cause]:
    """The causes in their order, those that are said in the same words put together at the place of the first."""
    alike: dict[object, list[Cause]] = {}
    for cause in found:
        alike.setdefault((cause.locks_out, cause.certain, _words(cause.findings)), []).append(cause)
    merged = [
        same[0]
        if len(same) == 1
        else Cause(
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


def places(cause: Cause, *, with_site: bool) -> list[str]:
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


def most_urgent(found: list[Cause]) -> list[Cause]:
    """What to do first: at most three causes, of failures that are errors."""
    return [cause for cause in found if cause.certain and cause.lead["severity"] == "error"][:FIRST_LINES]


def first_things(found: list[Cause], *, with_site: bool) -> Html:
    """The numbered lines under "Do first"."""
    urgent = most_urgent(found)
    heading = element("h2", "Do first", id="do-first")
    if not urgent:
        return join((heading, paragraph("Nothing is urgent: no finding is a certain error.")))
    return join((heading, element("ol", *(_first_line(cause, with_site) for cause in urgent), class_="first")))


def _first_line(cause: Cause, with_site: bool) -> Html:
    lead = cause.lead
    where = listed(places(cause, with_site=with_site))
    fix = said(lead["fix"]) or evidence_of(lead)
    return element(
        "li",
        element("strong", f"{where}: ") if where else None,
        fix,
        small(_holds_up(cause), evidence_of(lead), " ", link(lead["finding_id"], lead["finding_id"])),
    )


def evidence_of(finding: Finding) -> str:
    """What was found, without the name of the device where the page says that beside it."""
    text, device = said(finding["evidence"]), said(finding["device_id"])
    if not device or not text.startswith((f"{device}: ", f"{device}, ")):
        return text
    return begun(text[len(device) + 2 :])


def _holds_up(cause: Cause) -> str:
    """How many connections have the cause, and how many of them have no other."""
    if not cause.connections:
        return ""
    if cause.restores == cause.connections:
        return f"Holds up {plural(cause.connections, 'connection')}. "
    alone = f"{cause.restores} of them hang" if cause.restores > 1 else f"{cause.restores or 'none'} of them hangs"
    return f"Holds up {plural(cause.connections, 'connection')}; {alone} on it alone. "


def causes_table(audit: Audit, found: list[Cause], name: str, *, with_site: bool) -> Html:
    """Findings grouped by cause, with the complete list of findings as CSV."""
    if not found:
        return paragraph("No rule found anything to report.")
    shown = found[:CAUSES_SHOWN]
    columns = [column for column in _CSV_COLUMNS if with_site or column != "site"]
    caption = join(
        (
            f"{shown_of(len(shown), len(found), 'cause')}: lock-outs first, then what is certain, by severity and by "
            "the connections that mending it restores (of those that it holds up). ",
            csv_link(
                audit.findings[columns], f"{name}-findings", f"All {plural(len(audit.findings), 'finding')} as CSV"
            ),
        )
    )
    return table(caption, _COLUMNS, [_row(cause, with_site) for cause in shown], label="Findings by cause")


def _row(cause: Cause, with_site: bool) -> Row:
    lead = cause.lead
    where = places(cause, with_site=with_site)
    cells = (
        join((_severity(cause), small(lead["finding_id"]))),
        join((evidence_of(lead), small(_fix(lead)), _others(cause))),
        _where(where),
        f"{cause.restores:,} of {cause.connections:,}" if cause.connections else "-",
        join((f"{said(lead['source'])}, {said(lead['section'])}".strip(", "), small(GRADE_WORDS[lead["grade"]]))),
    )
    return Row(cells, anchor=lead["finding_id"])


def _where(names: list[str]) -> Html | str:
    if len(names) <= NAMES_SHOWN:
        return listed(names)
    return folded(listed(names, NAMES_SHOWN), ", ".join(names))


def _severity(cause: Cause) -> Html:
    severity = str(cause.lead["severity"])
    if cause.certain:
        return element("span", severity, class_=f"severity {severity}")
    return join((element("span", UNDETERMINED, class_="severity note"), small(f"{severity}, if so")))


def _fix(lead: pd.Series) -> Html | str:
    if lead["outcome"] == Outcome.OPEN and not is_missing(lead["missing_evidence"]):
        return join(("Bring ", code(lead["missing_evidence"]), "."))
    return said(lead["fix"])


def _others(cause: Cause) -> Html | None:
    """The other findings of a cause, folded, so that every id of a ticket can be found on the page."""
    others = cause.findings["finding_id"].iloc[1:].tolist()
    if not others:
        return None
    rules = cause.findings["code"].nunique()
    title = f"{plural(len(others), 'more finding')} of {plural(rules, 'rule')}"
    return folded(title, join((code(one) for one in others[:CAUSES_SHOWN]), " "))
