"""The list of devices in a file: what `init` and `sort` take, and the functions of Python."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mcuaudit.decode.device_list import DeviceList, device_list_or_reason
from mcuaudit.decode.within_limits import WithinLimits
from mcuaudit.errors import UsageError
from mcuaudit.policy.schema import Limits
from mcuaudit.system.files import read_named
from mcuaudit.system.limited_worker import Overrun

_MOST_NAMED: Final = 20


def listed_devices(file: str | Path) -> DeviceList:
    """The devices of a list, and what is wrong with other rows of it.

    Raises:
        UsageError: the file cannot be read, is not such a list, or has no device that can be used.
    """
    data, limits = octets_of(file), Limits()
    with WithinLimits(limits, device_list_or_reason) as within:
        found = within.call(data, device_list_or_reason, data)
    if isinstance(found, Overrun):
        found = within.problems(found)[0].reason
    if isinstance(found, str):
        raise UsageError(f"{file}, {found}")
    if not found.devices:
        reasons = "".join(f"\n  {problem.where}: {problem.reason}" for problem in found.problems[:_MOST_NAMED])
        raise UsageError(f"{file} has no device that can be used.{reasons}")
    return found


def octets_of(file: str | Path) -> bytes:
    """The octets of a file that a person names.

    Raises:
        UsageError: it cannot be read, or is larger than a file of an export may be.
    """
    most = Limits().file_bytes
    return read_named(file, most, f"has more than {most:,} bytes, so it is not read.")
