"""Counts of the calls between MCUs: for a person, and as JSON."""

from __future__ import annotations

import json
from typing import Final

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.visible import visible
from mcuaudit.writers.json_object import records

_WORDS: Final = {
    Outcome.FAIL: "[red]refused[/red]", Outcome.OPEN: "[yellow]undetermined[/yellow]",
    Outcome.NOT_APPLICABLE: "[dim]not possible[/dim]", Outcome.PASS: "[green]accepted[/green]",
}  # fmt: skip
_MOST: Final = 10
"""MCUs that are listed."""


def calls_json(counts: pd.DataFrame) -> str:
    """The frame as one JSON object."""
    return json.dumps({"calls": records(counts)}, indent=2, allow_nan=False) + "\n"


def print_calls(counts: pd.DataFrame, console: Console) -> None:
    """How many calls have which outcome and why, and the MCUs with most refused calls."""
    # Each call is an outgoing call of one MCU and an incoming one of another.
    made = counts[counts["connection_type"] == ConnectionType.OUTGOING_SIP.value]
    refused = counts[counts["outcome"] == Outcome.FAIL.value]
    total, failing = (int(one["calls"].sum()) for one in (made, made[made["outcome"] == Outcome.FAIL.value]))
    if not total:
        console.print("There are no calls: a call needs two MCUs.")
        return
    console.print(f"[bold]{plural(total, 'call')} between MCUs, {failing:,} refused[/bold]\n")
    table = _table("Outcome", "Reason", "Calls", "Share")
    by_reason = made.groupby(["outcome", "reason_code"], observed=True, as_index=False)["calls"].sum()
    for outcome, words in _WORDS.items():
        rows = by_reason[by_reason["outcome"] == outcome.value].sort_values("calls", ascending=False)
        for reason, calls in zip(rows["reason_code"], rows["calls"], strict=True):
            table.add_row(words, escape(reason.replace("_", " ")), f"{calls:,}", f"{calls / total:.1%}")
    console.print(table)
    if not refused.empty:
        _print_most_refused(refused, console)


def _print_most_refused(refused: pd.DataFrame, console: Console) -> None:
    by_device = refused.groupby(["device_id", "connection_type"], observed=True)["calls"].sum().unstack(fill_value=0)
    by_device = by_device.reindex(
        columns=[one.value for one in (ConnectionType.OUTGOING_SIP, ConnectionType.INCOMING_SIP)]
    )
    worst = by_device.fillna(0).assign(all=lambda frame: frame.sum(axis=1))
    worst = worst.reset_index().sort_values(["all", "device_id"], ascending=[False, True])
    console.print()
    table = _table("MCU with most refused calls", "", "Made", "Received")
    for device, made, received, _ in worst.head(_MOST).itertuples(index=False):
        table.add_row(escape(visible(device)), "", f"{int(made):,}", f"{int(received):,}")
    console.print(table)
    if len(worst) > _MOST:
        console.print(f"[dim]and {len(worst) - _MOST:,} more; --format csv lists all[/dim]")


def _table(*titles: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for place, title in enumerate(titles):
        table.add_column(title, justify="right" if place > 1 else "left", overflow="fold")
    return table
