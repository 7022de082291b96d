"""The prediction for a fleet: every connection, and whether administrators can still log in to each device."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pandas as pd

from mcuaudit.devices.device import Device
from mcuaudit.devices.records import devices_of
from mcuaudit.frames.containers import Fleet
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.replaced_rows import ranked, ranks_of, replaced_rows
from mcuaudit.pkix import RevocationLists, RevocationStatus
from mcuaudit.predict.checked_rows import Checked, CheckedRows
from mcuaudit.predict.context import FleetContext, fleet_context
from mcuaudit.predict.of_device import DevicePrediction, predict_device
from mcuaudit.predict.ways import Way
from mcuaudit.system.progress import Progress

_OFTEN = 100
"""After how many devices the progress is said."""


@dataclass(frozen=True)
class Prediction:
    """The result of a prediction: frames, and the devices that they are about."""

    paths: pd.DataFrame
    identities: pd.DataFrame
    connections: pd.DataFrame
    administration: pd.DataFrame
    devices: Sequence[Device] = ()
    ways: Mapping[str, Sequence[Way]] = field(default_factory=dict)
    """By device_id every way in which an administrator may log in, with its verdict."""
    revocation: Mapping[str, RevocationStatus] = field(default_factory=dict)
    """By device_id what revocation lists say of its local certificate and the CAs above it: revoked, or not known."""
    checked: Mapping[str, Checked] = field(default_factory=dict)
    """By device_id the rows of `paths` and `identities` that come from it."""
    context: FleetContext | None = None
    """What the verdicts share, for `predict_again`."""


def predict_fleet(fleet: Fleet, at: datetime, *, progress: Progress | None = None) -> Prediction:
    """Predict every connection of every device as of `at`."""
    devices = devices_of(fleet)
    context = fleet_context(devices, fleet.certificate_records.values(), at, lists_of(fleet))
    found = []
    for number, device in enumerate(devices, start=1):
        found.append(predict_device(device, context))
        if progress and (number % _OFTEN == 0 or number == len(devices)):
            progress("predicting", number, len(devices))
    return prediction_of(found, devices, context)


def lists_of(fleet: Fleet) -> RevocationLists:
    """The revocation lists of an export."""
    return RevocationLists(
        fleet.revocation_list_records, fleet.damaged_revocation_lists, fleet.files_of_revocation_lists
    )


def prediction_of(found: Sequence[DevicePrediction], devices: Sequence[Device], context: FleetContext) -> Prediction:
    """What was predicted for each of these devices, in their order, as frames."""
    checked = {one.device_id: one.checked for one in found}
    rows = context.checks.rows
    return Prediction(
        paths=build_frame("paths", list(rows.rows("paths", checked).values())),
        identities=build_frame("identities", list(rows.rows("identities", checked).values())),
        connections=build_frame("connections", [row for one in found for row in one.connections]),
        administration=build_frame("administration", [one.administration for one in found]),
        devices=devices,
        ways={one.device_id: one.ways for one in found},
        revocation={one.device_id: one.revocation for one in found if one.revocation},
        checked=checked,
        context=context,
    )


def merged(parts: Sequence[Prediction], devices: Sequence[Device], context: FleetContext) -> Prediction:
    """The prediction for these devices, in their order, from predictions for some of them.

    Args:
        parts: the predictions.
        devices: all of the devices.
        context: with the rows of the checks of all parts.
    """
    order = [device.device_id for device in devices]
    known = {device_id: one for part in parts for device_id, one in part.checked.items()}
    checked = {device_id: known[device_id] for device_id in order}
    ways = {device_id: found for part in parts for device_id, found in part.ways.items()}
    revocation = {device_id: status for part in parts for device_id, status in part.revocation.items()}

    def stacked(name: str) -> pd.DataFrame:
        every = pd.concat([getattr(part, name) for part in parts], ignore_index=True)
        return ranked(every, [ranks_of(every["device_id"], order)])

    rows = context.checks.rows
    return Prediction(
        paths=build_frame("paths", list(rows.rows("paths", checked).values())),
        identities=build_frame("identities", list(rows.rows("identities", checked).values())),
        connections=stacked("connections"),
        administration=stacked("administration"),
        devices=devices,
        ways={device_id: ways[device_id] for device_id in order},
        revocation={device_id: revocation[device_id] for device_id in order if device_id in revocation},
        checked=checked,
        context=context,
    )


def predict_again(former: Prediction, fleet: Fleet, differing: Collection[str]) -> Prediction:
    """What `predict_fleet` gives for a fleet in which only some devices differ, at the cost of these devices.

    Args:
        former: the prediction for the fleet as it was.
        fleet: as it is, with the same CA certificates and revocation lists, at the same time.
        differing: the devices whose verdicts may differ, by device_id, in either fleet.
    """
    order = fleet.devices["device_id"].tolist()
    if former.context is None:
        raise ValueError("the prediction has no context")
    found, context = predict_some(former.context, fleet, differing)
    devices = list(context.devices.values())
    again = {one.device_id: one for one in found}
    checked = {name: again[name].checked if name in again else former.checked[name] for name in order}

    def of_devices(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
        frame: pd.DataFrame = getattr(former, name)
        replaced = frame["device_id"].isin(list(differing)).to_numpy()
        return replaced_rows(
            frame, replaced, build_frame(name, rows), lambda both: [ranks_of(both["device_id"], order)]
        )

    statuses = {name: again[name].revocation if name in again else former.revocation.get(name) for name in order}
    return Prediction(
        paths=_checked_again("paths", former.paths, former.checked, checked, context.checks.rows),
        identities=_checked_again("identities", former.identities, former.checked, checked, context.checks.rows),
        connections=of_devices("connections", [row for one in found for row in one.connections]),
        administration=of_devices("administration", [one.administration for one in found]),
        devices=devices,
        ways={name: again[name].ways if name in again else former.ways[name] for name in order},
        revocation={name: status for name, status in statuses.items() if status},
        checked=checked,
        context=context,
    )


def _other_keys(name: str, before: Mapping[str, Checked], now: Mapping[str, Checked]) -> bool:
    """Whether the devices, which are the same, do not have the same checks together as before."""
    differing = [device_id for device_id, one in now.items() if before[device_id] is not one]
    then, today = (set[Any]().union(*(getattr(all_[one], name) for one in differing)) for all_ in (before, now))
    others = [getattr(one, name) for device_id, one in now.items() if before[device_id] is one]
    return any(not any(key in keys for keys in others) for key in then ^ today)


def predict_some(
    former: FleetContext, fleet: Fleet, differing: Collection[str]
) -> tuple[list[DevicePrediction], FleetContext]:
    """What is predicted for the devices that differ, in the order of the fleet, and what the verdicts share then.

    Args:
        former: what the verdicts shared before.
        fleet: as with `predict_again`.
        differing: as with `predict_again`.
    """
    records = dict(former.devices)
    records |= {device.device_id: device for device in devices_of(fleet, differing)}
    order = fleet.devices["device_id"].tolist()
    context = replace(former, devices={device_id: records[device_id] for device_id in order})
    with context.checks.rows.lock:
        found = [predict_device(context.devices[name], context) for name in order if name in differing]
    return found, context


def _checked_again(
    name: str, frame: pd.DataFrame, before: Mapping[str, Checked], now: Mapping[str, Checked], known: CheckedRows
) -> pd.DataFrame:
    """The frame of the checks; most of its rows are there already."""
    if before.keys() == now.keys() and not _other_keys(name, before, now):
        return frame
    places = {key: place for place, key in enumerate(known.rows(name, before))}
    wanted = known.rows(name, now)
    new = [key for key in wanted if key not in places]
    places |= {key: place for place, key in enumerate(new, start=len(places))}
    both = pd.concat([frame, build_frame(name, [wanted[key] for key in new])], ignore_index=True)
    return both.take([places[key] for key in wanted]).reset_index(drop=True)
