"""Who verifies whom, by settings and their values (Release Notes 4.4(3.57), appendix)."""

from __future__ import annotations

from mcuaudit.devices.damage import FEATURES, SOFTWARE_VERSION, doubt
from mcuaudit.devices.device import Device
from mcuaudit.devices.private_key import has_key
from mcuaudit.devices.services import has_service
from mcuaudit.devices.versions import can_verify
from mcuaudit.domain.answer import Answer, answer, both, either
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionDefinition, ConnectionType
from mcuaudit.domain.settings import setting_evidence
from mcuaudit.domain.slots import Slot
from mcuaudit.domain.verdict import Verdict, missing


def verifies_peer(device: Device, definition: ConnectionDefinition) -> Answer:
    """Whether the device verifies the peer of a connection of that type."""
    if can_verify(device) is Answer.NO:
        return Answer.NO
    found = is_set_to_verify(device, definition)
    # Software before 4.4 verifies nothing, and this version cannot be read.
    return Answer.OPEN if found is Answer.YES and device.setting(SOFTWARE_VERSION).damaged else found


def verification_lacking(device: Device, definition: ConnectionDefinition, reason: str) -> Verdict:
    """The open verdict if it is not known whether the device verifies: what cannot be read, or what is missing."""
    return doubt(device, definition.setting, SOFTWARE_VERSION) or missing(setting_evidence(definition.setting), reason)


def is_set_to_verify(device: Device, definition: ConnectionDefinition) -> Answer:
    """Whether its setting has a verifying value, whatever the software can do."""
    value = device.value(definition.setting)
    return answer(None if value is None else value in definition.verifying_values)


def store_decides(device: Device, slot: Slot) -> Answer:
    """Whether a setting makes the store decide about the peers of a service that exists: no if none does."""
    judging = [item for item in CONNECTION_TABLE.values() if item.trust_store is slot]
    return either(
        *(both(has_service(device, item.connection_type), is_set_to_verify(device, item)) for item in judging)
    )


def undecided_setting(device: Device, slot: Slot) -> str:
    """The first setting that would say whether the store decides, and has no value that can be used."""
    judging = [item for item in CONNECTION_TABLE.values() if item.trust_store is slot]
    settings = [*(item.setting for item in judging), *(item.service for item in judging if item.service), FEATURES]
    return next((key for key in settings if device.value(key) is None or device.setting(key).doubtful), "")


def admits_callers(device: Device) -> Answer:
    """Whether the SIP trust store decides who calls: calls over TLS come in, and the caller is verified."""
    incoming = CONNECTION_TABLE[ConnectionType.INCOMING_SIP]
    return both(has_service(device, ConnectionType.INCOMING_SIP), has_key(device), verifies_peer(device, incoming))
