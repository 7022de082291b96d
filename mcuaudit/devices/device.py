"""What the frames say of one device and of its peers, in the form that prediction needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from mcuaudit.devices.peer import Peer, _peer, _present
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.settings import ADMINISTRATOR, TLS_FEATURES
from mcuaudit.domain.slots import Slot
from mcuaudit.domain.versions import verifies_certificates

_TLS_FEATURES = frozenset(feature.casefold() for feature in TLS_FEATURES)


@dataclass(frozen=True, slots=True)
class Stated:
    """The value of one setting; None where nobody tells it."""

    value: str | None
    source: str
    file: str


_UNTOLD = Stated(None, "missing", "")


@dataclass(frozen=True)
class Device:
    """One device: its row, and its settings by key."""

    device_id: str
    site: str
    device: str
    row: Mapping[str, Any]
    settings: Mapping[str, Stated]
    peers: tuple[Peer, ...] = field(default=())

    def stated(self, setting: str) -> Stated:
        """The setting as stated, or as missing."""
        return self.settings.get(setting, _UNTOLD)

    def value(self, setting: str) -> str | None:
        """The value of a setting; None where nobody tells it."""
        return self.stated(setting).value

    def names(self, setting: str) -> tuple[str, ...] | None:
        """The words of a setting that is a list; None where nobody tells it."""
        value = self.value(setting)
        return None if value is None else split_names(value)

    @property
    def verifies_nothing(self) -> bool:
        """Its software has no verification of certificates at all (before 4.4)."""
        return verifies_certificates(self.value("device.software_version") or "") is False

    @property
    def lacks_tls_feature(self) -> bool:
        """Its feature keys are told, and none is among them that HTTPS and SIP TLS need."""
        features = self.names("device.features")
        return features is not None and not _TLS_FEATURES & {feature.casefold() for feature in features}

    @property
    def users(self) -> dict[str, str] | None:
        """Privilege by user name; None where nobody tells the users."""
        words = self.names("users")
        if words is None:
            return None
        return {name: privilege for name, _, privilege in (word.rpartition(":") for word in words)}

    @property
    def administrators(self) -> set[str] | None:
        """Names of the users with administrator privilege; None where nobody tells the users."""
        users = self.users
        return None if users is None else {name for name, privilege in users.items() if privilege == ADMINISTRATOR}

    def text(self, column: str) -> str | None:
        """A text of the device's row; None where it is missing."""
        return _present(self.row.get(column))

    def store(self, slot: Slot) -> tuple[str | None, str]:
        """Join key and state of one of its trust stores."""
        return self.text(slot.value), str(self.row[f"{slot.value}_state"])


def devices_of(devices: pd.DataFrame, settings: pd.DataFrame, peers: pd.DataFrame) -> Iterator[Device]:
    """The facts of every device, in the order of the frame."""
    stated: dict[str, dict[str, Stated]] = {}
    told = settings[settings["source"] != "missing"]
    for device_id, key, value, source, file in zip(
        told["device_id"], told["setting"], told["value"], told["source"], told["file"], strict=True
    ):
        stated.setdefault(device_id, {})[key] = Stated(value, source, file)
    peers_by_device: dict[str, list[Peer]] = {}
    for row in _rows(peers):
        peers_by_device.setdefault(row["device_id"], []).append(_peer(row))
    for row in _rows(devices):
        device_id = row["device_id"]
        yield Device(
            device_id,
            row["site"],
            row["device"],
            row,
            stated.get(device_id, {}),
            tuple(peers_by_device.get(device_id, ())),
        )


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    names = [str(name) for name in frame.columns]
    return (dict(zip(names, values, strict=True)) for values in frame.itertuples(index=False, name=None))
