"""The rows of the frames that concern some devices, for views of these devices alone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cached_property
from typing import Final

import pandas as pd

from mcuaudit.domain.slots import TRUST_STORE_SLOTS
from mcuaudit.frames.containers import Fleet

_OF_DEVICES: Final = ("devices", "settings", "peers", "evidence", "connections", "administration")
_CERTIFICATES: Final = {
    "devices": ("local_certificate", "local_chain"),
    "peers": ("certificate", "presented_chain", "client_certificate", "client_chain"),
    "trust_stores": ("certificate",),
    "placements": ("certificate",),
}
"""The columns that name certificates, one or several in a cell."""


class DeviceRows:
    """Restricts each frame to what some devices use; a frame about something else stays as it is.

    Args:
        fleet: what was read.
        devices: the devices, by device_id.
    """

    def __init__(self, fleet: Fleet, devices: Collection[str]) -> None:
        self._fleet = fleet
        self._devices = list(devices)
        self._by_name: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
            **dict.fromkeys(_OF_DEVICES, lambda frame: frame["device_id"].isin(self._devices)),
            "trust_stores": lambda frame: frame["trust_store"].isin(self._stores),
            "placements": lambda frame: frame["file"].isin(self._files),
            **dict.fromkeys(
                ("certificates", "paths", "identities"), lambda frame: frame["certificate"].isin(self._certificates)
            ),
        }

    def of(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of the frame of that name."""
        return frame[self._by_name[name](frame)] if name in self._by_name else frame

    @cached_property
    def _own(self) -> dict[str, pd.DataFrame]:
        return {name: self.of(name, getattr(self._fleet, name)) for name in ("devices", "peers", "evidence")}

    @cached_property
    def _stores(self) -> list[str]:
        columns = [self._own["devices"][slot.value] for slot in TRUST_STORE_SLOTS]
        return _texts(*columns, self._own["peers"]["trust_store"])

    @cached_property
    def _files(self) -> list[str]:
        evidence = self._own["evidence"]
        return _texts(evidence.loc[evidence["kind"].isin(TRUST_STORE_SLOTS), "file"])

    @cached_property
    def _certificates(self) -> list[str]:
        frames = self._own | {
            name: self.of(name, getattr(self._fleet, name)) for name in ("trust_stores", "placements")
        }
        named = (frames[name][column] for name, columns in _CERTIFICATES.items() for column in columns)
        return sorted({word for cell in _texts(*named) for word in cell.split()})


def _texts(*columns: pd.Series) -> list[str]:
    """The distinct texts of some columns."""
    return sorted({cell for column in columns for cell in column.tolist() if isinstance(cell, str)})
