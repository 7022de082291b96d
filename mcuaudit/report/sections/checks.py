"""What was checked: every rule with its outcomes, the files, how to verify the audit, and who reviewed the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from mcuaudit.frames.containers import Audit
from mcuaudit.report.html import Html, code, element, folded, join, link, paragraph, small
from mcuaudit.report.sections.anchors import rule_anchor
from mcuaudit.report.table import Row, csv_link, table
from mcuaudit.summary.checks import FilesCounted, files_counted, rules_checked
from mcuaudit.summary.verdict import UNDETERMINED_MEANS
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import GRADE_WORDS

_COLUMNS: Final = ("Rule", "Basis", "Pass", "Fail", "Undetermined", "Not applicable", "Waived")
_COUNTS: Final = ("pass", "fail", "undetermined", "notApplicable", "waived")
_REVIEW: Final = ("Reviewed by", "Date", "Signature")


def checks_section(audit: Audit, name: str) -> Html:
    """The files, the rules, and how to verify both; on paper, lines for the reviewer."""
    rules = rules_checked(audit)
    return join(
        (
            paragraph(_files(files_counted(audit))),
            paragraph(_rules(rules)),
            paragraph(
                "The readings in use are in ", link("what-this-audit-cannot-determine", "the next part"),
                ". The digest of each file is in ", link("scope-and-evidence", "Scope and evidence"),
                ". To verify that the saved audit is unchanged: ", code("mcuaudit verify DIRECTORY"),
                ", with the directory of these pages; ", code("--key"), " checks who signed it.",
            ),
            folded(f"Every rule ({len(rules):,})", _table(rules, name)) if len(rules) else None,
            review_lines(),
        )
    )  # fmt: skip


def _files(files: FilesCounted) -> str:
    """The completeness in numbers that add up."""
    return (
        f"The export names {plural(files.total, 'file')} here: {files.whole:,} read whole, {files.in_part:,} read in "
        f"part, {files.unused:,} not used. Problems lists those that were not read whole. Descriptions of sites and "
        "the policy are not counted."
    )


def _rules(rules: pd.DataFrame) -> str:
    total = {name: int(rules[name].sum()) for name in _COUNTS}
    checks = sum(total[name] for name in _COUNTS if name != "waived")
    return (
        f"{plural(len(rules), 'rule')} made {plural(checks, 'check')}: {total['pass']:,} pass, {total['fail']:,} fail, "
        f"{total['undetermined']:,} undetermined, {total['notApplicable']:,} not applicable. "
        f"{plural(total['waived'], 'finding is', 'findings are')} waived. {UNDETERMINED_MEANS}"
    )


def _table(rules: pd.DataFrame, name: str) -> Html:
    caption = join(
        (
            "One row per rule that was checked, with the number of checks by outcome. ",
            csv_link(rules, f"{name}-rules", "Download CSV"),
        )
    )
    lines = [_row(row) for row in rules.to_dict("records")]
    return element("div", table(caption, _COLUMNS, lines, label="Rules"), class_="dense")


def _row(row: Mapping[Any, Any]) -> Row:
    checks = element("small", row["checks"], class_="screen") if row["checks"] else None
    title = join((code(row["code"]), " ", row["title"] or "rule of a package that is not installed here", checks))
    grade = GRADE_WORDS.get(row["grade"], "not recorded")
    counts = (f"{row[column]:,}" for column in _COUNTS)
    return Row((title, join((grade, small(row["severity"]))), *counts), anchor=rule_anchor(row["code"]))


def review_lines() -> Html:
    """Lines to fill in by hand, which only paper has."""
    return element("dl", *(join((element("dt", word), element("dd"))) for word in _REVIEW), class_="review")
