"""The view of services: which of them are on, what needs them, and what travels in clear by them."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.settings import LOGIN_REQUIRED, TLS_FEATURES
from mcuaudit.rules.views.base import Views, view
from mcuaudit.rules.views.words import some_of

_ANY_PEER: Final = "(any)"
_TLS_FEATURES: Final = frozenset(feature.casefold() for feature in TLS_FEATURES)


@view
def services(views: Views) -> pd.DataFrame:
    """One row per device, with what its services are needed for.

    `sip_peers` and `called_peers` are in words, empty where there are none. `passwords_taken` is no where passwords
    are refused by HTTP and FTP, as only certificates log in.
    """
    found = views["devices"].copy()
    peers, connections = views.fleet.peers, views.prediction.connections
    sip = peers[peers["connections"].str.contains("_sip", na=False)]
    called = connections[
        connections["mcu_role"].eq("client")
        & connections["outcome"].ne("notApplicable")
        & connections["peer"].ne(_ANY_PEER)
    ]
    for column, rows in (("sip_peers", sip), ("called_peers", called)):
        names = rows.groupby("device_id")["peer"].agg(some_of)
        found[column] = found["device_id"].map(names).astype("str").fillna("")
    found["tls_services"] = _tls_services(found)
    for column in ("sip_peers", "called_peers", "tls_services"):
        found[f"has_{column}"] = found[column].ne("").map({True: "yes", False: "no"})
    found["plain_sip"] = _plain_sip(found)
    found["tells_outgoing"] = found["use_local_certificate_for_outgoing"].notna().map({True: "yes", False: "no"})
    found["tls_feature"] = found["features"].map(_tls_feature).astype("str").fillna("untold")
    blocked = found["client_certificate_security"].eq(LOGIN_REQUIRED) & found["verifies_certificates"].eq("yes")
    found["passwords_taken"] = (~blocked).map({True: "yes", False: "no"})
    return found


def _plain_sip(found: pd.DataFrame) -> pd.Series:
    """What becomes of SIP calls without TLS, as far as the services tell it."""
    plain = found[["service_sip_tcp", "service_sip_udp"]]
    words = pd.Series("calls go in clear or not at all", index=found.index, dtype="str")
    words = words.mask((plain == "false").all(axis=1), "there are no SIP calls at all")
    return words.mask((plain == "true").any(axis=1), "calls go in clear")


def _tls_services(found: pd.DataFrame) -> pd.Series:
    """The services that are on and need a feature key, in words; empty where none is told to be on."""
    https, sips = found["service_https"].eq("true"), found["service_sips_tcp"].eq("true")
    words = pd.Series("", index=found.index, dtype="str")
    words = words.mask(https, "HTTPS").mask(sips, "encrypted SIP (TLS)")
    return words.mask(https & sips, "HTTPS and encrypted SIP (TLS)")


def _tls_feature(features: object) -> str | None:
    """yes or no: whether one of the feature keys is there that TLS needs; None where they are not told."""
    if not isinstance(features, str):
        return None
    return "yes" if _TLS_FEATURES & {feature.casefold() for feature in split_names(features)} else "no"
