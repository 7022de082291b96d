"""A comparison on a terminal, as one JSON object, and as CSV."""

from __future__ import annotations

import json

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mcuaudit.frames.comparison import Comparison
from mcuaudit.frames.save import SCHEMA_VERSION
from mcuaudit.frames.schema import COMPARISON_FRAMES
from mcuaudit.summary.changes import change_rows, change_title, sentence
from mcuaudit.summary.csv_text import csv_text
from mcuaudit.wording.phrases import listed, said
from mcuaudit.wording.visible import visible
from mcuaudit.writers.json_object import records

_STYLES = {"new": "bold red", "newRule": "yellow", "gone": "green", "renewed": "green"}


def print_comparison(comparison: Comparison, console: Console) -> None:
    """What changed, for a person at a terminal."""
    console.print(f"[bold]{escape(visible(sentence(comparison)))}[/bold]")
    rows = change_rows(comparison)
    if rows.empty:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Change", "Where", ""):
        table.add_column(heading, overflow="fold")
    for row in rows.to_dict("records"):
        style = _STYLES.get(row["change"], "")
        word = change_title(row["kind"], row["change"], said(row["severity"]))
        change = f"[{style}]{escape(word)}[/{style}]" if style else escape(word)
        table.add_row(change, escape(visible(listed(row["where"]))), escape(visible(row["what"])))
    console.print(table)
    for remark in comparison.remarks:
        console.print(f"[dim]{escape(visible(remark))}[/dim]")


def comparison_text(comparison: Comparison) -> str:
    """One JSON object: schema, old, new, remarks, and each frame as a list of objects without the unchanged rows."""
    frames = {name: getattr(comparison, name) for name in COMPARISON_FRAMES}
    content = {
        "schema": f"mcuaudit-comparison/{SCHEMA_VERSION}",
        "old": dict(comparison.old),
        "new": dict(comparison.new),
        "remarks": list(comparison.remarks),
        **{name: records(frame[frame["change"] != "unchanged"]) for name, frame in frames.items()},
    }
    return json.dumps(content, indent=2, allow_nan=False) + "\n"


def comparison_csv(comparison: Comparison) -> str:
    """What changed as CSV, a line per change."""
    rows = change_rows(comparison)
    return csv_text(rows.assign(where=rows["where"].map(" ".join)))
