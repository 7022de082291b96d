"""`mcuaudit calls`: how many calls between the MCUs have which outcome, and why."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from mcuaudit.command.options import AtOption, ExportArgument, PolicyOption, SetOption
from mcuaudit.command.printed import print_octets
from mcuaudit.command.run import Wanted, fleet_of, progress_bars

if TYPE_CHECKING:
    import pandas as pd


class CallsFormat(StrEnum):
    """What to print: a summary for people, or the frame for programs."""

    TABLE = "table"
    CSV = "csv"
    CSV_SPREADSHEET = "csv-spreadsheet"
    JSON = "json"


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
    output: Annotated[
        CallsFormat, typer.Option("--format", help="What to print; csv-spreadsheet runs no cell as a formula.")
    ] = CallsFormat.TABLE,
) -> None:
    """Count the calls between all MCUs by outcome and reason, however many there are.

    Each MCU is assumed to call each other one. The counts are those of the calls that check lists with [policy] mesh.
    The table says why calls are refused and which MCUs have most of them; --format csv has a row per MCU and reason.
    """
    from mcuaudit.predict.call_counts import call_counts

    with progress_bars() as progress:
        fleet, moment = fleet_of(Wanted(export, at, policy, settings or []), progress)
        found = call_counts(fleet, at=moment, mesh=mesh.value, progress=progress)
    _print(found, output)


def _print(found: pd.DataFrame, output: CallsFormat) -> None:
    from mcuaudit.summary.csv_text import BYTE_ORDER_MARK, csv_text
    from mcuaudit.writers.calls import calls_json, print_calls

    if output is CallsFormat.JSON:
        print_octets(calls_json(found).encode("utf-8"))
    elif output is CallsFormat.TABLE:
        print_calls(found, Console(highlight=False))
    else:
        spreadsheet = output is CallsFormat.CSV_SPREADSHEET
        text = csv_text(found, spreadsheet=spreadsheet)
        print_octets(f"{BYTE_ORDER_MARK if spreadsheet else ''}{text}".encode())
