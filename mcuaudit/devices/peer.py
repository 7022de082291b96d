"""One peer of a device: what peers.toml declares, or what a URL says."""

from __future__ import annotations

from dataclasses import dataclass

from mcuaudit.devices.presented import Store
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.standards import Standard


@dataclass(frozen=True)
class Peer:
    """One party that a device talks to. What is None is not in the export.

    Attributes:
        name: as in peers.toml; the host where it is only known from a URL.
        connections: the types of connection that it is declared for.
        route: "proxied" or "direct".
        identifiers: names, addresses and URIs by which the device reaches it.
        certificate: what it presents.
        presents_none: it is declared to present no certificate.
        presented_chain: what it presents after its certificate.
        chain_complete: whether that is all that it presents.
        trust_store: the store by which it judges the MCU.
        standard: the rule by which it compares the MCU's names.
        expects: the names by which it knows the MCU.
        user: the name by which it logs in.
        peer_device: site/device, where it is another MCU of the fleet.
        ocsp_response: a saved answer about its certificate, DER.
        declared: False where it is only known from a URL, or not at all.
    """

    name: str
    connections: tuple[str, ...] = ()
    product: str | None = None
    route: str | None = None
    identifiers: tuple[str, ...] = ()
    certificate: Certificate | None = None
    presents_none: bool = False
    presented_chain: tuple[Certificate, ...] = ()
    chain_complete: Answer = Answer.OPEN
    trust_store: Store | None = None
    standard: Standard | None = None
    expects: tuple[str, ...] | None = None
    user: str | None = None
    peer_device: str | None = None
    ocsp_response: bytes | None = None
    declared: bool = True

    @property
    def place(self) -> Place:
        """Where its certificate is kept: in a file of its own, or as the local certificate of another MCU."""
        if self.peer_device:
            return Place(Slot.LOCAL_CERTIFICATE, self.peer_device)
        return Place(Slot.PEER_CERTIFICATE, self.name)

    def serves(self, connection_type: ConnectionType) -> bool:
        """Whether it is declared for this type of connection."""
        return connection_type.value in self.connections
