"""Names by which clients and SIP peers may know a device, and whether its local certificate contains them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from mcuaudit.devices.damage import FEATURES
from mcuaudit.devices.device import Device
from mcuaudit.devices.names import (
    HOST_NAMES_EVIDENCE,
    SIP,
    by_proxy,
    expected_names,
    expects_outbound_domain,
    may_be_unused,
    outbound_domain_is_used,
)
from mcuaudit.devices.services import sip_tls
from mcuaudit.domain.answer import Answer, answer, both, either
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.standards import STRICT_STANDARDS, Standard
from mcuaudit.domain.verdict import Verdict
from mcuaudit.errors import UsageError
from mcuaudit.identity import PresentedIdentifiers, match, not_comparable

_INCOMING: Final = CONNECTION_TABLE[ConnectionType.INCOMING_SIP]
_DOMAIN: Final = "sip.outbound_domain"
_CONFIGURATION: Final = "sip.outbound_call_configuration"
_DECIDING: Final = (_CONFIGURATION, _DOMAIN, _INCOMING.service, FEATURES)
"""The settings that say whether a peer can expect the Outbound domain at all."""


def has_host_name(device: Device, local: PresentedIdentifiers, name: str) -> Verdict:
    """Whether the local certificate contains a host name of the device, as HTTPS clients compare (RFC 9525).

    It is open for a missing name that clients need not use.
    """
    found = _contains(local, name, Standard.RFC9525)
    if found.outcome is Outcome.FAIL and may_be_unused(device, name):
        return replace(found, outcome=Outcome.OPEN, missing_evidence=HOST_NAMES_EVIDENCE)
    return found


def has_domain(local: PresentedIdentifiers, domain: str) -> Verdict:
    """Whether the local certificate contains a domain, as RFC 5922 compares it."""
    return _contains(local, domain, Standard.RFC5922)


def _contains(local: PresentedIdentifiers, name: str, standard: Standard) -> Verdict:
    try:
        found = match(local, name, standard)
    except UsageError as error:
        return not_comparable(error)
    return Verdict(found.outcome, found.reason_code, found.reason, (found.reading,) if found.reading else ())


@dataclass(frozen=True, slots=True)
class DomainExpectation:
    """Whether a peer that follows RFC 5922 expects the Outbound domain of a device, and who does.

    Attributes:
        peers: the peers that expect it, or may if none does for certain; those without a recorded standard excepted.
        unread: the setting that would say whether anybody can, and cannot be read or is missing; "" if there is none.
    """

    expected: Answer
    peers: tuple[str, ...] = ()
    unread: str = ""


def domain_expectation(device: Device) -> DomainExpectation:
    """Who expects the Outbound domain of the device in its certificate: the peers that may be behind its proxy.

    Without such a peer it is open, because the registrar or trunk itself may expect the domain.
    """
    possible = both(_uses_domain(device), sip_tls(device))
    unread = next((key for key in _DECIDING if _undecided(device, key)), "") if possible is Answer.OPEN else ""
    proxies = [peer for peer in device.peers if by_proxy(peer)]
    if _uses_domain(device) is Answer.OPEN:
        strict = [peer for peer in proxies if peer.standard in (None, *STRICT_STANDARDS)]
        answers = [(peer, Answer.OPEN if peer in strict else Answer.NO) for peer in proxies]
    else:
        answers = [(peer, expects_outbound_domain(device, peer)) for peer in proxies]
    by_peers = either(*(one for _, one in answers)) if answers else Answer.OPEN
    expected = both(possible, by_peers)
    if expected is Answer.NO:
        return DomainExpectation(Answer.NO)
    named = (peer.name for peer, one in answers if one is by_peers and peer.standard is not None)
    return DomainExpectation(expected, tuple(named), unread)


def _undecided(device: Device, key: str) -> bool:
    """The setting cannot be read; or it is the service, and the export does not say whether it is on."""
    return device.setting(key).doubtful or (key == _INCOMING.service and device.is_on(key) is Answer.OPEN)


def _uses_domain(device: Device) -> Answer:
    """Whether the device calls by a registrar or trunk with an Outbound domain; open if that cannot be read."""
    domain = None if device.setting(_DOMAIN).doubtful else bool(device.value(_DOMAIN))
    proxied = None if device.setting(_CONFIGURATION).doubtful else outbound_domain_is_used(device)
    return both(answer(domain), answer(proxied))


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name by which a SIP peer may know a device.

    Attributes:
        name: the name or address.
        peer: the peer that expects it; empty for a host name of the device itself.
        strict: that peer compares as RFC 5922 specifies.
    """

    name: str
    peer: str = ""
    strict: bool = False


def names_for_sip_peers(device: Device) -> Iterator[KnownName]:
    """The host names of the device, and the names that its SIP peers expect: as recorded, or under RFC 5922.

    Another MCU of the fleet is checked by its connections, and a peer that verifies nothing expects no name.
    """
    for name in device.names("device.host_names") or ():
        yield KnownName(name)
    for peer in device.peers:
        strict = peer.standard in STRICT_STANDARDS
        verifies = peer.peer_device is None and peer.standard is not Standard.NONE
        if any(map(peer.serves, SIP)) and verifies and (strict or peer.expects is not None):
            for name in expected_names(device, peer, _INCOMING)[0]:
                yield KnownName(name, peer.name, strict)
