"""The view of connections whose certificates revocation lists of the export may revoke."""

from __future__ import annotations

from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import text
from mcuaudit.rules.views.connections import connections
from mcuaudit.rules.views.table import Table


@view(
    "connection of which the MCU verifies the peer, in an export with revocation lists",
    of_view(connections),
    text("revoked_day", "The date of the revocation; missing if nothing is revoked, or the date cannot be read."),
    text("revoked_cause", "The certificate of the peer as the thing to fix; missing if nothing is revoked."),
    text("revoked_remedy", "What would fix it, as data; missing if nothing is revoked."),
)
def revocable_connections(views: Views) -> Table:
    """One row per connection of which the MCU verifies the peer; none if the export has no revocation list."""
    found = views.table("connections")
    has_lists = len(views.fleet.revocation_lists) > 0
    found = found.where(has_lists and verifies != "no" for verifies in found["mcu_verifies_peer"])
    peers = {(device.device_id, peer.name): peer for device in views.devices_of(found) for peer in device.peers}
    days, causes, remedies = [], [], []
    for device_id, name, revoked, on in found.each("device_id", "peer", "revoked", "revoked_on"):
        place = peers[device_id, name].place if revoked is not None else None
        days.append(f"{on:%Y-%m-%d}" if place and on is not None else None)
        causes.append(cause_at(CauseKind.CERTIFICATE, place).cause_id if place else None)
        remedies.append(Remedy(RemedyKind.CHECK_STATUS, target=place).remedy_id if place else None)
    return found.adding(revoked_day=days, revoked_cause=causes, revoked_remedy=remedies)
