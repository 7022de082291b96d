"""Findings by cause: the one thing to fix or to collect, with the findings that depend on it, most urgent first."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit
from mcuaudit.report.html import Html, code, element, folded, join, link, paragraph, small
from mcuaudit.report.sections.anchors import rule_anchor
from mcuaudit.report.sections.applied import applied_note
from mcuaudit.report.table import Row, csv_link, shown_of, table
from mcuaudit.summary.applied import Applied, AppliedRemedies
from mcuaudit.summary.causes import CauseGroup, most_urgent, places
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import GRADE_WORDS, UNDETERMINED, is_missing, listed, said
from mcuaudit.wording.remedies import evidence_sentence

CAUSES_SHOWN: Final = 60
NAMES_SHOWN: Final = 3

_CSV_COLUMNS: Final = [
    "finding_id", "severity", "outcome", "site", "device", "slot", "peer", "reference",
    "evidence", "fix", "cause", "connections", "alone_blocks", "missing_evidence", "file",
]  # fmt: skip
_COLUMNS: Final = ("Severity", "Cause and fix", "Where", "Blocks", "Source")


def most_urgent_causes(found: list[CauseGroup], applied: AppliedRemedies, *, with_site: bool) -> Html:
    """The most urgent findings as numbered lines, where no remedy could be applied."""
    urgent = most_urgent(found)
    if not urgent:
        return paragraph("Nothing is urgent: no finding of severity error fails.")
    return element("ol", *(_first_line(cause, applied, with_site) for cause in urgent), class_="first")


def _first_line(cause: CauseGroup, applied: AppliedRemedies, with_site: bool) -> Html:
    lead = cause.lead
    where = listed(places(cause, with_site=with_site))
    fix = cause.fix or said(lead["evidence"])
    return element(
        "li",
        element("strong", f"{where}: ") if where else None,
        fix,
        small(applied_note(_applied(cause, applied))) if cause.fix else None,
        small(_blocks(cause), said(lead["evidence"]), " ", link(lead["finding_id"], lead["finding_id"])),
    )


def _blocks(cause: CauseGroup) -> str:
    """The number of connections with the cause, and of those without another cause."""
    if not cause.connections:
        return ""
    if cause.alone_blocks == cause.connections:
        return f"This problem alone blocks {plural(cause.connections, 'connection')}. "
    return (
        f"Affects {plural(cause.connections, 'connection')}; this problem alone blocks {cause.alone_blocks or 'none'}. "
    )


def causes_table(
    audit: Audit, found: list[CauseGroup], name: str, applied: AppliedRemedies, *, with_site: bool
) -> Html:
    """Findings grouped by cause, with what came of applying each fix, and the complete list of findings as CSV."""
    if not found:
        return paragraph("There are no findings.")
    shown = found[:CAUSES_SHOWN]
    columns = [column for column in _CSV_COLUMNS if with_site or column != "site"]
    caption = join(
        (
            f"{shown_of(len(shown), len(found), 'cause')}: lock-outs first, then findings that fail, by severity and "
            "by the number of blocked connections, then undetermined ones. ",
            csv_link(
                audit.findings[columns], f"{name}-findings", f"Download CSV ({plural(len(audit.findings), 'finding')})"
            ),
        )
    )
    return table(caption, _COLUMNS, [_row(cause, applied, with_site) for cause in shown], label="Findings by cause")


def _row(cause: CauseGroup, applied: AppliedRemedies, with_site: bool) -> Row:
    lead = cause.lead
    where = places(cause, with_site=with_site)
    cells = (
        join((_severity(cause), small(lead["finding_id"]))),
        join((said(lead["evidence"]), small(_fix(cause), " ", applied_note(_applied(cause, applied))), _others(cause))),
        _where(where),
        _blocked(cause),
        join(
            (
                f"{said(lead['source'])}, {said(lead['section'])}".strip(", "),
                small(GRADE_WORDS[lead["grade"]], ", ", link(rule_anchor(lead["code"]), lead["code"])),
            )
        ),
    )
    return Row(cells, anchor=lead["finding_id"])


def _blocked(cause: CauseGroup) -> Html | str:
    """The number of connections with the cause, and of those without another, for a cell of the table."""
    if not cause.connections:
        return "-"
    alone = f"{cause.alone_blocks:,}" if cause.alone_blocks else "none"
    return join((plural(cause.connections, "connection"), small(f"{alone} by this alone")))


def _where(names: list[str]) -> Html | str:
    if len(names) <= NAMES_SHOWN:
        return listed(names)
    return folded(listed(names, NAMES_SHOWN), ", ".join(names))


def _severity(cause: CauseGroup) -> Html:
    severity = str(cause.lead["severity"])
    if cause.certain:
        return element("span", severity, class_=f"severity {severity}")
    return join((element("span", UNDETERMINED, class_="severity note"), small(f"{severity}, if it fails")))


def _fix(cause: CauseGroup) -> Html | str:
    evidence = _evidence(cause)
    return _with_code(evidence_sentence(evidence) if evidence else cause.fix)


def _evidence(cause: CauseGroup) -> str:
    """The file or key that would settle an undetermined cause; "" for another."""
    lead = cause.lead
    is_open = lead["outcome"] == Outcome.OPEN and not is_missing(lead["missing_evidence"])
    return str(lead["missing_evidence"]) if is_open else ""


def _applied(cause: CauseGroup, applied: AppliedRemedies) -> Applied:
    evidence = _evidence(cause)
    return applied.of_evidence(evidence) if evidence else applied.of(cause.remedy_ids)


def _with_code(sentence: str) -> Html:
    """A sentence with what stands in backticks as code."""
    return join(code(part) if number % 2 else part for number, part in enumerate(sentence.split("`")))


def _others(cause: CauseGroup) -> Html | None:
    """The other findings of a cause, folded, so that every finding id is on the page."""
    others = cause.findings["finding_id"].iloc[1:].tolist()
    if not others:
        return None
    rules = cause.findings["code"].iloc[1:].nunique()
    title = f"{plural(len(others), 'more finding')} from {plural(rules, 'rule')}"
    return folded(title, join((code(one) for one in others[:CAUSES_SHOWN]), " "))
