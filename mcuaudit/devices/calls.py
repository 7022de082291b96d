"""How a device calls: by a registrar or trunk, or directly (Maintenance Manual, Settings > SIP)."""

from __future__ import annotations

from mcuaudit.devices.device import Device
from mcuaudit.devices.names import SIP
from mcuaudit.devices.services import sip_tls
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.settings import CALL_DIRECT, USE_REGISTRAR, USE_TRUNK

_BY_CONFIGURATION = {CALL_DIRECT: Answer.YES, USE_REGISTRAR: Answer.NO, USE_TRUNK: Answer.NO}


def calls_without_proxy(device: Device) -> Answer:
    """Whether SIP calls over TLS without a proxy are configured.

    Endpoint entries can override the transport, so a direct peer counts in trunk mode as well.
    """
    if sip_tls(device) is Answer.NO:
        return Answer.NO
    if any(peer.route == "direct" and any(map(peer.serves, SIP)) for peer in device.peers):
        return Answer.YES
    return _BY_CONFIGURATION.get(device.value("sip.outbound_call_configuration") or "", Answer.OPEN)
