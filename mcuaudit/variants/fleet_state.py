"""A fleet after some changes, with what is predicted for it: each change costs the devices that it touches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from mcuaudit.devices.device import Device
from mcuaudit.devices.records import devices_of
from mcuaudit.frames.build import COLUMNS_OF_SETTINGS
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.pipeline.made_of import MadeOf
from mcuaudit.predict.context import FleetContext, fleet_context
from mcuaudit.predict.of_device import DevicePrediction, predict_device
from mcuaudit.predict.prediction import Prediction, lists_of, predict_some
from mcuaudit.variants.changes import SetSetting
from mcuaudit.variants.effects import Effect, effect_of
from mcuaudit.variants.fills import Supposed
from mcuaudit.variants.of_settings import setting_called, value_of
from mcuaudit.variants.selection import selected
from mcuaudit.variants.what_if import drafted

_FRAMES_OF_SETTINGS = frozenset(COLUMNS_OF_SETTINGS.values())
"""Settings that other devices refer to, so that all frames are changed with them."""


@dataclass(frozen=True, slots=True)
class Item:
    """A connection, or the login of administrators, in two states of a fleet.

    Attributes:
        name: connection_id; of a login, the device_id.
        is_login: it is a login.
        before, after: its row of the frame `connections` or `administration`; None where it is not there.
        effect: what the step does to it.
    """

    name: str
    is_login: bool
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    effect: Effect

    @property
    def key(self) -> tuple[bool, str]:
        """What distinguishes it from every other item."""
        return self.is_login, self.name

    @property
    def device_id(self) -> str:
        """The device that has it."""
        row = self.after or self.before or {}
        return str(row["device_id"])


@dataclass(frozen=True)
class FleetState:
    """A fleet after some changes.

    Attributes:
        fleet: its frames, without the changes that are pending.
        pending: settings that the devices have already, and the frames do not.
        context: what the predictions share, with every device as it is.
        results: by device_id, what is predicted for it.
    """

    fleet: Fleet
    pending: tuple[SetSetting, ...]
    context: FleetContext
    results: Mapping[str, DevicePrediction]

    @property
    def devices(self) -> Mapping[str, Device]:
        """Every device as it is, by device_id."""
        return self.context.devices

    def callers(self, devices: Iterable[str]) -> frozenset[str]:
        """These devices, and those that call one of them."""
        wanted = set(devices)
        return frozenset(wanted | {name for name, one in self.devices.items() if not wanted.isdisjoint(one.other_mcus)})

    def after(self, changes: Sequence[Supposed]) -> FleetState:
        """The fleet after these changes too."""
        if all(isinstance(one, SetSetting) and _key_of(one) not in _FRAMES_OF_SETTINGS for one in changes):
            return self._with_settings([one for one in changes if isinstance(one, SetSetting)])
        draft, _ = drafted(self.fleet, [*self.pending, *changes], self.context.at)
        fleet = draft.finished("")
        if not draft.same_authorities:
            # Any certification path may be another one.
            context = _context_of(fleet, self.context.at)
            return FleetState(fleet, (), context, predicted(context.devices.values(), context))
        touched = self.callers(draft.touched)
        again, context = predict_some(self.context, fleet, touched)
        return FleetState(fleet, (), context, {**self.results, **{one.device_id: one for one in again}})

    def touched(self, changes: Sequence[Supposed]) -> frozenset[str]:
        """The devices whose results may differ after these changes: all, where the CA certificates do.

        Raises:
            UsageError: a change cannot be made.
        """
        draft, _ = drafted(self.fleet, [*self.pending, *changes], self.context.at)
        return self.callers(draft.touched) if draft.same_authorities else frozenset(self.devices)

    def _with_settings(self, changes: Sequence[SetSetting]) -> FleetState:
        values: dict[str, dict[str, str]] = {}
        for change in changes:
            setting = setting_called(change.setting)
            for name in selected(self.fleet, change.devices):
                values.setdefault(name, {})[setting.key] = value_of(setting, change.value)
        again = {name: self.devices[name].with_values(own) for name, own in values.items()}
        context = replace(self.context, devices={**self.devices, **again})
        touched = self.callers(again)
        results = {**self.results, **predicted([context.devices[name] for name in sorted(touched)], context)}
        # Of a setting that is changed twice, the later value counts.
        pending = {(str(one.devices), one.setting): one for one in self.pending}
        pending |= {
            (name, key): SetSetting(key, value, name) for name, own in values.items() for key, value in own.items()
        }
        return FleetState(self.fleet, tuple(pending.values()), context, results)

    def effects_since(self, before: FleetState) -> Iterator[Item]:
        """What differs from an earlier state, item by item."""
        for name, result in self.results.items():
            if before.results[name] is not result:
                yield from effects_between(before.results[name], result)

    def rows(self, devices: Collection[str] | None = None) -> Iterator[Mapping[str, Any]]:
        """The connections of all devices, or of some."""
        for name, result in self.results.items():
            if devices is None or name in devices:
                yield from result.connections


def effects_between(before: DevicePrediction, after: DevicePrediction) -> Iterator[Item]:
    """What differs between two predictions for one device, item by item."""
    then, now = ({row["connection_id"]: row for row in one.connections} for one in (before, after))
    for key in {**then, **now}:
        yield from _compared(key, False, then.get(key), now.get(key))
    yield from _compared(after.device_id, True, before.administration, after.administration)


def _compared(
    name: str, is_login: bool, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Iterator[Item]:
    effect = effect_of(outcome_of(before), outcome_of(after), _verified(before), _verified(after))
    if effect is not Effect.UNCHANGED:
        yield Item(name, is_login, before, after, effect)


def outcome_of(row: Mapping[str, Any] | None) -> str:
    """The outcome of a row; a connection that is not there is not possible."""
    return str(row["outcome"]) if row else "notApplicable"


def _verified(row: Mapping[str, Any] | None) -> str:
    return str(row.get("authenticated", "")) if row else ""


def predicted(devices: Iterable[Device], context: FleetContext) -> dict[str, DevicePrediction]:
    """What is predicted for these devices, by device_id."""
    with context.checks.rows.lock:
        return {device.device_id: predict_device(device, context) for device in devices}


def state_of(audit: Audit) -> FleetState:
    """The fleet of an audit as it is."""
    if isinstance(audit.basis, MadeOf) and audit.basis.prediction.context is not None:
        known = audit.basis.prediction
        return FleetState(audit.fleet, (), audit.basis.prediction.context, _results_of(known))
    context = _context_of(audit.fleet, audit.at)
    return FleetState(audit.fleet, (), context, predicted(context.devices.values(), context))


def _context_of(fleet: Fleet, at: datetime) -> FleetContext:
    return fleet_context(devices_of(fleet), fleet.certificate_records.values(), at, lists_of(fleet))


def _results_of(prediction: Prediction) -> dict[str, DevicePrediction]:
    """What is predicted for each device, from the frames."""
    connections: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(prediction.connections):
        connections.setdefault(row["device_id"], []).append(row)
    return {
        row["device_id"]: DevicePrediction(
            row["device_id"],
            connections.get(row["device_id"], []),
            row,
            prediction.ways[row["device_id"]],
            prediction.revocation.get(row["device_id"]),
            prediction.checked[row["device_id"]],
        )
        for row in _rows(prediction.administration)
    }


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    names = list(frame.columns)
    values = zip(*(frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in names), strict=True)
    return (dict(zip(names, row, strict=True)) for row in values)


def _key_of(change: SetSetting) -> str:
    return setting_called(change.setting).key
