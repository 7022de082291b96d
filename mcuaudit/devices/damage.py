"""What is in the export and cannot be read: it decides nothing, and leaves open what depends on it."""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.file_remedy import file_remedy
from mcuaudit.devices.once import once
from mcuaudit.devices.peer import Peer
from mcuaudit.domain.connections import CONNECTIONS_IN_PART
from mcuaudit.domain.setting_value import SettingValue
from mcuaudit.domain.settings import SETTING_BY_KEY, setting_evidence
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.domain.verdict import Verdict, damaged, missing

SOFTWARE_VERSION: Final = "device.software_version"
FEATURES: Final = "device.features"


@once
def doubt(device: Device, *keys: str) -> Verdict | None:
    """The open verdict of the first of these settings that cannot be read, in whole or in part; None if all can."""
    found = ((key, device.setting(key)) for key in keys)
    return next((_cannot_be_read(device, key, value) for key, value in found if value.doubtful), None)


def lacking(device: Device, key: str, reason: str) -> Verdict:
    """The open verdict of a setting without a value: it cannot be read, or it is missing, which `reason` says."""
    return doubt(device, key) or missing(setting_evidence(key), reason)


def peer_doubt(peer: Peer, *keys: str) -> Verdict | None:
    """The open verdict of the first of these keys of a peer that cannot be read; None if all can."""
    key = next((key for key in keys if key in peer.damage), None)
    if key is None:
        return None
    what = _OF_PEER.get(key, key)
    evidence = peer.damage[key]
    reason = f"The export has an unreadable {what} of {peer.name}: {evidence}."
    # Only another MCU's files have names that decide what they are for.
    return damaged(evidence, reason, file_remedy(evidence) if peer.peer_device else None)


_OF_PEER: Final = {
    "connections": "list of connections",
    CONNECTIONS_IN_PART: "connection type",
    "expects": "expected name",
    "identifiers": "identifier",
    "ocsp_response": "OCSP response",
    "trust_store": "trust store",
}
"""A key of peers.toml in words, where it is not a word itself."""


def peer_lacking(peer: Peer, key: str, reason: str) -> Verdict:
    """The open verdict of a key of a peer without a value: it cannot be read, or is not in the export.

    What another MCU of the fleet presents, and how it is reached, is in its own part of the export.
    """
    own = _OF_MCU.get(key) if peer.peer_device else None
    evidence = f"{peer.peer_device}/{own}" if own else f'peers.toml [[peer]] "{peer.title}" {key}'
    return peer_doubt(peer, key) or missing(evidence, reason)


_OF_MCU: Final = {
    "certificate": SLOT_FILES[Slot.LOCAL_CERTIFICATE],
    "identifiers": "settings.toml [device] addresses",
}
"""Where a key of a peer that is another MCU has its value."""


def _cannot_be_read(device: Device, key: str, value: SettingValue) -> Verdict:
    if _shares_its_place(device, value):
        where = ", ".join(part for part in (value.file, value.key) if part)
        reason = f"Settings of {device.device_id} are unreadable: {where}."
        return damaged(value.place, reason, None if value.key else file_remedy(value.file))
    setting = SETTING_BY_KEY.get(key)
    title = setting.meaning.removesuffix(".") if setting else key
    what = "An entry of the setting" if value.incomplete else "The setting"
    return damaged(value.place, f"{what} “{title}” of {device.device_id} is unreadable: {value.place}.")


def _shares_its_place(device: Device, value: SettingValue) -> bool:
    """Whether a whole file, or a whole row of a table, cannot be read, and not only this setting."""
    every = device.settings.values()
    return value.damaged and sum(other.damaged and other.place == value.place for other in every) > 1
