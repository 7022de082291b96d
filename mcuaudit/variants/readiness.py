"""Readiness: whether every known connection would still work under each value of the settings of SSL certificates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from mcuaudit.devices.device import Device
from mcuaudit.devices.models import not_judged
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.settings import (
    CLIENT_CERTIFICATE_SECURITY,
    SERVER_CERTIFICATE_SECURITY,
    SETTING_BY_KEY,
    VERIFICATION_SETTINGS,
)
from mcuaudit.domain.versions import verifies_certificates
from mcuaudit.frames.containers import Audit, site_of
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.redacted import check_not_redacted
from mcuaudit.predict.of_device import DevicePrediction, predict_device
from mcuaudit.system.progress import Progress, shows_progress
from mcuaudit.variants.effects import Effect
from mcuaudit.variants.fleet_state import FleetState, Item, effects_between, outcome_of, state_of

SETTINGS_OF_READINESS: Final = (VERIFICATION_SETTINGS, CLIENT_CERTIFICATE_SECURITY, SERVER_CERTIFICATE_SECURITY)
_BREAKS: Final = frozenset({Effect.FAILS, Effect.ENDS})


@dataclass(frozen=True, slots=True)
class _Found:
    """What one value does to one device."""

    breaks: Sequence[Item]
    turns_open: Sequence[Item]
    login: Mapping[str, Any]
    login_before: Mapping[str, Any]
    refused: int
    undetermined: int

    @property
    def outcome(self) -> Outcome:
        """Fail where something breaks or administrators are locked out, then open, then pass."""
        before, after = outcome_of(self.login_before), outcome_of(self.login)
        if self.breaks or (after == "fail" != before):
            return Outcome.FAIL
        return Outcome.OPEN if self.turns_open or (after == "open" and before != "open") else Outcome.PASS


@shows_progress
def readiness(audit: Audit, *, site: str | None = None, progress: Progress | None = None) -> pd.DataFrame:
    """For each device and each value of three settings, whether every connection that works today would still work.

    The settings are those of Network > SSL certificates: Verification settings, Client certificate security, and Server
    certificate security. Each value is applied to the device alone, and its connections and logins are predicted with
    it; everything else stays as it is. A connection that is refused today, and would be refused then, does not count.

        audit.readiness().query("outcome == 'pass' and not is_today")

    Args:
        audit: how things are.
        site: only the devices of this site; by default all.
        progress: called with the number of devices that are done.

    Returns:
        the frame `readiness`; ``mcuaudit.describe("readiness")`` documents its columns.

    Raises:
        UsageError: the audit is redacted, or has no such site.
    """
    check_not_redacted(audit.fleet, "nothing can be predicted anew")
    wanted = None if site is None else site_of(audit, site)
    state = state_of(audit)
    devices = [device for device in state.devices.values() if wanted in (None, device.site)]
    rows: list[dict[str, Any]] = []
    for number, device in enumerate(devices, start=1):
        rows += _of_device(device, state)
        if progress:
            progress("readiness", number, len(devices))
    return build_frame("readiness", rows)


def _of_device(device: Device, state: FleetState) -> Iterator[dict[str, Any]]:
    version = device.value("device.software_version")
    old = version is not None and verifies_certificates(version) is False
    unfit = not_judged(device)
    for key in SETTINGS_OF_READINESS:
        labels = SETTING_BY_KEY[key].labels
        for value in labels:
            row = {
                "device_id": device.device_id, "site": device.site, "device": device.name, "setting": key,
                "value": value, "is_today": device.value(key) == value,
            }  # fmt: skip
            if unfit:
                yield {**row, **_unknown(state.results[device.device_id], unfit.reason)}
            elif old and value != labels[0]:
                reason = f"Software {version} does not have this setting; it needs 4.4 or later."
                yield {**row, **_nothing(state.results[device.device_id], reason)}
            else:
                yield {**row, **_columns(_found(device, key, value, state))}


def _found(device: Device, key: str, value: str, state: FleetState) -> _Found:
    before = state.results[device.device_id]
    if device.value(key) == value and not device.setting(key).doubtful:
        items: list[Item] = []
        after = before
    else:
        supposed = device.with_values({key: value})
        with state.context.checks.rows.lock:
            # The other devices stay as they are: calls between two MCUs need both.
            after = predict_device(supposed, state.context)
        items = [*effects_between(before, after), *_at_others(device, supposed, state)]
    calls = [item for item in items if not item.is_login]
    breaks = [item for item in calls if item.effect in _BREAKS]
    turns_open = [item for item in calls if item.effect is Effect.UNDETERMINED or _less_certain(item)]
    by_value = {item.name for item in (*breaks, *turns_open)}
    others = [outcome_of(row) for row in after.connections if row["connection_id"] not in by_value]
    return _Found(
        breaks, turns_open, after.administration, before.administration, others.count("fail"), others.count("open")
    )


def _less_certain(item: Item) -> bool:
    """It is undetermined as before, but now also because of what the MCU decides: it may be refused for that."""
    before, after = item.before, item.after
    if not before or not after or outcome_of(before) != "open" or outcome_of(after) != "open":
        return False
    return bool(after["mcu_outcome"] == "open" and before["mcu_outcome"] != "open")


def _at_others(device: Device, supposed: Device, state: FleetState) -> Iterator[Item]:
    """Calls that only the other MCU has in its peers; of those that both have, each end has the same verdict."""
    name = device.device_id
    others = [
        one for one in state.devices.values()
        if name in one.other_mcus and one.device_id not in device.other_mcus and one is not device
    ]  # fmt: skip
    if not others:
        return
    context = replace(state.context, devices={**state.devices, name: supposed})
    for other in others:
        with context.checks.rows.lock:
            after = predict_device(other, context)
        yield from (item for item in effects_between(state.results[other.device_id], after) if not item.is_login)


def _columns(found: _Found) -> dict[str, Any]:
    rows = [item.after or item.before or {} for item in (*found.breaks, *found.turns_open)]
    if outcome_of(found.login) in ("fail", "open") and outcome_of(found.login) != outcome_of(found.login_before):
        rows.append(found.login)
    causes = {row["cause_id"]: row["cause"] for row in rows if row.get("cause_id")}
    remedies = {row["remedy_id"]: row["remedy"] for row in rows if row.get("remedy_id")}
    return {
        "outcome": found.outcome,
        "breaks": len(found.breaks),
        "turns_undetermined": len(found.turns_open),
        "refused_anyway": found.refused,
        "undetermined_anyway": found.undetermined,
        "breaking_connections": join_names(item.name for item in found.breaks),
        "undetermined_connections": join_names(item.name for item in found.turns_open),
        "login": outcome_of(found.login),
        "login_way": found.login["way"],
        "login_reason": found.login["reason"],
        "cause_ids": join_names(causes),
        "remedy_ids": join_names(remedies),
        "blockers": "; ".join(causes.values()),
        "remedies": " ".join(dict.fromkeys(remedies.values())),
        "missing_evidence": join_names(dict.fromkeys(_evidence(rows))),
    }


def _evidence(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    return (row["missing_evidence"] for row in rows if row.get("missing_evidence"))


def _nothing(result: DevicePrediction, reason: str) -> dict[str, Any]:
    outcomes = [outcome_of(row) for row in result.connections]
    same = (result.administration, result.administration, outcomes.count("fail"), outcomes.count("open"))
    return {**_columns(_Found((), (), *same)), "outcome": Outcome.NOT_APPLICABLE, "blockers": reason}  # fmt: skip


def _unknown(result: DevicePrediction, reason: str) -> dict[str, Any]:
    return {**_nothing(result, reason), "outcome": Outcome.OPEN}
