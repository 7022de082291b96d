"""The views of certificates that revocation lists of the export may revoke: of connections, and of devices."""

from __future__ import annotations

from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix import RevocationState
from mcuaudit.pkix.flaws import issuer_title, title
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.certificates import local_certificates
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


@view(
    "device, with what revocation lists of the export say of its local certificate",
    of_view(local_certificates),
    yes_no("revocable", "The export has a local certificate of the device, and a revocation list."),
    text("revoked", "Which certificate is revoked, the local one or a CA above it, when and by whom; missing if none."),
    text("status_unknown", "Why the lists do not say whether one of them is revoked; missing if they do."),
    text("revocation_evidence", "What would show the status: the damaged list, or a current one."),
)
def revocable_local_certificates(views: Views) -> Table:
    """One row per device; a list of any issuer on the path to a root counts, wherever it lies in the export."""
    found = views.table("local_certificates")
    has_lists = len(views.fleet.revocation_lists) > 0
    revocable = yes_no_of(has_lists and certificate is not None for certificate in found["certificate"])
    revoked, unknown, evidence = [], [], []
    for device_id in found["device_id"]:
        status = views.prediction.revocation.get(device_id)
        words = f"{title(status.certificate)} {status.why}" if status else None
        is_revoked = status is not None and status.state is RevocationState.REVOKED
        revoked.append(words if is_revoked else None)
        unknown.append(words if not is_revoked else None)
        evidence.append((status.file or f"a current CRL of {issuer_title(status.certificate)}") if status else None)
    return found.adding(revocable=revocable, revoked=revoked, status_unknown=unknown, revocation_evidence=evidence)
