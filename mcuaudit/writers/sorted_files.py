"""The files of a heap, sorted: on a terminal, as text, as a list for a spreadsheet, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mcuaudit.gather.sorted_files import Certainty, SortedFile, SortedHeap, is_of_no_use, names_of
from mcuaudit.gather.sorted_frame import IN_A_CELL, reasons_of, sorted_frame
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed
from mcuaudit.wording.visible import visible

_STYLES: Final = {Certainty.SURE: "green", Certainty.LIKELY: "yellow", Certainty.OPEN: ""}


def sorted_json(heap: SortedHeap) -> str:
    """One JSON object: the time, a summary, and a row for each file."""
    rows = sorted_frame(heap).to_dict("records")
    return json.dumps({"at": heap.at.isoformat(), "summary": summary_of(heap), "files": rows}, indent=2) + "\n"


def summary_of(heap: SortedHeap) -> str:
    """How many files there are, and how many of them have a place."""
    sure, likely, left = (heap.count(one) for one in Certainty)
    said = f"{plural(len(heap.rows), 'file')}: the place of {sure} is sure, of {likely} likely, of {left} open"
    again = sum(bool(row.duplicate_of) for row in heap.rows)
    more = [f"{again} are there more than once"] if again else []
    more += [f"{heap.unnamed} hold nothing that an audit uses"] if heap.unnamed else []
    return "; ".join([said, *more]) + "."


def sorted_lines(heap: SortedHeap, *, everything: bool) -> Iterator[str]:
    """The text for a pipe: a line per file."""
    for row in _shown(heap, everything=everything):
        place = row.place or listed(row.others)
        own = row.item.own
        named = f" {names_of(own)[0]}" if own and names_of(own) else ""
        ends = f", ends {own.not_after:%Y-%m-%d}" if own else ""
        said = f"{row.certainty.value}, {row.what.value}{named}{ends}{f', {place}' if place else ''}"
        yield visible(f"{row.item.file.name}: {said}: {IN_A_CELL.join(reasons_of(row))}")
    yield summary_of(heap)


def print_sorted(heap: SortedHeap, console: Console, *, everything: bool) -> None:
    """The table for a person at a terminal."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for title in ("File", "What", "Names", "Ends", "Place", "", "Why"):
        table.add_column(title, overflow="fold")
    for row in _shown(heap, everything=everything):
        own = row.item.own
        names = own.common_names or names_of(own)[:1] if own else ()
        ends = own.not_after.date().isoformat() if own else ""
        cells = (row.item.file.name, row.what.value, listed(names), ends, row.place or listed(row.others, 2))
        style = _STYLES[row.certainty]
        certainty = f"[{style}]{row.certainty.value}[/{style}]" if style else row.certainty.value
        why = escape(visible(IN_A_CELL.join(reasons_of(row))))
        table.add_row(*(escape(visible(cell)) for cell in cells), certainty, why)
    console.print(table)
    console.print(f"\n[bold]{escape(summary_of(heap))}[/bold]")


def _shown(heap: SortedHeap, *, everything: bool) -> Iterator[SortedFile]:
    """The rows with something to say: sure ones first, then likely and open ones; of each, in the order of places."""
    order = list(Certainty)
    rows = [row for row in heap.rows if everything or not is_of_no_use(row)]
    yield from sorted(rows, key=lambda row: (bool(row.duplicate_of), order.index(row.certainty), row.place))
