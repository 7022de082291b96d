"""Settings and users with other values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from mcuaudit.decode.settings import bracketed_key
from mcuaudit.decode.values import read_value
from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.domain.setting_value import Source
from mcuaudit.domain.settings import (
    CLIENT_CERTIFICATE_SECURITY,
    NO_VERIFICATION,
    NOT_REQUIRED,
    SERVER_CERTIFICATE_SECURITY,
    SETTING_BY_KEY,
    SETTINGS,
    VERIFICATION_SETTINGS,
    Setting,
    ValueKind,
    keys_in_words,
    settings_called,
)
from mcuaudit.domain.versions import verifies_certificates
from mcuaudit.errors import UsageError, did_you_mean
from mcuaudit.frames.build import COLUMNS_OF_SETTINGS
from mcuaudit.policy.layers import is_policy_key
from mcuaudit.variants.changes import AddUser, RemoveUser, SetSetting
from mcuaudit.variants.draft import Draft
from mcuaudit.variants.selection import selected
from mcuaudit.wording.phrases import listed

_HARMLESS: Final = {
    VERIFICATION_SETTINGS: NO_VERIFICATION,
    CLIENT_CERTIFICATE_SECURITY: NOT_REQUIRED,
    SERVER_CERTIFICATE_SECURITY: NO_VERIFICATION,
    "ssl_certificates.ocsp.enabled": "false",
}
"""By setting that software before 4.4 does not have, the value that changes nothing."""
_USERS: Final = "users"
_ADDRESSES: Final = "device.addresses"
_FILE: Final = "settings.toml"


def set_setting(draft: Draft, change: SetSetting) -> None:
    """Give a setting of some devices another value."""
    setting = setting_called(change.setting)
    value = value_of(setting, change.value)
    devices = selected(draft.fleet, change.devices)
    _check_versions(draft, setting, value, devices)
    for device_id in devices:
        words = f'{setting.key} = "{value}" on {device_id}'
        draft.claim(("setting", device_id, setting.key), value, words)
    write_values(draft, setting.key, dict.fromkeys(devices, value))


def setting_called(word: str) -> Setting:
    """The setting with that label or key.

    Raises:
        UsageError: there is none, or several.
    """
    found = settings_called(word)
    if len(found) > 1:
        raise UsageError(
            f'"{word}" may be {listed([setting.key for setting in found], len(found))}; write one of these dotted keys.'
        )
    if not found:
        if is_policy_key(word):
            raise UsageError(
                f'"{word}" is a value of the policy, not a setting of a device. Set it with mcuaudit check EXPORT '
                f"--set {word.strip()}=…, or in the file that --policy names. A setting of a device has the label of "
                f'its page, such as "Verification settings", or a dotted key: {keys_in_words()}; '
                "docs/export-layout.md lists all."
            )
        near = did_you_mean(" ".join(word.split()).lower(), [name for setting in SETTINGS for name in setting.words])
        raise UsageError(
            f'No setting is called "{word}".{near} Write the label of the page, such as "Verification settings", or '
            "the dotted key, such as services.http; docs/export-layout.md lists all."
        )
    return found[0]


def value_of(setting: Setting, given: str | bool) -> str:
    """The value of a setting as the frames have it.

    Raises:
        UsageError: it is not a value of the setting.
    """
    read = read_value(setting, given)
    if read.text is None or read.reasons:
        said = "; ".join(read.reasons)
        raise UsageError(f"{setting.key}: {said}" + ("" if said.endswith(("?", ".")) else "."))
    return read.text


def _check_versions(draft: Draft, setting: Setting, value: str, devices: Iterable[str]) -> None:
    """Refuse a value that the software of a device does not have."""
    if setting.key not in _HARMLESS or value == _HARMLESS[setting.key]:
        return
    frame = draft.frame("devices")
    versions = dict(zip(frame["device_id"], frame["software_version"], strict=True))
    old = [
        name for name in devices if isinstance(versions[name], str) and verifies_certificates(versions[name]) is False
    ]
    if old:
        raise UsageError(
            f'{setting.key} = "{value}": software before 4.4 does not have this setting, and '
            f"{listed([f'{name} has {versions[name]}' for name in old])}. Leave these devices out, or set "
            "device.software_version too, before this change."
        )


def write_values(draft: Draft, key: str, values: Mapping[str, str]) -> None:
    """Write the values of one setting, by device_id, where each device's own value is, else in its settings.toml."""
    rows = draft.rows_of("settings", values)
    settings = draft.frame("settings")
    rows = rows[(settings["setting"].take(rows) == key).to_numpy()]
    own = settings.take(rows)
    damaged = (own["source"] == Source.DAMAGED.value).to_numpy()
    without = own["source"].isin([Source.INHERITED.value, Source.MISSING.value]).to_numpy()
    _end_problems(draft, own[damaged | own["incomplete"].to_numpy()])
    plain = {"incomplete": False, "other_value": None, "other_file": None, "other_key": None}
    devices = own["device_id"]
    draft.set_cells("settings", rows, {"value": [values[name] for name in devices], **plain})
    draft.set_cells("settings", rows[damaged], {"source": Source.TYPED.value})
    files = [f"{name}/{_FILE}" for name in devices[without]]
    typed = {"source": Source.TYPED.value, "file": files, "key": bracketed_key(key)}
    draft.set_cells("settings", rows[without], typed)
    _note_files(draft, set(devices[without]))
    _write_columns(draft, key, values)


