"""What a new certificate or trust store would do, on a terminal, as text, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from mcuaudit.frames.schema import COMPARISON_FRAMES
from mcuaudit.summary.new_file import contents_of, parts_of, title_of, verdict_of
from mcuaudit.variants.new_files.check_new import NewFileCheck
from mcuaudit.wording.visible import visible
from mcuaudit.writers.json_object import records


def new_file_lines(check: NewFileCheck) -> Iterator[str]:
    """The text for a pipe: no line is wrapped."""
    yield visible(f"{title_of(check)}: {verdict_of(check)}")
    yield from (f"  {visible(line)}" for line in contents_of(check))
    for part in parts_of(check):
        yield f"{part.heading}:"
        yield from (f"  {visible(line)}" for line in part.lines)


def print_new_file(check: NewFileCheck, console: Console) -> None:
    """The text for a person at a terminal."""
    colour = "green" if check.usable and not check.worse else "red"
    console.print(f"[bold]{escape(visible(title_of(check)))}[/bold]")
    console.print(f"[bold {colour}]{escape(visible(verdict_of(check)))}[/bold {colour}]")
    for line in contents_of(check):
        console.print(Padding(f"[dim]{escape(visible(line))}[/dim]", (0, 0, 0, 2)))
    for part in parts_of(check):
        style = "bold red" if part.is_bad else "bold"
        console.print(f"\n[{style}]{escape(part.heading)}[/{style}]")
        for line in part.lines:
            console.print(Padding(escape(visible(line)), (0, 0, 0, 2)))


def new_file_json(check: NewFileCheck) -> str:
    """One JSON object: the verdict, what the file has, each part in words, and the frames."""
    found = {
        "owner": check.owner,
        "slot": check.slot.value,
        "verdict": verdict_of(check),
        "usable": check.usable,
        "worse": check.worse,
        "key_matches": check.key_matches,
        "certificates": [one.sha256 for one in check.certificates],
        "objections": list(check.objections),
        "remarks": list(check.remarks),
        "parts": {part.key: list(part.lines) for part in parts_of(check)},
        "trust": [
            {
                "verifier": one.verifier,
                "outcome": one.outcome.value,
                "reason": one.reason,
                "connection_ids": list(one.connection_ids),
            }
            for one in check.trust
        ],
        "lacks": records(check.lacks),
        "stays": records(check.stays),
        "findings": records(check.findings),
        **{name: records(_changed(getattr(check.comparison, name))) for name in COMPARISON_FRAMES},
    }
    return json.dumps(found, indent=2, allow_nan=False) + "\n"


def _changed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["change"] != "unchanged"]
