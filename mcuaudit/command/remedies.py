"""`mcuaudit remedies`: what to do first, and what each remedy would restore, applied and evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from mcuaudit.command.options import AtOption, ExportArgument, PolicyOption
from mcuaudit.command.run import Wanted, audited, progress_bars

if TYPE_CHECKING:
    import pandas as pd

    from mcuaudit.frames.containers import Audit


def remedies(
    export: ExportArgument,
    every: Annotated[
        bool, typer.Option("--all", metavar="", help="List every remedy, also those that restore nothing.")
    ] = False,
    most: Annotated[int, typer.Option("--most", metavar="N", min=1, help="Jobs on the short list.")] = 5,
    as_csv: Annotated[
        bool, typer.Option("--csv", metavar="", help="Print every remedy as CSV, with all columns.")
    ] = False,
    at: AtOption = "",
    policy: PolicyOption = None,
) -> None:
    """Print what to do first: remedies that were applied to the fleet in memory and evaluated again.

    Neither a device nor the export is changed. New certificates are evaluated as if they existed.
    """
    from mcuaudit.command.printed import print_octets
    from mcuaudit.summary.csv_text import csv_text
    from mcuaudit.variants.remedies.remedy_frames import first_jobs
    from mcuaudit.variants.remedies.remedy_frames import remedies as proven

    with progress_bars() as progress:
        found = audited(Wanted(export, at, policy), None, progress)
        listed = proven(found, progress=progress) if as_csv or every else None
        jobs = None if as_csv else first_jobs(found, most=most, progress=progress)
    if listed is not None and as_csv:
        print_octets(csv_text(listed).encode("utf-8"))
    if jobs is not None:
        _print_first(found, jobs)
    if listed is not None and not as_csv:
        _print_all(listed)


def _print_first(audit: Audit, jobs: pd.DataFrame) -> None:
    from mcuaudit.summary.work_list import first_lines
    from mcuaudit.wording.visible import visible

    console = Console(highlight=False)
    for line in first_lines(audit, jobs):
        if console.is_terminal:
            console.print(visible(line), markup=False)
        else:
            print(visible(line))


def _print_all(found: pd.DataFrame) -> None:
    from mcuaudit.summary.remedies import remedy_lines
    from mcuaudit.wording.visible import visible

    for line in remedy_lines(found):
        print(visible(line))
