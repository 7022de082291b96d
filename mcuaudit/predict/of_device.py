"""The prediction for one device: its connections, and whether an administrator can still log in to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.ocsp import ENABLED, ocsp_asked, without_server
from mcuaudit.devices.presentation import local_certificate
from mcuaudit.devices.presented import Presented
from mcuaudit.devices.services import https, with_https
from mcuaudit.devices.users import at_level, possible_levels
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.outcome import OUTCOME_ORDER, Outcome
from mcuaudit.domain.settings import VERIFY_CERTIFICATE
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict, missing
from mcuaudit.pkix import RevocationStatus
from mcuaudit.predict.administration import Administration, administration
from mcuaudit.predict.checked_rows import Checked
from mcuaudit.predict.connection import Connection, advice_columns, connection_row, first_end, judge, verdict_of
from mcuaudit.predict.context import FleetContext
from mcuaudit.predict.exchanges import exchanges, ocsp_exchanges
from mcuaudit.predict.ocsp import OCSP_ANSWER_MISSING, OCSP_PERHAPS_ASKED, OCSP_SERVER_UNDETERMINED
from mcuaudit.predict.ways import Way, WebLogin
from mcuaudit.wording.phrases import continued


@dataclass(frozen=True, slots=True)
class DevicePrediction:
    """The result for one device.

    Attributes:
        device_id: the device.
        connections: its rows of the frame `connections`.
        administration: its row of the frame `administration`.
        ways: every way in which an administrator may log in, with its verdict.
        revocation: what revocation lists say of its local certificate and the CAs above it; None if nothing.
        checked: the rows of `paths` and `identities` that come from it.
    """

    device_id: str
    connections: list[dict[str, Any]]
    administration: dict[str, Any]
    ways: Sequence[Way]
    revocation: RevocationStatus | None
    checked: Checked


def predict_device(device: Device, fleet: FleetContext) -> DevicePrediction:
    """All that is predicted for one device."""
    with fleet.checks.rows.noting() as checked:
        ocsp = ocsp_of_logins(device, fleet)
        connections = _connections(device, fleet, ocsp)
        rows = [connection_row(connection) for connection in connections]
        administered = _administration(device, connections, fleet, ocsp)
        _note_own_addresses(device, fleet)
    own = local_certificate(device)
    status = fleet.checks.revocation(own) if isinstance(own, Presented) and fleet.checks.has_lists else None
    row = _administration_row(device, administered)
    return DevicePrediction(device.device_id, rows, row, administered.ways, status, checked)


def judge_device(device: Device, fleet: FleetContext) -> list[Connection]:
    """Every connection of a device."""
    return _connections(device, fleet, ocsp_of_logins(device, fleet))


def _connections(device: Device, fleet: FleetContext, ocsp: Verdict) -> list[Connection]:
    return [judge(device, exchange, fleet, ocsp) for exchange in exchanges(device)]


_HTTPS: Final = "services.https"


def ocsp_of_logins(device: Device, fleet: FleetContext) -> Verdict:
    """The verdict about the OCSP response for client certificates, at a level at which they are verified."""
    levels = possible_levels(device)
    verifying = at_level(device, VERIFY_CERTIFICATE) if levels[1:] else device
    if not verifying.setting(_HTTPS).doubtful and verifying.is_on(_HTTPS) is Answer.OPEN:
        # Without the service there are no logins.
        verifying = verifying.with_values({_HTTPS: "true"})
    found = _answered(verifying, fleet)
    if found.outcome is not Outcome.OPEN or device.is_on(ENABLED) is not Answer.OPEN:
        return found
    switched_on = _answered(verifying.with_values({ENABLED: "true"}), fleet)
    only_the_answer = switched_on.reason_code == OCSP_ANSWER_MISSING
    return replace(found, reason_code=OCSP_PERHAPS_ASKED) if only_the_answer else found


def _answered(device: Device, fleet: FleetContext) -> Verdict:
    judged = [judge(device, exchange, fleet, NOT_APPLICABLE) for exchange in ocsp_exchanges(device)]
    # Of several that may be the server, the worst counts; max keeps the first of equals.
    worst = max(judged, key=lambda server: OUTCOME_ORDER.index(verdict_of(server).outcome))
    return ocsp_answer(device, worst)


def ocsp_answer(device: Device, server: Connection | None) -> Verdict:
    """The verdict about the OCSP response for client certificates: only the response good accepts a client."""
    asked = ocsp_asked(device)
    if asked.outcome is not Outcome.PASS:
        return NOT_APPLICABLE if asked.outcome is Outcome.NOT_APPLICABLE else asked
    without = without_server(device)
    if without:
        return without
    found = verdict_of(server) if server else NOT_APPLICABLE
    if found.outcome is Outcome.FAIL:
        refuses = server is not None and server.mcu.decision.outcome is Outcome.FAIL
        why = (
            "the MCU does not accept the OCSP server's certificate"
            if refuses
            else "the connection to the OCSP server is refused"
        )
        return Verdict(
            Outcome.FAIL, "ocsp_server_refused", f"OCSP is on, but {why}: {continued(found.reason)}",
            found.readings, cause=found.cause, remedy=found.remedy,
        )  # fmt: skip
    if found.outcome is Outcome.OPEN:
        reason = f"Whether the OCSP server is accepted is undetermined: {continued(found.reason)}"
        return replace(found, reason_code=OCSP_SERVER_UNDETERMINED, reason=reason)
    url = server.exchange.identifier if server else ""
    reason = f"OCSP is on, but the response of {url or 'its server'} is not in the export."
    return replace(missing("peers.toml ocsp_response", reason), reason_code=OCSP_ANSWER_MISSING)


def administration_of(device: Device, connections: Iterable[Connection], fleet: FleetContext) -> Administration:
    """Whether an administrator can log in; where the level is not known, its logins are evaluated at each level."""
    return _administration(device, connections, fleet, ocsp_of_logins(device, fleet))


def _administration(
    device: Device, connections: Iterable[Connection], fleet: FleetContext, ocsp: Verdict
) -> Administration:
    def logins(at: Device) -> list[WebLogin]:
        judged = _web_users(connections if at is device else _judged_again(at, fleet, ocsp))
        return [WebLogin(one.exchange.peer, verdict_of(one), first_end(one)) for one in judged]

    found = administration(device, logins, ocsp)
    if found.outcome is not Outcome.OPEN or https(device) is not Answer.OPEN:
        return found
    # Without HTTPS there is no other way than with it: what locks out with it locks out.
    serving = with_https(device)
    answer = ocsp_of_logins(serving, fleet)
    certain = _administration(serving, _judged_again(serving, fleet, answer), fleet, answer)
    return certain if certain.outcome is Outcome.FAIL else found


def _judged_again(device: Device, fleet: FleetContext, ocsp: Verdict) -> list[Connection]:
    """The web users of a device with another level in effect, or with HTTPS."""
    web = [one for one in exchanges(device) if one.type is ConnectionType.WEB_USER]
    return [judge(device, exchange, fleet, ocsp) for exchange in web]


def _web_users(connections: Iterable[Connection]) -> list[Connection]:
    return [one for one in connections if one.exchange.type is ConnectionType.WEB_USER and one.exchange.peer.declared]


def _administration_row(device: Device, found: Administration) -> dict[str, Any]:
    verdict = found.verdict
    return {
        "device_id": device.device_id,
        "site": device.site,
        "device": device.name,
        "outcome": verdict.outcome,
        "way": found.way,
        "reason_code": verdict.reason_code,
        "reason": verdict.reason,
        **advice_columns(verdict),
        "missing_evidence": verdict.missing_evidence or None,
        "readings": " ".join(verdict.readings) or None,
        "fails_on": found.fails_on,
    }


def _note_own_addresses(device: Device, fleet: FleetContext) -> None:
    """Record whether the local certificate has each address of the device, for the rules about identity."""
    local = local_certificate(device)
    if isinstance(local, Presented):
        for address in device.names("device.addresses") or ():
            fleet.checks.identity(local.certificate, (address,), Standard.MCU, local.place)
