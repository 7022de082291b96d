"""Who verifies whom: the table of settings and verifying values (Release Notes 4.4(3.57), appendix)."""

from __future__ import annotations

from mcuaudit.devices.device import Device
from mcuaudit.devices.versions import can_verify
from mcuaudit.domain.answer import Answer, answer
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionDefinition, ConnectionType


def verifies_peer(device: Device, definition: ConnectionDefinition) -> Answer:
    """Whether the device verifies the peer of a connection of that type."""
    if can_verify(device) is Answer.NO:
        return Answer.NO
    value = device.value(definition.setting)
    return answer(None if value is None else value in definition.verifying_values)


def verified_by(other: Device | None, connection_type: ConnectionType) -> Answer:
    """Whether the peer verifies the device: another MCU by its own settings, all others are assumed to.

    What is an incoming call here is an outgoing one there.
    """
    if other is None:
        return Answer.YES
    incoming = connection_type is ConnectionType.INCOMING_SIP
    there = ConnectionType.OUTGOING_SIP if incoming else ConnectionType.INCOMING_SIP
    return verifies_peer(other, CONNECTION_TABLE[there])
