"""The changes since the baseline: one sentence, one row per change, and other differences between the two audits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

import pandas as pd

from mcuaudit.frames.comparison import Comparison
from mcuaudit.report.html import Html, element, folded, join, paragraph
from mcuaudit.report.table import ROWS_SHOWN, Row, csv_link, shown_of, table
from mcuaudit.summary.changes import _PLACES_SHOWN, change_rows, change_title, sentence
from mcuaudit.wording.phrases import (
    listed,
    said,
)


def changes_section(comparison: Comparison | None, zone: tzinfo, name: str) -> Html:
    """The section of a page about the baseline."""
    if comparison is None:
        return paragraph(
            "This report has no baseline, so it shows no changes. To compare each run with the previous one, use ",
            element("code", "mcuaudit report --keep DIRECTORY --baseline latest"),
            ".",
        )
    rows = change_rows(comparison)
    remarks = [element("li", remark) for remark in comparison.remarks]
    explained = join((paragraph("Some of these changes might not be changes of the devices:"), element("ul", *remarks)))
    return join(
        (
            paragraph(sentence(comparison, zone)),
            _table(rows, name) if len(rows) else None,
            explained if remarks and len(rows) else None,
        )
    )


def _table(rows: pd.DataFrame, name: str) -> Html:
    shown = rows.head(ROWS_SHOWN)
    complete = rows.assign(where=rows["where"].map(", ".join))
    caption = join(
        (
            f"{shown_of(len(shown), len(rows), 'change')}: devices, connections, findings, certificates, settings. ",
            csv_link(complete, f"{name}-changes", "Download CSV"),
        )
    )
    lines = [_line(row) for row in shown.to_dict("records")]
    return table(caption, ("Change", "Where", "What"), lines, label="What changed")


def _line(row: Mapping[Any, Any]) -> Row:
    where = row["where"]
    places = listed(where) if len(where) <= _PLACES_SHOWN else folded(listed(where, _PLACES_SHOWN), ", ".join(where))
    title = change_title(row["kind"], row["change"], said(row["severity"]), heading=True)
    return Row((title, places, row["what"]))
