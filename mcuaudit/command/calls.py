"""`mcuaudit calls`: how many calls between the MCUs have which outcome, and why."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from mcuaudit.command.frame_formats import FrameFormat, FrameFormatOption, printed_for_programs
from mcuaudit.command.options import AtOption, ExportArgument, PolicyOption, SetOption
from mcuaudit.command.run import Wanted, fleet_of, progress_bars


class Mesh(StrEnum):
    """Which pairs of MCUs call each other."""

    FLEET = "fleet"
    SITE = "site"


def calls(
    export: ExportArgument,
    at: AtOption = "",
    policy: PolicyOption = None,
    settings: SetOption = None,
    mesh: Annotated[
        Mesh, typer.Option("--mesh", help="Count calls in the whole fleet, or within each site.")
    ] = Mesh.FLEET,
    output: FrameFormatOption = FrameFormat.TABLE,
) -> None:
    """Count the calls between all MCUs by outcome and reason, however many there are.

    Each MCU is assumed to call each other one. The counts are those of the calls that check lists with [policy] mesh.
    The table says why calls are refused and which MCUs have most of them; --format csv has a row per MCU and reason.
    """
    from mcuaudit.predict.call_counts import call_counts
    from mcuaudit.writers.calls import calls_json, print_calls

    with progress_bars() as progress:
        # Calls that are counted are not listed, so a mesh of the policy would be work for nothing.
        fleet, moment = fleet_of(Wanted(export, at, policy, settings or []), progress, ["policy.mesh=none"])
        found = call_counts(fleet, at=moment, mesh=mesh.value, progress=progress)
    if not printed_for_programs(found, output, lambda: calls_json(found, moment)):
        print_calls(found, Console(highlight=False))
