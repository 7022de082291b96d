"""The steps of a plan: the changes of the target, and what the documented order wants before and after them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.ocsp import ENABLED
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.settings import (
    CLIENT_CERTIFICATE_SECURITY,
    LOGIN_ALLOWED,
    LOGIN_REQUIRED,
    NOT_REQUIRED,
    SERVER_CERTIFICATE_SECURITY,
    SETTING_BY_KEY,
    VERIFICATION_SETTINGS,
    VERIFY_CERTIFICATE,
)
from mcuaudit.variants.changes import (
    AddAuthority,
    AddUser,
    Change,
    RemoveAuthority,
    RemoveUser,
    ReplaceCertificate,
    SetSetting,
)
from mcuaudit.variants.plans.actions import Action, Origin, Phase
from mcuaudit.wording.phrases import listed

_HTTP: Final = "services.http"
_HTTPS: Final = "services.https"
_REDIRECT: Final = "security.redirect_http_to_https"
_ON: Final = {(_HTTP, "true"), (_HTTPS, "true"), (_REDIRECT, "false")}
_OFF: Final = {(_HTTP, "false"), (_HTTPS, "false"), (_REDIRECT, "true")}
_LEVELS: Final = SETTING_BY_KEY[CLIENT_CERTIFICATE_SECURITY].labels
_TESTED: Final = (VERIFY_CERTIFICATE, LOGIN_ALLOWED)
"""Levels at which administrators log in over HTTPS with a certificate already."""
_VERIFYING: Final = (VERIFICATION_SETTINGS, SERVER_CERTIFICATE_SECURITY)
_FIRST: Final = {AddAuthority: Phase.INSTALL, AddUser: Phase.INSTALL, ReplaceCertificate: Phase.CERTIFICATES,
                 RemoveAuthority: Phase.REMOVE, RemoveUser: Phase.REMOVE}  # fmt: skip


@dataclass
class _Builder:
    """Actions while they are collected, and what could not be planned."""

    devices: Mapping[str, Device]
    remarks: list[str]
    actions: list[Action] = field(default_factory=list)

    def add(
        self, change: Any, phase: Phase, origin: Origin, needs: Iterable[int] = (), previous: str | None = None
    ) -> int:
        number = len(self.actions)
        where = (change.devices,) if isinstance(change.devices, str) else tuple(change.devices)
        self.actions.append(Action(number, change, phase, origin, where, frozenset(needs), previous))
        return number


def actions_for(changes: Sequence[Change], devices: Mapping[str, Device], remarks: list[str]) -> list[Action]:
    """The actions for these changes, which are each at one place.

    Args:
        changes: what is wanted.
        devices: as they are today, by device_id.
        remarks: gets what the plan cannot provide for.
    """
    builder = _Builder(devices, remarks)
    settings: dict[str, dict[str, str]] = {}
    for change in changes:
        if isinstance(change, SetSetting):
            settings.setdefault(str(change.devices), {})[change.setting] = str(change.value)
        else:
            builder.add(change, _FIRST[type(change)], Origin.TARGET)
    unknown: dict[str, list[str]] = {}
    for name, wanted in settings.items():
        _settings_of(builder, devices[name], wanted, unknown)
    for key, names in unknown.items():
        remarks.append(
            f"The export does not say what “{SETTING_BY_KEY[key].label}” is on {listed(sorted(names))}. Look at the "
            "page of the device before the first step; the plan leaves it as it is."
        )
    return _with_order_of_authorities(builder.actions)


def _settings_of(builder: _Builder, device: Device, wanted: Mapping[str, str], unknown: dict[str, list[str]]) -> None:
    """The actions for the settings of one device."""
    guarded = _is_guarded(device, wanted)
    opened = _opened(builder, device, wanted, unknown) if guarded else {}
    others = [
        builder.add(_set(device, key, value), _phase_of(device, key, value), Origin.TARGET, previous=device.value(key))
        for key, value in wanted.items()
        if key not in (CLIENT_CERTIFICATE_SECURITY, ENABLED) and (key, value) not in _OFF
    ]
    level = wanted.get(CLIENT_CERTIFICATE_SECURITY, device.value(CLIENT_CERTIFICATE_SECURITY))
    lesser = _lesser_mode(builder, device, wanted, guarded, [*opened.values()])
    for key, value in wanted.items():
        if (key, value) in _OFF:
            needs = [*lesser, *([opened[key]] if key in opened else [])]
            builder.add(_set(device, key, value), Phase.CLOSE, Origin.TARGET, needs, device.value(key))
    for key, number in opened.items():
        if key not in wanted and key != _HTTPS:
            value = device.value(key) or ""
            builder.add(_set(device, key, value), Phase.CLOSE, Origin.RESTORING, [*lesser, number], _opposite(value))
    before_required = list(lesser)
    if ENABLED in wanted:
        of_server = [one for one in others if builder.actions[one].phase is Phase.SETTINGS]
        phase = Phase.OCSP if wanted[ENABLED] == "true" else Phase.SETTINGS
        change = _set(device, ENABLED, wanted[ENABLED])
        before_required.append(builder.add(change, phase, Origin.TARGET, [*lesser, *of_server], device.value(ENABLED)))
    if level == LOGIN_REQUIRED and lesser:
        origin = Origin.TARGET if CLIENT_CERTIFICATE_SECURITY in wanted else Origin.RESTORING
        change = _set(device, CLIENT_CERTIFICATE_SECURITY, LOGIN_REQUIRED)
        builder.add(change, Phase.REQUIRED, origin, before_required, LOGIN_ALLOWED)
    elif wanted.get(CLIENT_CERTIFICATE_SECURITY) == LOGIN_REQUIRED:
        change = _set(device, CLIENT_CERTIFICATE_SECURITY, LOGIN_REQUIRED)
        builder.add(change, Phase.REQUIRED, Origin.TARGET, before_required, device.value(CLIENT_CERTIFICATE_SECURITY))


def _is_guarded(device: Device, wanted: Mapping[str, str]) -> bool:
    """Whether administrators could be locked out on the way: certificates count more than before, or OCSP is new."""
    today = device.value(CLIENT_CERTIFICATE_SECURITY)
    level = wanted.get(CLIENT_CERTIFICATE_SECURITY, today)
    if level is None or level == NOT_REQUIRED:
        return False
    raised = CLIENT_CERTIFICATE_SECURITY in wanted and (today is None or _LEVELS.index(level) > _LEVELS.index(today))
    return raised or wanted.get(ENABLED) == "true"


def _opened(
    builder: _Builder, device: Device, wanted: Mapping[str, str], unknown: dict[str, list[str]]
) -> dict[str, int]:
    """HTTP and HTTPS on and HTTP not redirected, by setting: another way in while certificates are new."""
    found = {}
    for key, value in sorted(_ON):
        is_on = device.is_on(key)
        if key != _HTTPS and device.value(CLIENT_CERTIFICATE_SECURITY) in _TESTED:
            continue
        if is_on is Answer.OPEN:
            unknown.setdefault(key, []).append(device.device_id)
        elif (is_on is Answer.YES) != (value == "true") and wanted.get(key) != value:
            change = _set(device, key, value)
            found[key] = builder.add(change, Phase.REACH, Origin.ENABLING, previous=device.value(key))
    return found


def _lesser_mode(
    builder: _Builder, device: Device, wanted: Mapping[str, str], guarded: bool, opened: Iterable[int]
) -> list[int]:
    """The step to a level below "required", at which logins are tested; empty if there is none."""
    today = device.value(CLIENT_CERTIFICATE_SECURITY)
    level = wanted.get(CLIENT_CERTIFICATE_SECURITY, today)
    if level == LOGIN_REQUIRED:
        if not guarded or today == LOGIN_ALLOWED:
            return []
        change = _set(device, CLIENT_CERTIFICATE_SECURITY, LOGIN_ALLOWED)
        return [builder.add(change, Phase.LESSER_MODE, Origin.ENABLING, opened, today)]
    if CLIENT_CERTIFICATE_SECURITY not in wanted:
        return []
    change = _set(device, CLIENT_CERTIFICATE_SECURITY, str(level))
    return [builder.add(change, Phase.LESSER_MODE, Origin.TARGET, opened, today)]


def _phase_of(device: Device, key: str, value: str) -> Phase:
    if (key, value) in _ON:
        return Phase.REACH
    if key in _VERIFYING:
        labels, today = SETTING_BY_KEY[key].labels, device.value(key)
        verifies_less = today is not None and labels.index(value) < labels.index(today)
        return Phase.SETTINGS if verifies_less else Phase.VERIFY
    return Phase.SETTINGS


def _set(device: Device, key: str, value: str) -> SetSetting:
    return SetSetting(key, value, device.device_id)


def _opposite(value: str) -> str:
    return "false" if value == "true" else "true"


def _with_order_of_authorities(actions: Sequence[Action]) -> list[Action]:
    """New CAs reach every store before a new certificate is used, and former ones stay until all are used."""
    of_kind = {
        kind: frozenset(one.number for one in actions if isinstance(one.change, kind))
        for kind in (AddAuthority, ReplaceCertificate)
    }
    return [
        replace(one, needs=one.needs | of_kind[AddAuthority]) if isinstance(one.change, ReplaceCertificate)
        else replace(one, needs=one.needs | of_kind[ReplaceCertificate] | of_kind[AddAuthority])
        if isinstance(one.change, RemoveAuthority)
        else one
        for one in actions
    ]  # fmt: skip
