"""Whether a device asks an OCSP server, and about whom (Release Notes 4.4(3.57), appendix; Maintenance Manual 4.5)."""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.damage import lacking
from mcuaudit.devices.device import Device
from mcuaudit.devices.once import once
from mcuaudit.devices.services import service_exists
from mcuaudit.devices.users import client_certificate_security, security_lacking
from mcuaudit.devices.verification import verifies_peer
from mcuaudit.devices.versions import can_verify
from mcuaudit.domain.answer import Answer, answer, both
from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place
from mcuaudit.domain.verdict import Verdict, not_applicable

_WEB: Final = CONNECTION_TABLE[ConnectionType.WEB_USER]
_ASKED: Final = Verdict(Outcome.PASS, "ocsp_asked")
ENABLED: Final = "ssl_certificates.ocsp.enabled"
SERVER_URL: Final = "ssl_certificates.ocsp.server_url"


@once
def ocsp_asked(device: Device) -> Verdict:
    """Whether the OCSP server is asked about client certificates: pass, notApplicable with the reason, or open.

    The server is asked about the certificates of HTTPS clients only, and only above the level "Not required" [RN, H53].
    A service that is not in the export is assumed to be on; an unknown level, or what cannot be read, leaves it open.
    """
    if can_verify(device) is Answer.NO:
        return not_applicable("version_without_ocsp", "Software before 4.4 has no OCSP.")
    enabled = device.is_on(ENABLED)
    if enabled is Answer.NO:
        return not_applicable("ocsp_off", "OCSP is off.")
    service = service_exists(device, _WEB)
    if service.outcome is Outcome.NOT_APPLICABLE:
        reason = f"The OCSP server is asked about HTTPS clients only. {service.reason}"
        return not_applicable("ocsp_not_asked", reason)
    if verifies_peer(device, _WEB) is Answer.NO:
        reason = "“Client certificate security” is set to “Not required”, so the OCSP server is not contacted."
        return not_applicable("ocsp_not_asked", reason)
    if enabled is Answer.OPEN:
        return lacking(device, ENABLED, "The export does not say whether OCSP is on.")
    if client_certificate_security(device) is None:
        return security_lacking(device)
    return service if service.outcome is Outcome.OPEN else _ASKED


@once
def without_server(device: Device) -> Verdict | None:
    """The verdict if OCSP has no server that could answer: its URL is empty. None if the export does not say so."""
    url = device.value(SERVER_URL)
    if url is None or url.strip():
        return None
    return Verdict(
        Outcome.FAIL, "ocsp_without_server",
        "OCSP is on, but no server URL is set, so every client certificate is rejected.",
        cause=Cause(CauseKind.SETTING, (device.device_id, SERVER_URL)),
        remedy=Remedy(RemedyKind.SET_SETTING, (SERVER_URL,), Place(None, device.device_id)),
    )  # fmt: skip


@once
def asks_ocsp(device: Device) -> Answer:
    """Whether only a good OCSP response lets a client in; open as well if the level is not in the export."""
    outcome = ocsp_asked(device).outcome
    asked = answer(None if outcome is Outcome.OPEN else outcome is Outcome.PASS)
    return both(asked, verifies_peer(device, _WEB))
