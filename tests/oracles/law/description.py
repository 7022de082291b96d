"""A fleet in plain words: what the writer puts on disk and the law judges. None is what the export does not say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.x509 import Certificate

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Presented:
    """What a party presents: its certificate, and those that it sends with it."""

    leaf: Certificate
    chain: tuple[Certificate, ...] = ()


class Nothing:
    """The party is known to present no certificate."""


ANY = "(any)"
"""The name of all peers of a type of which none is declared."""
NOTHING = Nothing()
Shown = Presented | Nothing | None


@dataclass(frozen=True)
class Store:
    """The members of a trust store that can be read; `damaged` says that there is one that cannot."""

    members: tuple[Certificate, ...] = ()
    damaged: bool = False


@dataclass(frozen=True)
class Peer:
    """A party as a device (or its site, or the fleet) declares it."""

    name: str
    connections: tuple[str, ...]
    product: str | None = None
    version: str | None = None
    route: str | None = None
    standard: str | None = None
    identifiers: tuple[str, ...] | None = None
    certificate: Shown = None
    client_certificate: Shown = None
    chain_complete: bool | None = None
    store: Store | None = None
    expects: tuple[str, ...] | None = None
    user: str | None = None
    ocsp_response: bytes | None = None
    device: str | None = None


@dataclass(frozen=True)
class Device:
    """An MCU: its settings under the names of their keys, certificate, stores, and the peers that hold for it."""

    site: str
    name: str
    settings: dict[str, object] = field(default_factory=dict)
    local: Presented | None = None
    sip_store: Store | None = None
    https_store: Store | None = None
    peers: tuple[Peer, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.site}/{self.name}"

    def get(self, key: str) -> object:
        """The value of a setting, or None."""
        return self.settings.get(key)

    @property
    def users(self) -> tuple[tuple[str, str], ...] | None:
        found = self.settings.get("users")
        return None if found is None else tuple(found)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Fleet:
    """All devices; `mesh` is the policy's; `others` are certificates that other files of the export hold."""

    devices: tuple[Device, ...]
    mesh: str = "none"
    others: tuple[Certificate, ...] = ()
