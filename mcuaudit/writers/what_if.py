"""What a change would do, for a person at a terminal."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mcuaudit.frames.comparison import Comparison
from mcuaudit.summary.what_if import EFFECT_WORDS, effect_rows, sentence_of
from mcuaudit.variants.effects import Effect
from mcuaudit.wording.visible import visible

_STYLES: Final = {
    Effect.FAILS: "bold red",
    Effect.ENDS: "bold red",
    Effect.UNDETERMINED: "yellow",
    Effect.LOSES_VERIFICATION: "yellow",
    Effect.WORKS: "green",
    Effect.GAINS_VERIFICATION: "green",
}


def print_effects(comparison: Comparison, console: Console) -> None:
    """The sentence, and each connection and login that is touched, the worst first."""
    console.print(f"[bold]{escape(visible(sentence_of(comparison)))}[/bold]")
    rows = effect_rows(comparison)
    if len(rows):
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("Effect", "Device", "Connection", "Why"):
            table.add_column(heading, overflow="fold")
        for row in rows.to_dict("records"):
            style = _STYLES.get(row["effect"], "")
            words = escape(EFFECT_WORDS[row["effect"]])
            cells = (escape(visible(str(row[name]))) for name in ("device_id", "subject", "reason"))
            table.add_row(f"[{style}]{words}[/{style}]" if style else words, *cells)
        console.print(table)
    for remark in comparison.remarks:
        console.print(f"[dim]{escape(visible(remark))}[/dim]")
