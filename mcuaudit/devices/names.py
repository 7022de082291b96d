"""Expected names: those that the MCU compares with a peer's certificate, and those that a peer expects."""

from __future__ import annotations

from mcuaudit.devices.damage import doubt, peer_doubt
from mcuaudit.devices.device import Device
from mcuaudit.devices.once import once
from mcuaudit.devices.peer import Peer
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import ConnectionDefinition, ConnectionType
from mcuaudit.domain.setting_value import Source
from mcuaudit.domain.settings import CALL_DIRECT, USE_REGISTRAR, USE_TRUNK
from mcuaudit.domain.standards import STRICT_STANDARDS, Standard
from mcuaudit.domain.verdict import Verdict

SIP = (ConnectionType.INCOMING_SIP, ConnectionType.OUTGOING_SIP)
SERVERS = (ConnectionType.OCSP_SERVER, ConnectionType.FEEDBACK_RECEIVER)
USERS = (ConnectionType.WEB_USER, ConnectionType.API_USER)
UNRECORDED_STANDARDS = (Standard.MCU, Standard.RFC5922)
"""A SIP peer may follow either if its standard is not recorded: the guideline of the Release Notes, or RFC 5922."""
HOST_NAMES_EVIDENCE = "settings.toml [device] host_names"


def compares_names(definition: ConnectionDefinition) -> bool:
    """The MCU compares names only as a client; for incoming calls and users it checks trust only [RN]."""
    return definition.mcu_role == "client"


def reference_names(
    device: Device, peer: Peer, definition: ConnectionDefinition, from_url: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The names that the MCU may look for in the peer's certificate (reading A7).

    Args:
        from_url: the names in a configured URL, for servers.
    """
    if definition.connection_type in SERVERS:
        return from_url or peer.identifiers
    if definition.connection_type is not ConnectionType.OUTGOING_SIP:
        return ()
    outbound = outbound_names(device) if peer.route == "proxied" else ()
    return tuple(dict.fromkeys((*peer.identifiers, *outbound)))


def calls_directly(device: Device) -> bool:
    """Outbound call configuration is "Call direct", which ignores outbound address and domain [MM]."""
    return device.value("sip.outbound_call_configuration") == CALL_DIRECT


@once
def outbound_names(device: Device) -> tuple[str, ...]:
    """Outbound address and domain, if the export has them; none under "Call direct"."""
    if calls_directly(device):
        return ()
    names = (device.value("sip.outbound_address"), device.value("sip.outbound_domain"))
    return tuple(name for name in names if name)


def missing_outbound(device: Device, peer: Peer) -> str | None:
    """The missing evidence that decides whether Outbound address and domain are compared: a key, "route", or None."""
    if peer.route == "direct" or calls_directly(device):
        return None
    if peer.route is None:
        return "route"
    return next((key for key in ("outbound_address", "outbound_domain") if device.value(f"sip.{key}") is None), None)


def reference_doubt(peer: Peer, definition: ConnectionDefinition, from_url: tuple[str, ...] = ()) -> Verdict | None:
    """The open verdict if a name that the MCU compares cannot be read."""
    by_url = definition.connection_type in SERVERS and from_url
    return None if by_url else peer_doubt(peer, "identifiers")


def expected_doubt(device: Device, peer: Peer, definition: ConnectionDefinition) -> Verdict | None:
    """The open verdict if a name that the peer expects, or what decides about it, cannot be read."""
    if "expects" in peer.damage or peer.expects is not None:
        return peer_doubt(peer, "expects")
    sip = definition.connection_type in SIP
    if sip and peer.route is None:
        return peer_doubt(peer, "route") or doubt(device, "device.addresses", "device.host_names")
    return doubt(device, "device.addresses" if sip and peer.route == "direct" else "device.host_names")


def outbound_domain_is_used(device: Device) -> bool:
    """Calls go by a registrar or trunk, which may know the device by its Outbound domain."""
    return device.value("sip.outbound_call_configuration") in (USE_REGISTRAR, USE_TRUNK)


def by_proxy(peer: Peer) -> bool:
    """Whether SIP calls with a peer may be proxied: its route is not direct, and it is not another MCU of the fleet."""
    return any(map(peer.serves, SIP)) and peer.route != "direct" and peer.peer_device is None


def expects_outbound_domain(device: Device, peer: Peer) -> Answer:
    """Whether a SIP peer expects the Outbound domain of the device in its certificate, as RFC 5922 says of domains.

    Only a peer that follows RFC 5922 on a route that is not direct may. If the names that it expects are recorded, they
    decide; otherwise it may as well expect a host name, which is what `expected_names` assumes.
    """
    domain = device.value("sip.outbound_domain")
    used = outbound_domain_is_used(device) and by_proxy(peer)
    if not domain or not used or peer.standard not in (None, *STRICT_STANDARDS):
        return Answer.NO
    if peer.expects is None:
        return Answer.OPEN
    if domain.casefold() not in {name.casefold() for name in peer.expects}:
        return Answer.NO
    return Answer.OPEN if peer.standard is None else Answer.YES


def expected_names(device: Device, peer: Peer, definition: ConnectionDefinition) -> tuple[tuple[str, ...], str]:
    """The names that the peer expects, and the key that records them.

    Without a declaration, every address for direct SIP, and the host names otherwise.
    """
    if peer.expects is not None:
        return peer.expects, f'peers.toml [[peer]] "{peer.name}" expects'
    addresses, hosts = device.names("device.addresses") or (), device.names("device.host_names") or ()
    if definition.connection_type in SIP and peer.route is None:
        # The route may be either, so only a certificate with all names passes.
        return (*addresses, *hosts), f'peers.toml [[peer]] "{peer.name}" route'
    if definition.connection_type in SIP and peer.route == "direct":
        return addresses, "settings.toml [device] addresses"
    return hosts, HOST_NAMES_EVIDENCE


def missing_expected(device: Device, peer: Peer, definition: ConnectionDefinition) -> str | None:
    """The missing evidence of a call on a route that is not recorded, which may need addresses or host names."""
    if peer.expects is not None or peer.route is not None or definition.connection_type not in SIP:
        return None
    evidence = {"device.addresses": "settings.toml [device] addresses", "device.host_names": HOST_NAMES_EVIDENCE}
    return next((file for key, file in evidence.items() if not device.names(key)), None)


def may_be_unused(device: Device, name: str) -> bool:
    """Whether clients need not reach the device by that host name: a short one from a response of the device itself."""
    return "." not in name and device.setting("device.host_names").source is Source.READ


def expected_may_be_unused(device: Device, names: tuple[str, ...]) -> bool:
    """Whether host names are among expected names, and each of them may be unused: that none is found decides nothing.

    Addresses beside them are expected only on a direct route, which is then one of two possible ones.
    """
    hosts = [name for name in device.names("device.host_names") or () if name in names]
    return bool(hosts) and all(may_be_unused(device, name) for name in hosts)
