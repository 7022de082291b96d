"""Questions about a device that are asked again and again, and answered once: a device does not change."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from mcuaudit.devices.device import Device

Rest = ParamSpec("Rest")
Found = TypeVar("Found")


def once(function: Callable[Concatenate[Device, Rest], Found]) -> Callable[Concatenate[Device, Rest], Found]:
    """Keep what the decorated function gives for a device and further arguments, which are hashable, with the device.

    What it gives is not to be changed.
    """

    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def answered(device: Device, *args: Rest.args, **kwargs: Rest.kwargs) -> Found:
        key = (name, *args, *kwargs.items())
        known = device.answers
        if key not in known:
            known[key] = function(device, *args, **kwargs)
        found: Found = known[key]
        return found

    return answered  # type: ignore[return-value]
