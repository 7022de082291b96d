"""What is in the export and cannot be read: it decides nothing, and leaves open what rests on it."""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.domain.setting_value import SettingValue
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.domain.verdict import Verdict, damaged, missing

SOFTWARE_VERSION: Final = "device.software_version"
FEATURES: Final = "device.features"


def doubt(device: Device, *keys: str) -> Verdict | None:
    """The open verdict of the first of these settings that cannot be read, in whole or in part; None if all can."""
    found = ((key, device.setting(key)) for key in keys)
    return next((_cannot_be_read(device, key, value) for key, value in found if value.doubtful), None)


def lacking(device: Device, key: str, evidence: str, reason: str) -> Verdict:
    """The open verdict of a setting without a value: it cannot be read, or else `reason` and `evidence` hold."""
    return doubt(device, key) or missing(evidence, reason)


def peer_doubt(peer: Peer, *keys: str) -> Verdict | None:
    """The open verdict of the first of these keys of a peer that cannot be read; None if all can."""
    evidence = next((peer.damage[key] for key in keys if key in peer.damage), None)
    return damaged(evidence, f"What the export has about {peer.name} cannot be read: {evidence}.") if evidence else None


def peer_lacking(peer: Peer, key: str, reason: str) -> Verdict:
    """The open verdict of a key of a peer without a value: it cannot be read, or is not in the export."""
    return peer_doubt(peer, key) or missing(f'peers.toml [[peer]] "{peer.name}" {key}', reason)


def _cannot_be_read(device: Device, key: str, value: SettingValue) -> Verdict:
    setting = SETTING_BY_KEY.get(key)
    title = setting.meaning.removesuffix(".") if setting else key
    part = "An entry of this list cannot be read" if value.incomplete else "This setting cannot be read"
    return damaged(value.place, f'{part} for {device.device_id}: "{title}" in {value.place}.')
