"""What a plan is made for: changes, another CA in place of a former one, or new certificates for those that end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from mcuaudit.decode.certificate_source import CertificateSources
from mcuaudit.variants.changes import EVERY_DEVICE, Change, Devices


@dataclass(frozen=True, slots=True)
class ReplaceAuthority:
    """Another CA takes the place of a CA, in all trust stores, and issues the certificates that the former one issued.

    Attributes:
        old: the former CA: its SHA-256 or the beginning of it, its subject, or the CN of its subject. CAs below it are
            replaced with it.
        new: the certificates of the new CA: one that issues, or a root with one that issues; or the name of a CA of the
            export.
        devices: whose trust stores, certificates and peers.
    """

    old: str
    new: CertificateSources
    devices: Devices = EVERY_DEVICE


@dataclass(frozen=True, slots=True)
class RenewCertificates:
    """Certificates of devices and their peers that end by a day are replaced, by the same CA and with the same names.

    Attributes:
        by: the day, or a time: a date, an aware datetime, or either as ISO 8601 text.
        devices: whose certificates and peers.
    """

    by: str | date | datetime
    devices: Devices = EVERY_DEVICE


Target = Change | ReplaceAuthority | RenewCertificates
