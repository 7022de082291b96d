"""The view of connections whose certificates revocation lists of the export may revoke."""

from __future__ import annotations

from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import text, yes_no
from mcuaudit.rules.views.connections import connections
from mcuaudit.rules.views.table import Table, yes_no_of


@view(
    "connection, with what revocation lists of the export revoke",
    of_view(connections),
    yes_no("revocable", "The MCU may verify the peer, and the export has a revocation list."),
    text("revoked_day", "The date of the revocation in words; missing if nothing is revoked."),
    text("revoked_cause", "The certificate of the peer as the thing to fix; missing if nothing is revoked."),
    text("revoked_remedy", "What would fix it, as data; missing if nothing is revoked."),
)
def revocable_connections(views: Views) -> Table:
    """One row per connection, with what is revoked on the path that the MCU accepts."""
    found = views.table("connections")
    has_lists = len(views.fleet.revocation_lists) > 0
    revocable = yes_no_of(has_lists and verifies != "no" for verifies in found["mcu_verifies_peer"])
    peers = {(device.device_id, peer.name): peer for device in views.devices_of(found) for peer in device.peers}
    days, causes, remedies = [], [], []
    for device_id, name, revoked, on in found.each("device_id", "peer", "revoked", "revoked_on"):
        place = peers[device_id, name].place if revoked is not None else None
        days.append(f"{on:%Y-%m-%d}" if on is not None else "an unknown date" if place else None)
        causes.append(cause_at(CauseKind.CERTIFICATE, place).cause_id if place else None)
        remedies.append(Remedy(RemedyKind.CHECK_STATUS, target=place).remedy_id if place else None)
    return found.adding(revocable=revocable, revoked_day=days, revoked_cause=causes, revoked_remedy=remedies)
