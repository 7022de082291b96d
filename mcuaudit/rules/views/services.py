"""The view of services: which of them are on, what needs them, and what travels in clear by them."""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.services import tls_feature
from mcuaudit.devices.users import passwords_refused
from mcuaudit.domain.connections import ANY_PEER
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.standards import Standard
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import text, yes_no, yes_no_open
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.peers import sip_peers
from mcuaudit.rules.views.table import Table, yes_no_of
from mcuaudit.rules.views.words import some_by


@view(
    "device",
    of_view(devices),
    text("sip_peers", "Peers that make or take SIP calls, in words; empty if there are none."),
    yes_no("has_sip_peers", "There are such peers."),
    text("called_peers", "Peers that the device calls and that may require its certificate, in words; empty if none."),
    yes_no("has_called_peers", "There are such peers."),
    text("tls_services", "Services that are on and need a feature key, in words; empty if none is known to be on."),
    yes_no("has_tls_services", "There are such services."),
    yes_no_open("tls_feature", "A feature key that TLS needs is activated; open if the feature keys are not recorded."),
    text("plain_sip", "What happens to SIP calls without TLS, in words."),
    yes_no("outgoing_known", "The export says whether the local certificate is used for outgoing connections."),
    yes_no("passwords_taken", "Passwords are accepted by HTTP and FTP."),
)
def services(views: Views) -> Table:
    """One row per device, with what its services are needed for.

    `sip_peers` and `called_peers` are in words, empty where there are none. `passwords_taken` is no where passwords
    are refused by HTTP and FTP, as only certificates log in.
    """
    found = views.table("devices")
    sip = sip_peers(views).each("device_id", "peer")
    connections = views.source("connections").each(*_OF_CALL)
    called = [
        (device_id, peer) for device_id, peer, role, *call in connections if role == "client" and _asks(peer, *call)
    ]
    words = {
        "sip_peers": [names or "" for names in some_by(found["device_id"], sip)],
        "called_peers": [names or "" for names in some_by(found["device_id"], called)],
        "tls_services": [_tls_services(*on) for on in found.each("service_https", "service_sips_tcp")],
    }
    records = views.devices_of(found)
    return found.adding(
        **words,
        **{f"has_{name}": yes_no_of(map(bool, column)) for name, column in words.items()},
        plain_sip=[_plain_sip(*on) for on in found.each("service_sip_tcp", "service_sip_udp")],
        outgoing_known=yes_no_of(value is not None for value in found["use_local_certificate_for_outgoing"]),
        tls_feature=[tls_feature(device).value for device in records],
        passwords_taken=yes_no_of(not passwords_refused(device) for device in records),
    )


_OF_CALL: Final = ("device_id", "peer", "mcu_role", "standard", "mcu_outcome", "peer_outcome", "outcome")


def _asks(peer: str, standard: str | None, mcu_outcome: str, peer_outcome: str, outcome: str) -> bool:
    """Whether a peer that the device calls may verify what the device presents."""
    if peer == ANY_PEER or standard == Standard.NONE or outcome == Outcome.NOT_APPLICABLE:
        return False
    return peer_outcome != Outcome.NOT_APPLICABLE or mcu_outcome == Outcome.NOT_APPLICABLE


def _plain_sip(*services: str | None) -> str:
    """What happens to SIP calls without TLS, as far as the services say."""
    if "true" in services:
        return "calls go in clear"
    known = all(service == "false" for service in services)
    return "there are no SIP calls at all" if known else "calls go in clear or not at all"


def _tls_services(https: str | None, sip_tls: str | None) -> str:
    """The services that are on and need a feature key, in words; empty where none is known to be on."""
    names = ["HTTPS"] * (https == "true") + ["encrypted SIP (TLS)"] * (sip_tls == "true")
    return " and ".join(names)
