"""Predict every connection of a fleet, and who can still administer each device."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from mcuaudit.devices.device import Device, devices_of
from mcuaudit.devices.presentation import local_certificate, peer_certificate
from mcuaudit.devices.presented import Presented
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict, missing
from mcuaudit.frames.containers import Fleet
from mcuaudit.frames.schema import build_frame
from mcuaudit.predict.certificate_checks import CertificateChecks
from mcuaudit.predict.connection import Connection, Fleetwide
from mcuaudit.predict.exchanges import Exchange, exchanges
from mcuaudit.predict.login import WebLogin, administration
from mcuaudit.predict.ocsp import OCSP_ANSWER_MISSING


@dataclass(frozen=True)
class Prediction:
    """The frames that prediction makes."""

    paths: pd.DataFrame
    identities: pd.DataFrame
    connections: pd.DataFrame
    administration: pd.DataFrame


def predict_fleet(fleet: Fleet, at: datetime, *, progress: Callable[[str, int, int], None] | None = None) -> Prediction:
    """Judge every connection of every device as of `at`."""
    certificates = fleet.certificate_records
    members = fleet.trust_stores.groupby("trust_store")["certificate"].agg(tuple)
    stores = {str(key): found for key, found in members.items()}
    devices = list(devices_of(fleet.devices, fleet.settings, fleet.peers))
    judges = CertificateChecks(certificates, _with_empty(fleet, stores), at)
    by_id = {device.device_id: device for device in devices}
    shared = Fleetwide(certificates, judges, _store_files(fleet), by_id, _authorities(certificates), at)
    rows: list[dict[str, Any]] = []
    ways: list[dict[str, Any]] = []
    for number, device in enumerate(devices, start=1):
        connections = _connections(device, shared)
        rows.extend(connection.row() for connection in connections)
        ways.append(_administration(device, connections, shared))
        _own_addresses(device, shared)
        if progress and (number % 100 == 0 or number == len(devices)):
            progress("predicting", number, len(devices))
    return Prediction(
        paths=build_frame("paths", list(judges.path_rows.values())),
        identities=build_frame("identities", list(judges.identity_rows.values())),
        connections=build_frame("connections", rows),
        administration=build_frame("administration", ways),
    )


def _authorities(certificates: Mapping[str, Certificate]) -> dict[bytes, tuple[Certificate, ...]]:
    found: dict[bytes, list[Certificate]] = {}
    for certificate in certificates.values():
        if certificate.is_ca:
            found.setdefault(certificate.subject, []).append(certificate)
    return {subject: tuple(same) for subject, same in found.items()}


def _with_empty(fleet: Fleet, stores: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """A store without members has no row in `trust_stores`; its key stands in `devices` and `peers` all the same."""
    frames = [(fleet.devices, column) for column in ("sip_trust_store", "https_trust_store", "call_home_trust_store")]
    keys = {key for frame, column in (*frames, (fleet.peers, "trust_store")) for key in frame[column].dropna().unique()}
    return dict.fromkeys(sorted(keys), ()) | stores


def _store_files(fleet: Fleet) -> dict[tuple[str, str], str]:
    evidence = fleet.evidence[fleet.evidence["file"].notna()]
    return dict(zip(zip(evidence["device_id"], evidence["kind"], strict=True), evidence["file"], strict=True))


def _connections(device: Device, shared: Fleetwide) -> list[Connection]:
    found = list(exchanges(device))
    servers = [item for item in found if item.facts.connection_type is ConnectionType.OCSP_SERVER]
    judged = [Connection(device, item, shared, NOT_APPLICABLE) for item in servers]
    ocsp = _ocsp_answer(device, servers, judged)
    others = {id(item): connection for item, connection in zip(servers, judged, strict=True)}
    return [others.get(id(item)) or Connection(device, item, shared, ocsp) for item in found]


def _ocsp_answer(device: Device, servers: list[Exchange], judged: list[Connection]) -> Verdict:
    """What is known of the OCSP answer about client certificates: only a good one lets a client in."""
    enabled = device.value("ssl_certificates.ocsp.enabled")
    if device.verifies_nothing or enabled == "false":
        return NOT_APPLICABLE
    if enabled is None:
        return missing("settings.toml [ssl_certificates.ocsp] enabled", "Whether OCSP is on is not told.")
    decision = judged[0].mcu_decision() if judged else NOT_APPLICABLE
    if decision.outcome is Outcome.FAIL:
        return Verdict(
            Outcome.FAIL, "ocsp_server_refused", f"OCSP is on, and its server is refused: {decision.reason}",
            decision.readings, cause=decision.cause, mend=decision.mend,
        )  # fmt: skip
    if decision.outcome is Outcome.OPEN:
        return replace(decision, reason=f"Whether the OCSP server is accepted is undetermined: {decision.reason}")
    url = servers[0].identifier if servers else ""
    reason = f"OCSP is on; what {url or 'its server'} answers is not in the export."
    return replace(missing("peers.toml ocsp_response", reason), reason_code=OCSP_ANSWER_MISSING)


def _administration(device: Device, connections: list[Connection], shared: Fleetwide) -> dict[str, Any]:
    logins = []
    for connection in connections:
        if connection.type is ConnectionType.WEB_USER and connection.exchange.peer.declared:
            presented = peer_certificate(connection.exchange.peer, shared.certificates)
            certificate = presented.certificate if isinstance(presented, Presented) else None
            logins.append(WebLogin(connection.exchange.peer, certificate, connection.mcu_decision()))
    found = administration(device, logins)
    return {
        "device_id": device.device_id,
        "site": device.site,
        "device": device.device,
        "outcome": found.outcome,
        "way": found.way,
        "reason": found.reason,
        "missing_evidence": found.missing_evidence or None,
        "readings": " ".join(found.readings) or None,
    }


def _own_addresses(device: Device, shared: Fleetwide) -> None:
    """Note how the local certificate carries each of the device's addresses, for the rules about identity."""
    local = local_certificate(device, shared.certificates)
    if isinstance(local, Presented):
        for address in device.names("device.addresses") or ():
            shared.judges.identity(local.certificate, (address,), Standard.MCU, local.holder)
