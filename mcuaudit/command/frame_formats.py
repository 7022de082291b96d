"""The option --format of commands that print one frame."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from mcuaudit.command.printed import print_octets

if TYPE_CHECKING:
    import pandas as pd


class FrameFormat(StrEnum):
    """What to print: a table for people, or the frame for programs."""

    TABLE = "table"
    CSV = "csv"
    CSV_SPREADSHEET = "csv-spreadsheet"
    JSON = "json"


FrameFormatOption = Annotated[
    FrameFormat, typer.Option("--format", help="What to print; csv-spreadsheet runs no cell as a formula.")
]


def printed_for_programs(frame: pd.DataFrame, output: FrameFormat, json_text: Callable[[], str]) -> bool:
    """Print the frame if a format for programs is asked for; whether it was."""
    from mcuaudit.summary.csv_text import csv_octets

    if output is FrameFormat.TABLE:
        return False
    if output is FrameFormat.JSON:
        print_octets(json_text().encode("utf-8"))
        return True
    print_octets(csv_octets(frame, spreadsheet=output is FrameFormat.CSV_SPREADSHEET))
    return True
