"""Whether a device asks an OCSP server, and about whom (Release Notes 4.4(3.57), appendix; Maintenance Manual 4.5)."""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.damage import SOFTWARE_VERSION, doubt, lacking
from mcuaudit.devices.device import Device
from mcuaudit.devices.services import service_exists
from mcuaudit.devices.verification import verifies_peer
from mcuaudit.devices.versions import can_verify
from mcuaudit.domain.answer import Answer, answer, both
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.verdict import Verdict, not_applicable

_WEB: Final = CONNECTION_TABLE[ConnectionType.WEB_USER]
_ASKED: Final = Verdict(Outcome.PASS, "ocsp_asked")
_ENABLED: Final = "ssl_certificates.ocsp.enabled"


def ocsp_asked(device: Device) -> Verdict:
    """Whether the OCSP server is asked about client certificates: pass, notApplicable with the reason, or open.

    The server is asked about the certificates of HTTPS clients only, and only above the level "Not required" [RN, H53].
    A level or service that is not in the export is assumed; one that cannot be read leaves it open.
    """
    if can_verify(device) is Answer.NO:
        return not_applicable("version_without_ocsp", "Software before 4.4 has no OCSP.")
    match device.is_on(_ENABLED):
        case Answer.NO:
            return not_applicable("ocsp_off", "OCSP is off.")
        case Answer.OPEN:
            reason = "The export does not say whether OCSP is on."
            return lacking(device, _ENABLED, "settings.toml [ssl_certificates.ocsp] enabled", reason)
    service = service_exists(device, _WEB)
    if service.outcome is Outcome.NOT_APPLICABLE:
        reason = f"The OCSP server is asked about HTTPS clients only. {service.reason}"
        return not_applicable("ocsp_not_asked", reason)
    if verifies_peer(device, _WEB) is Answer.NO:
        reason = "Client certificate security is “Not required”, so the OCSP server is not contacted."
        return not_applicable("ocsp_not_asked", reason)
    unread = doubt(device, SOFTWARE_VERSION, _WEB.setting)
    return unread or (service if service.outcome is Outcome.OPEN else _ASKED)


def asks_ocsp(device: Device) -> Answer:
    """Whether only a good OCSP answer lets a client in; open as well if the level is not in the export."""
    outcome = ocsp_asked(device).outcome
    asked = answer(None if outcome is Outcome.OPEN else outcome is Outcome.PASS)
    return both(asked, verifies_peer(device, _WEB))
