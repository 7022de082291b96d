"""The view of OCSP servers: the one of each device, and whether client certificates depend on its answer."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.settings import NOT_REQUIRED
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import OUTCOMES, of_frame, text, yes_no
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.joins import looked_up, with_columns, yes_or_no

_OF_CONNECTION = ["device_id", "connection_id", "peer", "trust_store", "mcu_trust", "reason"]


@view(
    "device × peer that is its OCSP server; one for a device without such a peer",
    of_view(devices),
    of_frame("connections", "connection_id", "peer", "trust_store", "reason"),
    text("mcu_trust", "Whether the MCU trusts the server's certificate; missing without a server.", OUTCOMES),
    text("trust_cause_id", "Id of the cause of the connection to the server."),
    yes_no("asked", "OCSP is on and client certificates are verified, so only a good answer lets a client in."),
)
def ocsp_servers(views: Views) -> pd.DataFrame:
    """One row per device, with the connection to its OCSP server.

    `asked` is yes where OCSP is on and client certificates are verified, so that only a good answer lets a client in.
    """
    connections = views.prediction.connections
    servers = connections.loc[connections["connection_type"] == "ocsp_server", [*_OF_CONNECTION, "cause_id"]]
    found = looked_up(views["devices"], servers.rename(columns={"cause_id": "trust_cause_id"}), ["device_id"])
    security = found["client_certificate_security"]
    asked = (
        found["ocsp_enabled"].eq("true")
        & security.notna()
        & security.ne(NOT_REQUIRED)
        & found["verifies_certificates"].eq("yes")
        & found["service_https"].ne("false")
    )
    return with_columns(found, asked=yes_or_no(asked), mcu_trust=found["mcu_trust"].astype("str"))
