"""The view of services: which of them are on, what needs them, and what travels in clear by them."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.settings import LOGIN_REQUIRED, TLS_FEATURES
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import text, yes_no, yes_no_open
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.joins import with_columns, yes_or_no
from mcuaudit.rules.views.words import some_by

_ANY_PEER: Final = "(any)"
_TLS_FEATURES: Final = frozenset(feature.casefold() for feature in TLS_FEATURES)


@view(
    "device",
    of_view(devices),
    text("sip_peers", "Peers that make or take SIP calls, in words; empty if there are none."),
    yes_no("has_sip_peers", "There are such peers."),
    text("called_peers", "Peers that the device calls, in words; empty if there are none."),
    yes_no("has_called_peers", "There are such peers."),
    text("tls_services", "Services that are on and need a feature key, in words; empty if none is known to be on."),
    yes_no("has_tls_services", "There are such services."),
    yes_no_open("tls_feature", "A feature key that TLS needs is activated; open if the feature keys are not recorded."),
    text("plain_sip", "What happens to SIP calls without TLS, in words."),
    yes_no("tells_outgoing", "The export says whether the local certificate is used for outgoing connections."),
    yes_no("passwords_taken", "Passwords are accepted by HTTP and FTP."),
)
def services(views: Views) -> pd.DataFrame:
    """One row per device, with what its services are needed for.

    `sip_peers` and `called_peers` are in words, empty where there are none. `passwords_taken` is no where passwords
    are refused by HTTP and FTP, as only certificates log in.
    """
    found = views["devices"]
    peers, connections = views.fleet.peers, views.prediction.connections
    sip = peers[peers["connections"].str.contains("_sip", na=False)]
    called = connections[
        connections["mcu_role"].eq("client")
        & connections["outcome"].ne("notApplicable")
        & connections["peer"].ne(_ANY_PEER)
    ]
    words = {
        "sip_peers": some_by(found["device_id"], sip, "device_id", "peer").fillna(""),
        "called_peers": some_by(found["device_id"], called, "device_id", "peer").fillna(""),
        "tls_services": _tls_services(found),
    }
    blocked = found["client_certificate_security"].eq(LOGIN_REQUIRED) & found["verifies_certificates"].eq("yes")
    return with_columns(
        found,
        **words,
        **{f"has_{name}": yes_or_no(column.ne("")) for name, column in words.items()},
        plain_sip=_plain_sip(found),
        tells_outgoing=yes_or_no(found["use_local_certificate_for_outgoing"].notna()),
        tls_feature=pd.array([_tls_feature(features) for features in found["features"]], dtype="str"),
        passwords_taken=yes_or_no(~blocked),
    )


def _plain_sip(found: pd.DataFrame) -> pd.Series:
    """What happens to SIP calls without TLS, as far as the services say."""
    tcp, udp = found["service_sip_tcp"], found["service_sip_udp"]
    words = pd.Series("calls go in clear or not at all", index=found.index, dtype="str")
    words = words.mask(tcp.eq("false") & udp.eq("false"), "there are no SIP calls at all")
    return words.mask(tcp.eq("true") | udp.eq("true"), "calls go in clear")


def _tls_services(found: pd.DataFrame) -> pd.Series:
    """The services that are on and need a feature key, in words; empty where none is known to be on."""
    https, sips = found["service_https"].eq("true"), found["service_sips_tcp"].eq("true")
    words = pd.Series("", index=found.index, dtype="str")
    words = words.mask(https, "HTTPS").mask(sips, "encrypted SIP (TLS)")
    return words.mask(https & sips, "HTTPS and encrypted SIP (TLS)")


def _tls_feature(features: object) -> str:
    """yes or no: whether one of the feature keys is there that TLS needs; open where they are not recorded."""
    if not isinstance(features, str):
        return "open"
    return "yes" if _TLS_FEATURES & {feature.casefold() for feature in split_names(features)} else "no"
