"""Changes of a fleet as data: what `what_if` supposes, remedies are made of, and plans order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

from mcuaudit.decode.certificate_source import CertificateSources
from mcuaudit.domain.settings import ADMINISTRATOR
from mcuaudit.domain.slots import Slot

Devices = str | Iterable[str]
"""Which devices: site/device, a pattern such as ``leeds/*``, or several of these."""
EVERY_DEVICE = "*"
NEW_KEY_SIZES: Final = (3072, 4096)
"""Bits of new RSA keys, which an MCU and an Expressway support and which last beyond 2030: the first, or by policy."""


@dataclass(frozen=True, slots=True)
class SetSetting:
    """A setting has another value.

    Attributes:
        setting: the label of the device's page, or the dotted key, such as ``services.http``.
        value: as the page shows it; ``True`` and ``False`` for a tick box or a service.
        devices: which.
    """

    setting: str
    value: str | bool
    devices: Devices = EVERY_DEVICE


@dataclass(frozen=True, slots=True)
class AddAuthority:
    """CA certificates are in a trust store, beside those that are there.

    Attributes:
        slot: which store; ``peer_trust_store`` with `peer`.
        authorities: the certificates.
        devices: whose store; with `peer`, whose peer.
        peer: the name of the peer whose store it is; "" for a store of the devices.
    """

    slot: Slot | str
    authorities: CertificateSources
    devices: Devices = EVERY_DEVICE
    peer: str = ""


@dataclass(frozen=True, slots=True)
class RemoveAuthority:
    """A certificate is no longer in a trust store.

    Attributes:
        slot: which store; ``peer_trust_store`` with `peer`.
        authority: its SHA-256 or the beginning of it, its subject, or the CN of its subject.
        devices: whose store; with `peer`, whose peer.
        peer: the name of the peer whose store it is; "" for a store of the devices.
    """

    slot: Slot | str
    authority: str
    devices: Devices = EVERY_DEVICE
    peer: str = ""


@dataclass(frozen=True, slots=True)
class ReplaceStore:
    """A trust store of devices has these CA certificates and no others, whatever the export says of it.

    Attributes:
        slot: ``sip_trust_store``, ``https_trust_store`` or ``call_home_trust_store``.
        authorities: the certificates; none for a store that is emptied.
        devices: whose store.
    """

    slot: Slot | str
    authorities: CertificateSources
    devices: Devices = EVERY_DEVICE


@dataclass(frozen=True, slots=True)
class CertificateDescription:
    """A certificate that does not exist yet, evaluated as if it did: with a signature of its issuer that is valid.

    Attributes:
        common_name: of the subject; "" for a subject without one.
        dns_names: dNSName entries of the subjectAltName.
        uris: uniformResourceIdentifier entries.
        ip_addresses: iPAddress entries.
        purposes: ``serverAuth``, ``clientAuth``, or dotted identifiers; empty for no extendedKeyUsage.
        issuer: SHA-256, subject or CN of a CA certificate of the export; "" for a self-signed certificate.
        key_size: bits of its RSA key.
        not_before: when it begins; None for the time of the audit.
        not_after: when it ends; None for two years after its beginning, or the end of its issuer if that is earlier.
        with_chain: the intermediates between it and a self-signed CA, as far as the export has them, are presented too.
    """

    common_name: str = ""
    dns_names: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()
    ip_addresses: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ("serverAuth", "clientAuth")
    issuer: str = ""
    key_size: int = NEW_KEY_SIZES[0]
    not_before: datetime | None = None
    not_after: datetime | None = None
    with_chain: bool = True


@dataclass(frozen=True, slots=True)
class ReplaceCertificate:
    """Devices, or a peer, present another certificate.

    What the page of the device shows of the former one is no longer known, and its key matches.

    Attributes:
        certificate: the certificate and after it those that are presented with it, or a description.
        devices: which devices; with `peer`, whose peer. A peer that several devices share changes for all of them.
        peer: the name of the peer that presents it; "" for the local certificate of the devices.
        as_client: what the peer presents as a TLS client, where that is another certificate.
    """

    certificate: CertificateSources | CertificateDescription
    devices: Devices = EVERY_DEVICE
    peer: str = ""
    as_client: bool = False


@dataclass(frozen=True, slots=True)
class AddUser:
    """A user is stored on devices, or has another privilege."""

    name: str
    privilege: str = ADMINISTRATOR
    devices: Devices = EVERY_DEVICE


@dataclass(frozen=True, slots=True)
class RemoveUser:
    """A user is no longer stored on devices."""

    name: str
    devices: Devices = EVERY_DEVICE


@dataclass(frozen=True, slots=True)
class MoveTime:
    """It is another time: a date (00:00 UTC), an aware datetime, or either as ISO 8601 text."""

    at: str | date | datetime


@dataclass(frozen=True, slots=True)
class AddFile:
    """The export has a file, in place of the one of that name if there is one.

    Attributes:
        name: its path within the export, with slashes.
        content: its octets, or a file that has them.
    """

    name: str
    content: bytes | Path = field(repr=False)


Change = (
    SetSetting
    | AddAuthority
    | RemoveAuthority
    | ReplaceStore
    | ReplaceCertificate
    | AddUser
    | RemoveUser
    | MoveTime
    | AddFile
)
