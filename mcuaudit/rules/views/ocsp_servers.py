"""The view of OCSP servers: the one of each device, and whether client certificates depend on its answer."""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.ocsp import SERVER_URL, asks_ocsp, without_server
from mcuaudit.devices.verification import verifies_peer
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import OUTCOME_ORDER, Outcome
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import OUTCOMES, of_frame, text, yes_no_open
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.table import Table
from mcuaudit.rules.views.undecided import asking_evidence

_SERVER: Final = CONNECTION_TABLE[ConnectionType.OCSP_SERVER]
_OF_CONNECTION = ["device_id", "connection_id", "peer", "trust_store", "mcu_trust", "reason"]


@view(
    "device × peer that is its OCSP server; one for a device without such a peer",
    of_view(devices),
    of_frame("connections", "connection_id", "peer", "trust_store", "reason"),
    text("mcu_trust", "Whether the MCU trusts the server's certificate; missing without a server.", OUTCOMES),
    text("trust_cause_id", "Id of the cause of the connection to the server."),
    yes_no_open("asked", "OCSP is asked about client certificates, so only a good response lets a client in."),
    text("asked_evidence", "The setting that would say so; missing unless `asked` is open."),
    yes_no_open("trust_decides", "The server is verified; open where `asked` is open, and so the trust is not known."),
)
def ocsp_servers(views: Views) -> Table:
    """One row per device, with the connection to its OCSP server.

    `asked` is yes where OCSP is asked about client certificates, so that only a good response lets a client in; open
    where that is not known.
    """
    connections = views.source("connections")
    servers = connections.where(kind == ConnectionType.OCSP_SERVER for kind in connections["connection_type"])
    servers = servers.only(*_OF_CONNECTION, "cause_id").renamed(trust_cause_id="cause_id").at(_worst(servers))
    found = views.table("devices").looked_up(servers, ["device_id"])
    found = found.adding(asked_evidence=[asking_evidence(device) for device in views.devices_of(found)])
    found = found.adding(asked=[asks_ocsp(device).value for device in views.devices_of(found)])
    decided = zip(views.devices_of(found), found.each("asked", "mcu_trust"), strict=True)
    return found.adding(trust_decides=[_trust_decides(device, *row) for device, row in decided])


def _trust_decides(device: Device, asked: str, trust: str | None) -> str:
    """Whether an answer depends on the trust in the server: it is verified, which http servers are not."""
    if trust in (None, Outcome.PASS, Outcome.FAIL):
        return Answer.YES.value
    if trust == Outcome.OPEN:
        # MCU505 reports the connection, with its evidence.
        return Answer.NO.value
    over_tls = (device.value(SERVER_URL) or "").strip().lower().startswith("https:")
    verified = over_tls and verifies_peer(device, _SERVER) is not Answer.NO
    return (Answer.OPEN if asked == Answer.OPEN.value and verified else Answer.NO).value


def never_answered(views: Views) -> frozenset[str]:
    """The devices, by device_id, whose OCSP server certainly gives no good response: it is refused, or not set."""
    connections = views.source("connections").each("device_id", "connection_type", "outcome")
    refused = {
        device_id
        for device_id, kind, outcome in connections
        if kind == ConnectionType.OCSP_SERVER and outcome == Outcome.FAIL
    }
    records = views.devices_of(views.source("devices"))
    return frozenset({*refused, *(device.device_id for device in records if without_server(device))})


def _worst(servers: Table) -> list[int]:
    """The places of the rows, one for each device: of several peers that may be its server, the least trusted."""
    found: dict[str, tuple[int, int]] = {}
    for place, (device_id, trust) in enumerate(servers.each("device_id", "mcu_trust")):
        rank = OUTCOME_ORDER.index(Outcome(trust))
        if device_id not in found or rank > found[device_id][0]:
            found[device_id] = rank, place
    return [place for _, place in found.values()]
