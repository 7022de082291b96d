"""How a device calls: by a registrar or trunk, or directly (Maintenance Manual, Settings > SIP)."""

from __future__ import annotations

from mcuaudit.devices.damage import FEATURES
from mcuaudit.devices.device import Device
from mcuaudit.devices.names import SIP
from mcuaudit.devices.once import once
from mcuaudit.devices.services import sip_tls
from mcuaudit.domain.answer import Answer, both
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.settings import CALL_DIRECT, USE_REGISTRAR, USE_TRUNK

_CONFIGURATION = "sip.outbound_call_configuration"
_BY_CONFIGURATION: dict[str | None, Answer] = {
    CALL_DIRECT: Answer.YES, USE_REGISTRAR: Answer.NO, USE_TRUNK: Answer.NO,
}  # fmt: skip


@once
def calls_without_proxy(device: Device) -> Answer:
    """Whether SIP calls over TLS without a proxy are configured.

    Endpoint entries can override the transport, so a direct peer counts in trunk mode as well.
    """
    return both(sip_tls(device), _has_direct_route(device))


def undecided_call_setting(device: Device) -> str:
    """The setting that would say whether such calls are configured; empty if that is known."""
    if calls_without_proxy(device) is not Answer.OPEN:
        return ""
    if _has_direct_route(device) is Answer.OPEN:
        return _CONFIGURATION
    service = CONNECTION_TABLE[ConnectionType.INCOMING_SIP].service
    return service if device.is_on(service) is Answer.OPEN else FEATURES


def _has_direct_route(device: Device) -> Answer:
    if any(peer.route == "direct" and any(map(peer.serves, SIP)) for peer in device.peers):
        return Answer.YES
    return _BY_CONFIGURATION.get(device.value(_CONFIGURATION), Answer.OPEN)
