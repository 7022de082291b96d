"""Counts of the calls between MCUs: for a person, and as JSON."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.instants import time_given
from mcuaudit.domain.outcome import Outcome
from mcuaudit.triage.counting import connection_words
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import CONNECTION_WORDS
from mcuaudit.wording.visible import visible
from mcuaudit.writers.json_object import records
from mcuaudit.writers.terminal import STYLES

_MOST: Final = 10
"""MCUs that are listed."""


def calls_json(counts: pd.DataFrame, at: str | datetime) -> str:
    """The frame as one JSON object, with the time that the calls were evaluated for."""
    moment = time_given(at).isoformat()
    return json.dumps({"at": moment, "calls": records(counts)}, indent=2, allow_nan=False) + "\n"


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
    table = _table(2, "Outcome", "Reason", "Calls", "Share")
    by_reason = made.assign(word=connection_words(made)).groupby(["word", "reason_code"], observed=True)["calls"].sum()
    for word in CONNECTION_WORDS:
        rows = by_reason[by_reason.index.get_level_values("word") == word].sort_values(ascending=False)
        for reason, calls in zip(rows.index.get_level_values("reason_code"), rows, strict=True):
            shown = f"[{STYLES[word]}]{word}[/{STYLES[word]}]" if word in STYLES else word
            table.add_row(shown, escape(reason.replace("_", " ")), f"{calls:,}", f"{calls / total:.1%}")
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
    table = _table(1, "MCU with most refused calls", "Made", "Received")
    for device, made, received, _ in worst.head(_MOST).itertuples(index=False):
        table.add_row(escape(visible(device)), f"{int(made):,}", f"{int(received):,}")
    console.print(table)
    if len(worst) > _MOST:
        console.print(f"[dim]and {len(worst) - _MOST:,} more; --format csv lists all[/dim]")


def _table(texts: int, *titles: str) -> Table:
    """A table whose first columns are texts, and the others numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for place, title in enumerate(titles):
        table.add_column(title, justify="left" if place < texts else "right", overflow="fold")
    return table
