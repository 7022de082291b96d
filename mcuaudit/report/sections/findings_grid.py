"""Findings by rule and device, or by rule and site: a picture and its numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit
from mcuaudit.report.figure import wide_figure
from mcuaudit.report.figures import Cell, grid
from mcuaudit.report.html import Html, code, element, folded, join, paragraph, small
from mcuaudit.report.table import ROWS_SHOWN, Row, csv_link, shown_of, table
from mcuaudit.wording.phrases import UNDETERMINED, rule_words

ROWS: Final = 24
COLUMNS: Final = 26
"""Rules, and devices or sites, in the picture; a larger one is not legible."""
_FLEET: Final = "(fleet)"
_SEVERITIES: Final = ("error", "warning", "note")


def findings_grid(audit: Audit, by: str, titles: Mapping[str, str], name: str) -> Html:
    """Rules that fail × devices or sites, as a picture and a table; `by` is device_id or site.

    Waived findings are not counted. `titles` has the words for the values of `by`, `name` is that of the CSV file.
    """
    counted = counts_by_rule(audit, by)
    if counted.empty:
        return paragraph("There are no active findings.")
    what = "site" if by == "site" else "device"
    drawn, caption = _picture(counted, what, titles)
    return join(
        (
            wide_figure(drawn, caption, label=f"Findings by rule and {what}", repeats=True),
            _table(counted, what, titles, name),
        )
    )


def counts_by_rule(audit: Audit, by: str) -> pd.DataFrame:
    """One row per rule and value of `by`: severity, failing, undetermined; by severity, then by number."""
    active = audit.findings[audit.findings["status"] == "active"]
    place = active[by].astype(object).where(active[by].notna(), _FLEET)
    frame = pd.DataFrame(
        {
            "code": active["code"].astype(str),
            "rule": active["rule"].astype(str),
            "severity": active["severity"].astype(str),
            "place": place,
            "failing": active["outcome"].eq(Outcome.FAIL.value).astype(int),
            "undetermined": active["outcome"].eq(Outcome.OPEN.value).astype(int),
        }
    )
    counted = frame.groupby(["code", "rule", "severity", "place"], as_index=False)[["failing", "undetermined"]].sum()
    total = counted.groupby("code")["failing"].transform("sum")
    grave = counted["severity"].map({word: number for number, word in enumerate(_SEVERITIES)})
    order = counted.assign(_none=total.eq(0), _grave=grave, _total=-total)
    order = order.sort_values(["_none", "_grave", "_total", "code", "place"], kind="stable", ignore_index=True)
    return order[list(counted.columns)]


def _picture(counted: pd.DataFrame, what: str, titles: Mapping[str, str]) -> tuple[Html, str]:
    rules = list(dict.fromkeys(counted["code"]))
    by_place = counted.groupby("place")[["failing", "undetermined"]].sum()
    places = list(by_place.sort_values(["failing", "undetermined"], ascending=False, kind="stable").index)
    rows, columns = rules[:ROWS], sorted(places[:COLUMNS], key=_by_number)
    within = counted[counted["code"].isin(rows) & counted["place"].isin(columns)]
    cells = [
        Cell(
            rows.index(row["code"]), columns.index(row["place"]),
            row["severity"] if row["failing"] else UNDETERMINED, str(row["failing"] or "?"),
        )
        for row in within.to_dict("records")
    ]  # fmt: skip
    names = dict(zip(counted["code"], counted["rule"], strict=True))
    letters = dict(zip(counted["code"], counted["severity"].str[0].str.upper(), strict=True))
    labels = [f"{rule} {names[rule].replace('_', ' ')} · {letters[rule]}" for rule in rows]
    short = [f"{rule} · {letters[rule]}" for rule in rows]
    drawn_of = {part: (int(within[part].sum()), int(counted[part].sum())) for part in ("failing", "undetermined")}
    summary = (
        f"Shown: {_of(drawn_of['failing'], 'failed finding')} and {_of(drawn_of['undetermined'], 'undetermined one')}, "
        f"from {shown_of(len(rows), len(rules), 'rule')} {'at' if what == 'site' else 'on'} "
        f"{shown_of(len(columns), len(places), what)}"
    )
    names_of_columns = [titles.get(place, place) for place in columns]
    drawn = grid(labels, names_of_columns, cells, f"{summary}. The table below gives the numbers.", short_rows=short)
    order = "with the most findings" if len(columns) < len(places) else "by name"
    caption = (
        f"{summary}. E error, W warning, N note. Rules by severity, then rules with undetermined findings only; "
        f"{what}s {order}. Each cell shows the number of failed findings, or ? if all are undetermined."
    )
    return drawn, caption


def _by_number(name: str) -> list[tuple[int, str]]:
    """A sort key that puts mcu-2 before mcu-10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


def _of(numbers: tuple[int, int], one: str) -> str:
    return shown_of(*numbers, one)


def _table(counted: pd.DataFrame, what: str, titles: Mapping[str, str], name: str) -> Html:
    shown = counted.head(ROWS_SHOWN)
    rows = [
        Row(
            (
                join((code(row["code"]), small(rule_words(row["rule"])))),
                element("span", row["severity"], class_=f"severity {row['severity']}"),
                titles.get(row["place"], row["place"]),
                f"{row['failing']:,}",
                f"{row['undetermined']:,}",
            )
        )
        for row in shown.to_dict("records")
    ]
    caption = join(
        (
            f"{shown_of(len(shown), len(counted), 'combination')} of rule and {what}; waived findings are not "
            "counted. ",
            csv_link(counted.rename(columns={"place": what}), f"{name}-findings-by-rule", "Download CSV"),
        )
    )
    columns = ("Rule", "Severity", what.capitalize(), "Findings", "Undetermined")
    return folded("Show as a table", table(caption, columns, rows, label="Findings by rule"))
