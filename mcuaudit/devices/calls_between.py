"""Calls between two MCUs of the fleet: one call, which both ends describe with their own settings and peers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from mcuaudit.devices.damage import doubt, peer_doubt
from mcuaudit.devices.device import Device
from mcuaudit.devices.models import not_judged
from mcuaudit.devices.names import SIP
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.services import service_exists
from mcuaudit.domain.cause import CauseKind
from mcuaudit.domain.connections import CONNECTION_TABLE, CONNECTIONS_IN_PART, ConnectionDefinition, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.settings import TLS_FEATURES
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import EXISTS, Verdict, missing, not_applicable

_OTHER_END: Final = {
    ConnectionType.INCOMING_SIP: ConnectionType.OUTGOING_SIP,
    ConnectionType.OUTGOING_SIP: ConnectionType.INCOMING_SIP,
}
_ADDRESSES: Final = "device.addresses"


def at_other_end(connection_type: ConnectionType) -> ConnectionDefinition:
    """What a call is at the other end: an incoming call of one MCU is an outgoing call of the other."""
    return CONNECTION_TABLE[_OTHER_END[connection_type]]


def known_as(device: Device, other: Device, connection_type: ConnectionType) -> Peer:
    """The device as the other MCU knows it for this call: by its peers or the mesh, else by the device itself."""
    there = at_other_end(connection_type).connection_type
    same = other.other_mcus.get(device.device_id, ())
    found = next((peer for peer in same if _may_serve(peer, there)), None)
    return found.towards(CONNECTION_TABLE[there].mcu_role) if found else as_peer(device, other.further_peers_damage)


def call_exists(device: Device, other: Device, peer: Peer, connection_type: ConnectionType) -> Verdict:
    """Whether a call between two MCUs is possible, with the same verdict from both ends.

    Each needs SIP over TLS: without it at one end there is no call, whatever is not known of the other.

    Args:
        peer: the other MCU, as the device knows it.
    """
    ends = [(device, peer, connection_type)]
    ends.append((other, known_as(device, other, connection_type), _OTHER_END[connection_type]))
    if connection_type is ConnectionType.INCOMING_SIP:
        ends.reverse()
    not_mcus = [verdict for end, _, _ in ends if (verdict := not_judged(end))]
    if not_mcus:
        return not_mcus[0]
    found = [
        one
        for end, known, kind in ends
        for one in (_as_seen_from(device, _serves(end, kind), end), _is_declared(known, kind))
    ]
    for outcome in (Outcome.NOT_APPLICABLE, Outcome.OPEN):
        decided = next((verdict for verdict in found if verdict.outcome is outcome), None)
        if decided:
            return decided
    return EXISTS


def seen_from_elsewhere(verdict: Verdict, device: Device) -> Verdict:
    """The same verdict in a row of another device: a file of the device is named with the device."""
    evidence = verdict.missing_evidence
    if not verdict.cause or verdict.cause.kind is not CauseKind.MISSING_EVIDENCE:
        return verdict
    own = evidence.startswith("settings.toml ") or evidence in SLOT_FILES.values()
    if not own:
        return verdict
    found = missing(f"{device.device_id}/{evidence}", verdict.reason)
    return replace(found, reason_code=verdict.reason_code, readings=verdict.readings)


def _as_seen_from(device: Device, verdict: Verdict, end: Device) -> Verdict:
    return verdict if end is device else seen_from_elsewhere(verdict, end)


def _may_serve(peer: Peer, connection_type: ConnectionType) -> bool:
    return peer.serves(connection_type) or CONNECTIONS_IN_PART in peer.damage


def _is_declared(peer: Peer, connection_type: ConnectionType) -> Verdict:
    in_part = () if peer.serves(connection_type) else (CONNECTIONS_IN_PART,)
    return peer_doubt(peer, "connections", "device", *in_part) or EXISTS


def _serves(device: Device, connection_type: ConnectionType) -> Verdict:
    found = service_exists(device, CONNECTION_TABLE[connection_type])
    if found.outcome is not Outcome.NOT_APPLICABLE:
        return found
    return not_applicable(found.reason_code, _REASONS[found.reason_code].format(device.device_id))


_REASONS: Final = {
    "service_off": "The service sips_tcp of {} is off.",
    "feature_missing": f'Neither feature key "{TLS_FEATURES[0]}" nor "{TLS_FEATURES[1]}" is activated on {{}}.',
}


def as_peer(device: Device, further_damage: Mapping[str, str]) -> Peer:
    """The device as a peer that another MCU does not describe; MCUs call each other by address.

    Args:
        further_damage: what the other MCU may say of it, and cannot be read; `Device.further_peers_damage`.
    """
    damage = {}
    unread = doubt(device, _ADDRESSES)
    if unread:
        damage["identifiers"] = unread.missing_evidence
    if Slot.LOCAL_CERTIFICATE in device.damage:
        damage["certificate"] = device.damage[Slot.LOCAL_CERTIFICATE]
    return Peer(
        device.device_id,
        connections=tuple(kind.value for kind in SIP),
        product="MCU",
        route="direct",
        identifiers=device.names(_ADDRESSES) or (),
        certificate=device.local_certificate,
        presented_chain=device.local_chain,
        presented_chain_damaged=device.local_chain_damaged,
        certificate_file=device.local_file,
        standard=Standard.MCU,
        peer_device=device.device_id,
        damage={**damage, **further_damage},
    )