def _end_problems(draft: Draft, settings: pd.DataFrame) -> None:
    """The problems of values that could not be read, and are written anew."""
    if settings.empty:
        return
    problems = draft.frame("problems")
    places = set(zip(settings["file"], settings["key"], strict=True))
    ended = [(file, where) in places for file, where in zip(problems["file"], problems["where"], strict=True)]
    draft.drop_rows("problems", np.array(ended, dtype=bool) & (problems["kind"] == "unreadable").to_numpy())


def _note_files(draft: Draft, devices: Collection[str]) -> None:
    """The evidence of devices whose settings.toml gets another key, or its first one."""
    rows = draft.rows_of("evidence", devices)
    own = draft.frame("evidence").take(rows)
    mine = ((own["kind"] == "settings") & (own["state"] != "damaged")).to_numpy()
    rows, own = rows[mine], own[mine]
    files = own["device_id"] + f"/{_FILE}"
    new = (own["file"] != files).to_numpy()
    draft.set_cells("evidence", rows, {"state": "typed"})
    draft.set_cells(
        "evidence", rows[new], {"file": files[new].tolist(), "sha256": None, "size": None, "modified": None}
    )


def _write_columns(draft: Draft, key: str, values: Mapping[str, str]) -> None:
    """The columns of the devices, and of those that call them, that follow from a setting."""
    for column, setting in COLUMNS_OF_SETTINGS.items():
        if setting == key:
            devices = draft.frame("devices")
            rows = devices["device_id"].isin(list(values)).to_numpy()
            named: Any = [values[name] for name in devices.loc[rows, "device_id"]]
            is_time = SETTING_BY_KEY[key].kind is ValueKind.TIME
            draft.set_cells("devices", rows, {column: pd.to_datetime(named, utc=True) if is_time else named})
    if key == _ADDRESSES:
        # An MCU that declares no identifiers of its own for another one calls it by its addresses.
        former = draft.fleet.devices.set_index("device_id")["addresses"].fillna("").to_dict()
        peers = draft.frame("peers")
        rows = peers["peer_device"].isin(list(values)).to_numpy()
        rows = rows & (peers["identifiers"].fillna("") == peers["peer_device"].map(former)).to_numpy()
        draft.set_cells("peers", rows, {"identifiers": [values[name] for name in peers.loc[rows, "peer_device"]]})


def add_user(draft: Draft, change: AddUser) -> None:
    """Store a user on some devices."""
    entry = split_names(value_of(setting_called(_USERS), f"{change.name}:{change.privilege}"))[0]
    _change_users(draft, change, entry)


def remove_user(draft: Draft, change: RemoveUser) -> None:
    """Remove a user from some devices."""
    _change_users(draft, change, "")


def _change_users(draft: Draft, change: AddUser | RemoveUser, entry: str) -> None:
    devices = selected(draft.fleet, change.devices)
    rows = draft.frame("settings")[["device_id", "setting", "value"]].take(draft.rows_of("settings", devices))
    rows = rows[rows["setting"] == _USERS]
    known = dict(zip(rows["device_id"], rows["value"], strict=True))
    values, without, unknown = {}, [], []
    for device_id in devices:
        action = "is added to" if entry else "is removed from"
        draft.claim(("user", device_id, change.name), entry, f"the user {change.name} {action} {device_id}")
        if not isinstance(known.get(device_id), str):
            unknown.append(device_id)
            continue
        users = {word.rpartition(":")[0]: word for word in split_names(known[device_id])}
        if not entry and change.name not in users:
            without.append(device_id)
        users[change.name] = entry
        values[device_id] = join_names(word for word in users.values() if word)
    if without:
        raise UsageError(_no_user(change.name, without, known))
    if unknown and not values:
        raise UsageError(f"The users of {listed(unknown)} are not in the export, so none can be added or removed.")
    if unknown:
        draft.remarks.append(f"The users of {listed(unknown)} are not in the export, and stay undetermined.")
    write_values(draft, _USERS, values)


def _no_user(name: str, without: Sequence[str], known: Mapping[str, Any]) -> str:
    """Some devices have no such user: the devices that have it, else the users that there are."""
    of_devices = {device: _names_of(value) for device, value in known.items() if isinstance(value, str)}
    having = [device for device, names in of_devices.items() if name in names]
    verb = "has" if len(without) == 1 else "have"
    said = f'{listed(without)} {verb} no user "{name}"'
    if having:
        return f"{said}; {listed(having)} {'has' if len(having) == 1 else 'have'}. Name the devices that have it."
    users = sorted({one for names in of_devices.values() for one in names})
    there = f"the users are {listed(users, 12)}" if users else "there is no user"
    return f"{said}; {there}, exactly as the page shows them.{did_you_mean(name, users)}"


def _names_of(users: str) -> list[str]:
    return [word.rpartition(":")[0] for word in split_names(users)]
