"""Which connections a device has, and on which of them the MCU verifies the peer: the table of six connection types.

Source: Release Notes 4.4(3.57), appendix "Connections that may involve certificate exchange".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from mcuaudit.devices.device import Device, Stated
from mcuaudit.devices.peer import Peer
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionDefinition, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.settings import TLS_FEATURES
from mcuaudit.domain.verdict import Verdict, missing, not_applicable
from mcuaudit.errors import UsageError
from mcuaudit.identity import parse_reference

ANY_PEER: Final = "(any)"
_EXISTS: Final = Verdict(Outcome.PASS, "exists")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One connection of one device, before anything is judged.

    Attributes:
        exists: notApplicable if it cannot exist, open if that is not known, else pass.
        identifier: the URI that tells it from others with the same peer, "" for most.
        references: the names under which the device reaches the peer, where a URL gives them.
        mcu_verifies: yes, no or open.
    """

    facts: ConnectionDefinition
    peer: Peer
    exists: Verdict
    identifier: str
    references: tuple[str, ...]
    setting: Stated
    mcu_verifies: str


def exchanges(device: Device) -> Iterator[Exchange]:
    """Every connection of a device: at least one row for each of the six types."""
    for facts in CONNECTION_TABLE.values():
        for peer, exists, identifier, references in _parties(device, facts):
            setting = device.stated(facts.setting)
            yield Exchange(facts, peer, exists, identifier, references, setting, _verifies(device, facts, setting))


def _verifies(device: Device, facts: ConnectionDefinition, setting: Stated) -> str:
    if device.verifies_nothing:
        return "no"
    if setting.value is None:
        return "open"
    return "yes" if setting.value in facts.verifying_values else "no"


_Party = tuple[Peer, Verdict, str, tuple[str, ...]]


def _parties(device: Device, facts: ConnectionDefinition) -> Iterator[_Party]:
    match facts.connection_type:
        case ConnectionType.OCSP_SERVER:
            yield from _ocsp_server(device)
        case ConnectionType.FEEDBACK_RECEIVER:
            yield from _feedback_receivers(device)
        case _:
            exists = _service(device, facts)
            peers = [peer for peer in device.peers if peer.serves(facts.connection_type)]
            if not peers or exists.outcome is Outcome.NOT_APPLICABLE:
                yield _any_peer(facts.connection_type, exists)
            else:
                yield from ((peer, exists, "", ()) for peer in peers)


def _any_peer(connection_type: ConnectionType, exists: Verdict) -> _Party:
    if exists.outcome is Outcome.PASS:
        exists = missing(
            f"peers.toml [[peer]] connections {connection_type}",
            f"No peer of type {connection_type} is declared, so nothing is known of its certificate.",
        )
    return Peer(ANY_PEER, declared=False), exists, "", ()


def _service(device: Device, facts: ConnectionDefinition) -> Verdict:
    """Whether the service and the feature key are there; a service that nobody tells of is taken to be on."""
    if device.value(facts.service) == "false":
        return not_applicable("service_off", f"The service {facts.service.removeprefix('services.')} is off.")
    if device.lacks_tls_feature:
        wanted = " or ".join(f'"{feature}"' for feature in TLS_FEATURES)
        return not_applicable("feature_missing", f"Neither feature key {wanted} is activated.")
    return _EXISTS


def _ocsp_server(device: Device) -> Iterator[_Party]:
    if device.verifies_nothing:
        yield _nobody("version_without_ocsp", "Software before 4.4 has no OCSP.")
        return
    enabled, url = device.value("ssl_certificates.ocsp.enabled"), device.value("ssl_certificates.ocsp.server_url")
    if enabled == "false":
        yield _nobody("ocsp_off", "OCSP is off.")
    elif enabled is None:
        yield _nobody_known("settings.toml [ssl_certificates.ocsp] enabled", "Nobody tells whether OCSP is on.")
    elif not url:
        yield _nobody_known(
            "settings.toml [ssl_certificates.ocsp] server_url", "OCSP is on, and its server is not told."
        )
    else:
        yield _by_url(device, ConnectionType.OCSP_SERVER, url)


def _feedback_receivers(device: Device) -> Iterator[_Party]:
    uris = device.names("feedback_receivers")
    if uris is None:
        declared = [peer for peer in device.peers if peer.serves(ConnectionType.FEEDBACK_RECEIVER)]
        for peer in declared:
            yield peer, _EXISTS, "", ()
        if not declared:
            yield _nobody_known("settings.toml [[feedback_receivers]]", "Nobody tells the feedback receivers.")
    elif not uris:
        yield _nobody("no_receiver", "No feedback receiver is configured.")
    else:
        yield from (_by_url(device, ConnectionType.FEEDBACK_RECEIVER, uri) for uri in uris)


def _nobody(code: str, reason: str) -> _Party:
    return Peer(ANY_PEER, declared=False), not_applicable(code, reason), "", ()


def _nobody_known(evidence: str, reason: str) -> _Party:
    return Peer(ANY_PEER, declared=False), missing(evidence, reason), "", ()


def _by_url(device: Device, connection_type: ConnectionType, url: str) -> _Party:
    """The peer behind a URL: the declared one that has its host among its identifiers, else only the host."""
    host = host_of(url)
    if host is None:
        verdict = missing("a URL that can be read", f'"{url}" is no http or https URL.')
        return Peer(ANY_PEER, declared=False), verdict, url, ()
    found = [peer for peer in device.peers if host in {host_of(identifier) for identifier in peer.identifiers}]
    found.sort(key=lambda peer: not peer.serves(connection_type))
    peer = found[0] if found else Peer(host, declared=False)
    if urlsplit(url).scheme.lower() != "https":
        return peer, not_applicable("http_url", "The URL is http, so no certificate is exchanged."), url, (host,)
    return peer, _EXISTS, url, (host,)


def host_of(identifier: str) -> str | None:
    """The host of a name, an address, or a URI, in one spelling; None if there is none."""
    try:
        return parse_reference(identifier).host
    except UsageError:
        return None
