"""Deadlines on a terminal, and as JSON."""

from __future__ import annotations

import json
from datetime import datetime

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mcuaudit.summary.deadlines import breaks_first, effects, further_effects, happening
from mcuaudit.wording.phrases import begun, short_date
from mcuaudit.wording.visible import visible
from mcuaudit.writers.json_object import records


def deadlines_json(deadlines: pd.DataFrame, at: datetime) -> str:
    """The frame as one JSON object, with the time of the audit and the sentence on what breaks first."""
    found = {"at": at.isoformat(), "breaks_first": breaks_first(deadlines), "deadlines": records(deadlines)}
    return json.dumps(found, indent=2, allow_nan=False) + "\n"


def print_deadlines(deadlines: pd.DataFrame, console: Console) -> None:
    """What breaks first, and a line per deadline, for a person at a terminal."""
    console.print(f"[bold]{escape(visible(breaks_first(deadlines)))}[/bold]\n")
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("Day (UTC)", no_wrap=True)
    for title in ("What happens", "What changes", "What to do"):
        table.add_column(title, overflow="fold")
    for row in deadlines.to_dict("records"):
        ended, further = effects(row), further_effects(row)
        cells = [
            f"[bold red]{_safe(ended)}[/bold red]" if ended else "",
            f"[dim]{_safe(further)}[/dim]" if further else "",
        ]
        words = "\n".join(filter(None, cells)) or "[dim]nothing[/dim]"
        table.add_row(short_date(row["on"]), _safe(happening(row)), words, _safe(row["remedy"] or ""))
    console.print(table)


def _safe(text: str) -> str:
    return escape(visible(begun(text)))
