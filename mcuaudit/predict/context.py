"""Data that the verdicts of all devices share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix import RevocationLists
from mcuaudit.predict.certificate_checks import CertificateChecks


@dataclass(frozen=True)
class FleetContext:
    """The fleet around one connection.

    Attributes:
        checks: trust, purpose and identity of certificates; equal checks run once.
        devices: every device, by device_id.
        authorities: CA certificates of the export, by the DER of their subject.
        at: the time of the audit.
    """

    checks: CertificateChecks
    devices: Mapping[str, Device]
    authorities: Mapping[bytes, tuple[Certificate, ...]]
    at: datetime

    def other_end(self, peer: Peer) -> Device | None:
        """The device of a peer that is another MCU of the fleet."""
        return self.devices.get(peer.peer_device or "")


def fleet_context(
    devices: Iterable[Device],
    certificates: Iterable[Certificate],
    at: datetime,
    lists: RevocationLists | None = None,
) -> FleetContext:
    """The context of some devices, with all certificates and revocation lists of the export."""
    known = sorted(certificates, key=lambda one: one.sha256)
    authorities: dict[bytes, list[Certificate]] = {}
    for certificate in known:
        if certificate.is_ca:
            authorities.setdefault(certificate.subject, []).append(certificate)
    return FleetContext(
        CertificateChecks(known, at, lists),
        {device.device_id: device for device in devices},
        {subject: tuple(same) for subject, same in authorities.items()},
        at,
    )
