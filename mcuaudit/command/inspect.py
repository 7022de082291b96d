"""`mcuaudit inspect`: what inheritance made of the files of an export for one device."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from mcuaudit.command.frame_formats import FrameFormat, FrameFormatOption, printed_for_programs
from mcuaudit.command.options import ExportArgument, PolicyOption, SetOption
from mcuaudit.command.run import Wanted, fleet_of, progress_bars


def inspect(
    export: ExportArgument,
    device: Annotated[
        str, typer.Argument(metavar="DEVICE", help="The device, such as leeds/mcu-2.", show_default=False)
    ],
    policy: PolicyOption = None,
    settings: SetOption = None,
    output: FrameFormatOption = FrameFormat.TABLE,
) -> None:
    """Print what an export has for one device: each value with the file that it comes from.

    Its certificate, trust stores, settings, users and peers, and the values of the policy that are not the defaults.
    Below a value are those that it overrides, in files of the site or fleet. Nothing is audited.
    """
    from mcuaudit.summary.inspection import inspect as answer
    from mcuaudit.writers.inspection import inspection_json, inspection_lines, print_inspection

    with progress_bars() as progress:
        fleet, _ = fleet_of(Wanted(export, policy=policy, settings=settings or []), progress)
        found = answer(fleet, device)
    if printed_for_programs(found, output, lambda: inspection_json(found)):
        return
    console = Console(highlight=False)
    if console.is_terminal:
        print_inspection(found, console)
    else:
        for line in inspection_lines(found):
            print(line)
