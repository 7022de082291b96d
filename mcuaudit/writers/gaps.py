"""Gaps of the evidence on a terminal, and as JSON."""

from __future__ import annotations

import json
from datetime import datetime

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mcuaudit.domain.name_lists import split_names
from mcuaudit.summary.gaps import gaps_sentence, settles_cell
from mcuaudit.wording.phrases import is_missing, listed, said
from mcuaudit.wording.visible import visible
from mcuaudit.writers.json_object import records


def gaps_json(gaps: pd.DataFrame, at: datetime) -> str:
    """The frame as one JSON object, with the time of the audit."""
    return json.dumps({"at": at.isoformat(), "gaps": records(gaps)}, indent=2, allow_nan=False) + "\n"


def print_gaps(gaps: pd.DataFrame, undetermined: int, console: Console) -> None:
    """A line per gap, what would settle most first, for a person at a terminal."""
    console.print(f"[bold]{escape(visible(gaps_sentence(gaps, undetermined)))}[/bold]\n")
    if gaps.empty:
        return
    rows = gaps.to_dict("records")
    together = [0 if is_missing(row["settles_together"]) else int(row["settles_together"]) for row in rows]
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    # Where no gap settles anything together with another one, the column would be empty.
    titles = ("Settles", *(["Together"] if any(together) else []), "File or key", "Devices", "Where it is found")
    for title in titles:
        table.add_column(title, overflow="fold")
    for row, number in zip(rows, together, strict=True):
        evidence = f"{_safe(row['evidence'])}{' [red](damaged)[/red]' if row['state'] == 'damaged' else ''}"
        table.add_row(
            settles_cell(row), *([f"{number:,}" if number else ""] if any(together) else []), evidence,
            _safe(listed(split_names(row["devices"]))), _safe(said(row["page"])),
        )  # fmt: skip
    console.print(table)
    console.print(
        "\n[dim]Each was filled in with each value that it could have, and the fleet evaluated; 2 to 5: 2 with each "
        "value, 5 with the best.[/dim]"
    )


def _safe(text: str) -> str:
    return escape(visible(text))
