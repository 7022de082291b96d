"""The devices that a change is about, by name or pattern."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.errors import UsageError, did_you_mean
from mcuaudit.frames.containers import Fleet
from mcuaudit.variants.changes import Devices

_FEW = 12


def selected(fleet: Fleet, devices: Devices) -> list[str]:
    """The devices that are meant, by device_id, in the order of the fleet.

    Raises:
        UsageError: a name or pattern means no device of the fleet.
    """
    known = dict.fromkeys(fleet.devices["device_id"].tolist())
    patterns = [devices] if isinstance(devices, str) else list(devices)
    found: set[str] = set()
    for pattern in patterns or [""]:
        wanted = in_nfc(pattern)
        # A name may have a bracket, which has a meaning in patterns.
        matching = [wanted] if wanted in known else [name for name in known if fnmatchcase(name, wanted)]
        if not matching:
            raise UsageError(_none(pattern, known))
        found.update(matching)
    return [name for name in known if name in found]


def _none(pattern: str, known: Iterable[str]) -> str:
    names = list(known)
    listed = ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW} more" if len(names) > _FEW else "")
    return (
        f'No device is called "{pattern}". Name a device as site/device, or a pattern such as "leeds/*"; the export '
        f"has {listed}.{did_you_mean(pattern, names)}"
    )
