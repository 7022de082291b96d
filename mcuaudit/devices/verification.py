"""Who verifies whom, by settings and their values (Release Notes 4.4(3.57), appendix)."""

from __future__ import annotations

from mcuaudit.devices.damage import SOFTWARE_VERSION, doubt
from mcuaudit.devices.device import Device
from mcuaudit.devices.versions import can_verify
from mcuaudit.domain.answer import Answer, answer
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionDefinition, ConnectionType
from mcuaudit.domain.slots import Slot
from mcuaudit.domain.verdict import Verdict, missing


def verifies_peer(device: Device, definition: ConnectionDefinition) -> Answer:
    """Whether the device verifies the peer of a connection of that type."""
    if can_verify(device) is Answer.NO:
        return Answer.NO
    found = is_set_to_verify(device, definition)
    # Software before 4.4 verifies nothing, and this version cannot be read.
    return Answer.OPEN if found is Answer.YES and device.setting(SOFTWARE_VERSION).damaged else found


def verification_lacking(device: Device, definition: ConnectionDefinition, evidence: str, reason: str) -> Verdict:
    """The open verdict if it is not known whether the device verifies: what cannot be read, or what is missing."""
    return doubt(device, definition.setting, SOFTWARE_VERSION) or missing(evidence, reason)


def is_set_to_verify(device: Device, definition: ConnectionDefinition) -> Answer:
    """Whether its setting has a verifying value, whatever the software can do."""
    value = device.value(definition.setting)
    return answer(None if value is None else value in definition.verifying_values)


def store_decides(device: Device, slot: Slot) -> Answer:
    """Whether a setting makes the store decide about peers: yes if one does, no if none does."""
    answers = {is_set_to_verify(device, item) for item in CONNECTION_TABLE.values() if item.trust_store is slot}
    return Answer.YES if Answer.YES in answers else Answer.OPEN if Answer.OPEN in answers else Answer.NO


def undecided_setting(device: Device, slot: Slot) -> str:
    """The first setting that would say whether the store decides and has no value; "" if all have one."""
    settings = (item.setting for item in CONNECTION_TABLE.values() if item.trust_store is slot)
    return next((key for key in settings if device.value(key) is None), "")


def asks_ocsp(device: Device) -> bool:
    """OCSP is on and client certificates are verified, so that only a good answer lets a client in [RN, H53]."""
    web = CONNECTION_TABLE[ConnectionType.WEB_USER]
    return (
        device.is_on("ssl_certificates.ocsp.enabled") is Answer.YES
        and verifies_peer(device, web) is Answer.YES
        and device.is_on("services.https") is not Answer.NO
    )


def verified_by(other: Device | None, connection_type: ConnectionType) -> Answer:
    """Whether the peer verifies the device: another MCU by its own settings, all other peers by assumption.

    An incoming call of one MCU is an outgoing call of the other.
    """
    if other is None:
        return Answer.YES
    incoming = connection_type is ConnectionType.INCOMING_SIP
    there = ConnectionType.OUTGOING_SIP if incoming else ConnectionType.INCOMING_SIP
    return verifies_peer(other, CONNECTION_TABLE[there])
