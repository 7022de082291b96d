"""The prediction for a fleet: every connection, and whether administrators can still log in to each device."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from mcuaudit.devices.device import Device
from mcuaudit.devices.presentation import local_certificate
from mcuaudit.devices.presented import Presented
from mcuaudit.devices.records import devices_of
from mcuaudit.devices.versions import can_verify
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict, missing
from mcuaudit.frames.containers import Fleet
from mcuaudit.frames.schema import build_frame
from mcuaudit.predict.administration import WebLogin, administration
from mcuaudit.predict.connection import Connection, connection_row, judge
from mcuaudit.predict.context import FleetContext, fleet_context
from mcuaudit.predict.exchanges import exchanges, ocsp_lacking
from mcuaudit.predict.ocsp import OCSP_ANSWER_MISSING
from mcuaudit.system.progress import Progress


@dataclass(frozen=True)
class Prediction:
    """The result of a prediction: frames, and the devices that they are about."""

    paths: pd.DataFrame
    identities: pd.DataFrame
    connections: pd.DataFrame
    administration: pd.DataFrame
    devices: Sequence[Device] = ()


def predict_fleet(fleet: Fleet, at: datetime, *, progress: Progress | None = None) -> Prediction:
    """Predict every connection of every device as of `at`."""
    devices = devices_of(fleet)
    context = fleet_context(devices, fleet.certificate_records.values(), at)
    rows: list[dict[str, Any]] = []
    ways: list[dict[str, Any]] = []
    for number, device in enumerate(devices, start=1):
        connections = judge_device(device, context)
        rows.extend(connection_row(connection) for connection in connections)
        ways.append(_administration_row(device, connections))
        _note_own_addresses(device, context)
        if progress and (number % 100 == 0 or number == len(devices)):
            progress("predicting", number, len(devices))
    return Prediction(
        paths=build_frame("paths", list(context.checks.path_rows.values())),
        identities=build_frame("identities", list(context.checks.identity_rows.values())),
        connections=build_frame("connections", rows),
        administration=build_frame("administration", ways),
        devices=devices,
    )


def judge_device(device: Device, fleet: FleetContext) -> list[Connection]:
    """Every connection of a device. The OCSP server comes first, because logins depend on it."""
    found = list(exchanges(device))
    servers = {
        number: judge(device, exchange, fleet, NOT_APPLICABLE)
        for number, exchange in enumerate(found)
        if exchange.type is ConnectionType.OCSP_SERVER
    }
    ocsp = ocsp_answer(device, servers.values())
    return [servers.get(number) or judge(device, exchange, fleet, ocsp) for number, exchange in enumerate(found)]


def ocsp_answer(device: Device, servers: Iterable[Connection]) -> Verdict:
    """The verdict about the OCSP answer for client certificates: only the answer good accepts a client."""
    enabled = device.is_on("ssl_certificates.ocsp.enabled")
    if Answer.NO in (enabled, can_verify(device)):
        return NOT_APPLICABLE
    if enabled is Answer.OPEN:
        return ocsp_lacking(device)
    server = next(iter(servers), None)
    decision = server.mcu.decision if server else NOT_APPLICABLE
    if decision.outcome is Outcome.FAIL:
        return Verdict(
            Outcome.FAIL, "ocsp_server_refused", f"OCSP is on, but the MCU refuses the OCSP server: {decision.reason}",
            decision.readings, cause=decision.cause, remedy=decision.remedy,
        )  # fmt: skip
    if decision.outcome is Outcome.OPEN:
        return replace(decision, reason=f"Whether the OCSP server is accepted is undetermined: {decision.reason}")
    url = server.exchange.identifier if server else ""
    reason = f"OCSP is on, but the answer of {url or 'its server'} is not in the export."
    return replace(missing("peers.toml ocsp_response", reason), reason_code=OCSP_ANSWER_MISSING)


def _administration_row(device: Device, connections: list[Connection]) -> dict[str, Any]:
    logins = [
        WebLogin(connection.exchange.peer, _decision(connection))
        for connection in connections
        if connection.exchange.type is ConnectionType.WEB_USER and connection.exchange.peer.declared
    ]
    found = administration(device, logins)
    return {
        "device_id": device.device_id,
        "site": device.site,
        "device": device.name,
        "outcome": found.outcome,
        "way": found.way,
        "reason": found.reason,
        "missing_evidence": found.missing_evidence or None,
        "readings": " ".join(found.readings) or None,
    }


def _decision(connection: Connection) -> Verdict:
    """The decision of the MCU; open if it is not known whether the connection exists."""
    exists = connection.exchange.exists
    return exists if exists.outcome is Outcome.OPEN else connection.mcu.decision


def _note_own_addresses(device: Device, fleet: FleetContext) -> None:
    """Record whether the local certificate has each address of the device, for the rules about identity."""
    local = local_certificate(device)
    if isinstance(local, Presented):
        for address in device.names("device.addresses") or ():
            fleet.checks.identity(local.certificate, (address,), Standard.MCU, local.place)
