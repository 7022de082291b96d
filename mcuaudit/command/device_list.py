"""The list of devices that `init` and `sort` take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from mcuaudit.command.run import say

if TYPE_CHECKING:
    from mcuaudit.decode.device_list import DeviceList
    from mcuaudit.decode.records import Problem

_OPTION: Final = typer.Option(
    "--devices",
    metavar="FILE",
    help="The list of the devices: a table with site, device, address and host name, as CSV or Excel workbook (.xlsx), "
    "or an inventory of Ansible.",
    show_default=False,
)
ListOfDevices = Annotated[Path, _OPTION]
ListOfDevicesOrNone = Annotated[Path | None, _OPTION]
_MOST_TOLD: Final = 20


def device_list(file: str | Path) -> DeviceList:
    """The list of devices in a file; what is wrong with its rows is said.

    Raises:
        UsageError: the file cannot be read, or is not such a list.
    """
    from mcuaudit.gather.list_file import listed_devices

    found = listed_devices(file)
    if found.remark:
        say(f"{file}: {found.remark}")
    say_problems(file, found.problems)
    return found


def say_problems(file: str | Path, problems: Sequence[Problem]) -> None:
    """What is wrong with the rows of a list: a line for each, up to a number."""
    for problem in problems[:_MOST_TOLD]:
        say(f"{file}{f', {problem.where}' if problem.where else ''}: {problem.reason}")
    if len(problems) > _MOST_TOLD:
        say(f"{file} has {len(problems) - _MOST_TOLD} other problems.")
