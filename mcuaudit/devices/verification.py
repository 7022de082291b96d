"""Who verifies whom, by settings and their values (Release Notes 4.4(3.57), appendix)."""

from __future__ import annotations

from mcuaudit.devices.damage import FEATURES, SOFTWARE_VERSION, doubt
from mcuaudit.devices.device import Device
from mcuaudit.devices.once import once
from mcuaudit.devices.private_key import has_key
from mcuaudit.devices.services import has_service
from mcuaudit.devices.versions import can_verify, version_decides, version_is_missing, version_lacking
from mcuaudit.domain.answer import Answer, answer, both, either
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionDefinition, ConnectionType
from mcuaudit.domain.settings import setting_evidence
from mcuaudit.domain.slots import Slot
from mcuaudit.domain.verdict import Verdict, missing


@once
def verifies_peer(device: Device, definition: ConnectionDefinition) -> Answer:
    """Whether the device verifies the peer of a connection of that type."""
    if can_verify(device) is Answer.NO:
        return Answer.NO
    found = is_set_to_verify(device, definition)
    # Software before 4.4 verifies nothing.
    return Answer.OPEN if found is Answer.YES and version_decides(device) else found


def verification_lacking(device: Device, definition: ConnectionDefinition, reason: str) -> Verdict:
    """The open verdict if it is not known whether the device verifies: what cannot be read, or what is missing."""
    found = doubt(device, definition.setting, SOFTWARE_VERSION)
    if found is None and device.value(definition.setting) is not None and version_decides(device):
        return version_lacking(device)
    return found or missing(setting_evidence(definition.setting), reason)


@once
def is_set_to_verify(device: Device, definition: ConnectionDefinition) -> Answer:
    """Whether its setting has a verifying value, whatever the software can do."""
    value = device.value(definition.setting)
    return answer(None if value is None else value in definition.verifying_values)


@once
def store_decides(device: Device, slot: Slot) -> Answer:
    """Whether a setting makes the store decide about the peers of a service that exists: no if none does.

    Open if the software may be one that verifies nothing.
    """
    judging = [item for item in CONNECTION_TABLE.values() if item.trust_store is slot]
    return either(*(both(has_service(device, item.connection_type), verifies_peer(device, item)) for item in judging))


def undecided_setting(device: Device, slot: Slot) -> str:
    """The first setting that would say whether the store decides, and has no value that can be used."""
    judging = [item for item in CONNECTION_TABLE.values() if item.trust_store is slot]
    settings = [*(item.setting for item in judging), *(item.service for item in judging if item.service), FEATURES]
    lacking = (key for key in settings if device.value(key) is None or device.setting(key).doubtful)
    verifies = any(is_set_to_verify(device, item) is Answer.YES for item in judging)
    return SOFTWARE_VERSION if verifies and version_decides(device) else next(lacking, "")


@once
def admits_callers(device: Device) -> Answer:
    """Whether the SIP trust store decides who calls at best: calls over TLS come in, and the caller is verified.

    Without a version as from 4.4 on: before, everyone may call, which is no smaller exposure.
    """
    incoming = CONNECTION_TABLE[ConnectionType.INCOMING_SIP]
    verifies = (is_set_to_verify if version_is_missing(device) else verifies_peer)(device, incoming)
    return both(has_service(device, ConnectionType.INCOMING_SIP), has_key(device), verifies)
