"""Every connection of a fleet, checked as if each device and peer presented its planned certificate.

The devices verify whatever their settings are today, so that a certificate is sufficient also once verification is on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from mcuaudit.devices.calls_between import seen_from_elsewhere
from mcuaudit.devices.device import Device
from mcuaudit.devices.models import not_judged
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presented import Presented
from mcuaudit.devices.private_key import PRIVATE_KEY
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import ANY_PEER
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.settings import (
    CLIENT_CERTIFICATE_SECURITY,
    LOGIN_ALLOWED,
    LOGIN_REQUIRED,
    OUTGOING_AND_INCOMING_CALLS,
    SERVER_CERTIFICATE_SECURITY,
    VERIFICATION_SETTINGS,
    VERIFY_CERTIFICATE,
)
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.verdict import EXISTS, NOT_APPLICABLE, Verdict
from mcuaudit.predict.connection import Connection, judge
from mcuaudit.predict.context import FleetContext
from mcuaudit.predict.exchanges import exchanges
from mcuaudit.variants.requests.certificate_uses import Holder, Holders

_TICK_BOX: Final = "sip.use_local_certificate_for_outgoing"
_OF_THE_DEVICE: Final = ("may_present_nothing", "peer_verifies_nothing")
"""Reasons that are about a device or its settings, and not about a certificate."""
_OF_THE_COMMON_NAME: Final = ("common_name_is_no_user", "several_common_names", "common_name_case")


@dataclass(frozen=True, slots=True)
class Objection:
    """What a check says against a planned certificate.

    Attributes:
        part: the part of the certificate that it is about: issuer, chain, purpose, subject, dns or ip.
        verdict: open or fail.
        connection_id: the connection.
    """

    part: str
    verdict: Verdict
    connection_id: str


def objections(
    devices: Iterable[Device], planned: Mapping[Holder, Presented], holders: Holders, context: FleetContext
) -> dict[Holder, list[Objection]]:
    """What the checks of both sides say against the planned certificates, by holder.

    Args:
        devices: every device, as it is today.
        planned: the certificates.
        holders: which peers share a certificate.
        context: the checks; its devices do not matter.
    """
    changed = {device.device_id: _with_planned(device, planned) for device in devices if not not_judged(device)}
    fleet = replace(context, devices=changed)
    found: dict[Holder, list[Objection]] = {}
    for device in changed.values():
        for holder, objection in _of_device(device, planned, holders, fleet):
            found.setdefault(holder, []).append(objection)
    return found


def _of_device(
    device: Device, planned: Mapping[Holder, Presented], holders: Holders, fleet: FleetContext
) -> Iterator[tuple[Holder, Objection]]:
    own = Holder(Slot.LOCAL_CERTIFICATE, device.device_id)
    for exchange in exchanges(device):
        peer = exchange.peer
        if exchange.exists.outcome is Outcome.NOT_APPLICABLE or (peer.name == ANY_PEER and not peer.declared):
            continue
        holder = holders.of_peer(peer, exchange.definition.mcu_role)
        if not peer.peer_device and holder in planned:
            peer = _peer_with(peer, planned[holder])
        found = judge(device, replace(exchange, peer=peer, exists=EXISTS), fleet, NOT_APPLICABLE)
        if found.exchange.exists.outcome is Outcome.NOT_APPLICABLE:
            continue
        connection_id = exchange.connection_id(device)
        for part, verdict in _about_local(found):
            yield own, Objection(part, verdict, connection_id)
        for part, verdict in _about_peer(found):
            yield holder, Objection(part, seen_from_elsewhere(verdict, device), connection_id)


def _about_local(found: Connection) -> Iterator[tuple[str, Verdict]]:
    return _against(found.peer.trust, found.peer.identity, found.peer.purpose)


def _about_peer(found: Connection) -> Iterator[tuple[str, Verdict]]:
    yield from _against(found.mcu.trust, found.mcu.identity, found.mcu.purpose)
    login, device, peer = found.mcu.login, found.device, found.exchange.peer
    if login.reason_code in _OF_THE_COMMON_NAME and _objects(login) and peer.certificate:
        add = Remedy(
            RemedyKind.ADD_USER, (*peer.certificate.common_names[:1], peer.name), Place(None, device.device_id)
        )
        yield "subject", replace(login, reason=f"{device.device_id}: {login.reason}", remedy=add)


def _against(trust: Verdict, identity: Verdict, purpose: Verdict) -> Iterator[tuple[str, Verdict]]:
    if _objects(trust):
        yield "chain" if "A11" in trust.readings or trust.reason_code.startswith("intermediate") else "issuer", trust
    if _objects(identity) and identity is not trust:
        yield "ip" if "addresses" in identity.missing_evidence else "dns", identity
    if _objects(purpose):
        yield "purpose", purpose


def _objects(verdict: Verdict) -> bool:
    return verdict.outcome in (Outcome.OPEN, Outcome.FAIL) and verdict.reason_code not in _OF_THE_DEVICE


def _with_planned(device: Device, planned: Mapping[Holder, Presented]) -> Device:
    """The device with its planned certificate and key, verifying all that its software can verify."""
    level = device.value(CLIENT_CERTIFICATE_SECURITY)
    verifying = device.with_values(
        {
            VERIFICATION_SETTINGS: OUTGOING_AND_INCOMING_CALLS,
            SERVER_CERTIFICATE_SECURITY: VERIFY_CERTIFICATE,
            CLIENT_CERTIFICATE_SECURITY: level if level in (LOGIN_ALLOWED, LOGIN_REQUIRED) else VERIFY_CERTIFICATE,
            PRIVATE_KEY: "Key matches certificate",
            _TICK_BOX: "true",
        }
    )
    peers = tuple(_mcu_with(peer, planned) if peer.peer_device else peer for peer in device.peers)
    own = planned.get(Holder(Slot.LOCAL_CERTIFICATE, device.device_id))
    if own is None:
        return replace(verifying, peers=peers)
    return replace(
        verifying, peers=peers, local_certificate=own.certificate, local_chain=own.chain, local_chain_damaged=False,
        damage={slot: file for slot, file in device.damage.items() if slot is not Slot.LOCAL_CERTIFICATE},
    )  # fmt: skip


def _mcu_with(peer: Peer, planned: Mapping[Holder, Presented]) -> Peer:
    own = planned.get(Holder(Slot.LOCAL_CERTIFICATE, peer.peer_device or ""))
    return peer if own is None else replace(_peer_with(peer, own), chain_complete=peer.chain_complete)


def _peer_with(peer: Peer, own: Presented) -> Peer:
    """The peer, as the exchange has it for one role, with its planned certificate and chain."""
    return replace(
        peer, certificate=own.certificate, presents_none=False, presented_chain=own.chain, as_client=None,
        presented_chain_damaged=False, chain_complete=Answer.YES, ocsp_response=None,
        damage={key: evidence for key, evidence in peer.damage.items() if key != "certificate"},
    )  # fmt: skip
