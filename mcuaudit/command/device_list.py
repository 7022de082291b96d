"""The list of devices that `init` and `sort` take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from mcuaudit.command.run import say
from mcuaudit.errors import UsageError

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
    from mcuaudit.decode.device_list import decode_device_list
    from mcuaudit.errors import Undecodable

    try:
        found = decode_device_list(octets_of(file))
    except Undecodable as error:
        raise UsageError(f"{file}, {error}") from error
    say_problems(file, found.problems)
    if not found.devices:
        raise UsageError(f"{file} has no device that can be used.")
    return found


def say_problems(file: str | Path, problems: Sequence[Problem]) -> None:
    """What is wrong with the rows of a list: a line for each, up to a number."""
    for problem in problems[:_MOST_TOLD]:
        say(f"{file}{f', {problem.where}' if problem.where else ''}: {problem.reason}")
    if len(problems) > _MOST_TOLD:
        say(f"{file} has {len(problems) - _MOST_TOLD} other problems.")


def octets_of(file: str | Path) -> bytes:
    """The octets of a file that an option names.

    Raises:
        UsageError: it cannot be read, or is larger than a file of an export may be.
    """
    from mcuaudit.policy.schema import Limits
    from mcuaudit.system.files import read_at_most

    most = Limits().file_bytes
    try:
        with Path(file).open("rb") as stream:
            data = read_at_most(stream, most)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    if data is None:
        raise UsageError(f"{file} has more than {most:,} bytes, so it is not read.")
    return data
