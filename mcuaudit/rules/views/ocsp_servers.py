"""The view of OCSP servers: the one of each device, and whether client certificates depend on its answer."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.settings import NOT_REQUIRED
from mcuaudit.rules.views.base import Views, view

_OF_CONNECTION = ["device_id", "connection_id", "peer", "trust_store", "mcu_trust", "reason"]


@view
def ocsp_servers(views: Views) -> pd.DataFrame:
    """One row per device, with the connection to its OCSP server.

    `asked` is yes where OCSP is on and client certificates are verified, so that only a good answer lets a client in.
    """
    connections = views["connections"]
    servers = connections.loc[connections["connection_type"] == "ocsp_server", [*_OF_CONNECTION, "cause_id"]]
    found = views["devices"].merge(servers.rename(columns={"cause_id": "trust_cause_id"}), on="device_id", how="left")
    security = found["client_certificate_security"]
    asked = (
        found["ocsp_enabled"].eq("true")
        & security.notna()
        & security.ne(NOT_REQUIRED)
        & found["verifies_certificates"].eq("yes")
        & found["service_https"].ne("false")
    )
    found["asked"] = asked.map({True: "yes", False: "no"})
    found["mcu_trust"] = found["mcu_trust"].astype("str")
    return found
