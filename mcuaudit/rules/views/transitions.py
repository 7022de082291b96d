"""The view of the last steps of the transition: OCSP and "required", in this export and in the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.names import USERS
from mcuaudit.devices.ocsp import asks_ocsp
from mcuaudit.devices.records import devices_of
from mcuaudit.devices.transition import OcspStep, asks_under_required, ocsp_step, undecided_step
from mcuaudit.devices.users import passwords_refused
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.settings import setting_evidence
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import text, time, yes_no, yes_no_open
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.ocsp_servers import never_answered
from mcuaudit.rules.views.table import Table, yes_no_of

_NOTHING: Final = (None, None)


@view(
    "device",
    of_view(devices),
    yes_no_open("asked", "OCSP is asked about client certificates, so only a good response lets a client in."),
    yes_no("passwords_refused", "Only certificates log in."),
    yes_no("server_may_answer", "No OCSP response is not certain: there is a server, and it is not certainly refused."),
    yes_no("good_answer", "A web or API user passes, which takes a good OCSP response where one is asked for."),
    yes_no("compared", "There is a baseline, and it has the device."),
    text(
        "ocsp_step",
        "Since when OCSP is asked, by the baseline; missing without a baseline that has the device, and where OCSP is "
        "not asked under “required”.",
        [step.value for step in OcspStep],
    ),
    text("ocsp_step_evidence", "The setting of the baseline that would say so; missing if that is known."),
    time("baseline_at", "Time of the baseline; missing without one."),
)
def transitions(views: Views) -> Table:
    """One row per device, with its OCSP and its level of Client certificate security, now and in the baseline."""
    found = views.table("devices")
    records = views.devices_of(found)
    connections = views.source("connections").each("device_id", "connection_type", "login")
    good = {device_id for device_id, kind, login in connections if kind in USERS and login == Outcome.PASS}
    unanswered = never_answered(views)
    steps = _steps(views, records)
    found_steps = [steps.get(device.device_id, _NOTHING) for device in records]
    baseline = views.baseline
    former = set(baseline.devices["device_id"]) if baseline else set()
    return found.adding(
        asked=[asks_ocsp(device).value for device in records],
        passwords_refused=yes_no_of(passwords_refused(device) for device in records),
        server_may_answer=yes_no_of(device.device_id not in unanswered for device in records),
        good_answer=yes_no_of(device.device_id in good for device in records),
        compared=yes_no_of(device.device_id in former for device in records),
        ocsp_step=[step for step, _ in found_steps],
        ocsp_step_evidence=[evidence for _, evidence in found_steps],
        baseline_at=[baseline.at if baseline else None] * found.rows,
    )


def _steps(views: Views, records: Iterable[Device]) -> Mapping[str, tuple[Any, ...]]:
    """By device that asks OCSP under "required" and is in the baseline: the step, and what would settle it."""
    asking = {device.device_id for device in records if asks_under_required(device)}
    if views.baseline is None or not asking:
        return {}
    former = (device for device in devices_of(views.baseline.fleet) if device.device_id in asking)
    return {device.device_id: _step(device) for device in former}


def _step(before: Device) -> tuple[str, str | None]:
    step = ocsp_step(before)
    key = undecided_step(before)
    evidence = f"{before.device_id}/{setting_evidence(key)} of the baseline"
    return step.value, evidence if step is OcspStep.UNKNOWN else None
