"""One peer of a device, from peers.toml or from a URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mcuaudit.devices.presented import Store
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.standards import Standard


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """What a peer presents as a TLS client, if it has another certificate for that.

    Attributes:
        certificate: None if it presents none, or one that cannot be read.
        presents_none: it is declared to present none.
        chain: the certificates that follow it.
        chain_damaged: a certificate of its file cannot be read.
        file: within the export; "" without one.
    """

    certificate: Certificate | None = None
    presents_none: bool = False
    chain: tuple[Certificate, ...] = ()
    chain_damaged: bool = False
    file: str = ""


@dataclass(frozen=True)
class Peer:
    """One party that a device communicates with. None means: not in the export.

    Attributes:
        name: as in peers.toml; for a peer that is only in a URL, the host.
        connections: the connection types that it is declared for.
        route: "proxied" or "direct".
        identifiers: names, addresses and URIs by which the device reaches it.
        certificate: its own certificate.
        presents_none: it is declared to present no certificate.
        presented_chain: the certificates that it presents after its own.
        certificate_file: the file of both within the export; "" without one.
        presented_chain_damaged: a certificate of that file cannot be read.
        as_client: what it presents as a TLS client, if that is another certificate; None if it is the same.
        chain_complete: whether it presents no other certificates.
        version: of its product.
        trust_store: the store with which it verifies the MCU.
        standard: the rule by which it compares the MCU's names.
        expects: the names that it expects in the certificate of the MCU.
        user: the name with which it logs in.
        peer_device: site/device, if it is another MCU of the fleet.
        ocsp_response: a saved OCSP response about its certificate, DER.
        checks_crls: whether it checks certificate revocation lists; open if that is not recorded.
        damage: by key of peers.toml, the file or key that is there and cannot be read; such a key has no value.
        declared: False if it is only in a URL, or unknown.
        file: within the export, the one that declares it.
        server: host and port of an undeclared server on a host for which peers are declared at other ports; else "".
    """

    name: str
    connections: tuple[str, ...] = ()
    product: str | None = None
    version: str | None = None
    route: str | None = None
    identifiers: tuple[str, ...] = ()
    certificate: Certificate | None = None
    presents_none: bool = False
    presented_chain: tuple[Certificate, ...] = ()
    presented_chain_damaged: bool = False
    certificate_file: str = ""
    as_client: ClientCertificate | None = None
    chain_complete: Answer = Answer.OPEN
    trust_store: Store | None = None
    standard: Standard | None = None
    expects: tuple[str, ...] | None = None
    user: str | None = None
    peer_device: str | None = None
    ocsp_response: bytes | None = None
    checks_crls: Answer = Answer.OPEN
    damage: Mapping[str, str] = field(default_factory=dict)
    declared: bool = True
    file: str = ""
    server: str = ""

    @property
    def title(self) -> str:
        """How sentences name it."""
        return self.server or self.name

    @property
    def place(self) -> Place:
        """The place of its certificate: its own file, or the local certificate of another MCU."""
        if self.peer_device:
            return Place(Slot.LOCAL_CERTIFICATE, self.peer_device)
        return Place(Slot.PEER_CERTIFICATE, self.name, self.certificate_file)

    def serves(self, connection_type: ConnectionType) -> bool:
        """Whether it is declared for this type of connection."""
        return connection_type.value in self.connections

    def towards(self, mcu_role: str) -> Peer:
        """The peer with what it presents to an MCU in that role: to a server its client certificate, if it has one."""
        other = self.as_client
        if other is None or mcu_role != "server":
            return self
        damage = {key: evidence for key, evidence in self.damage.items() if key != "certificate"}
        if "client_certificate" in damage:
            damage["certificate"] = damage["client_certificate"]
        return replace(
            self, certificate=other.certificate, presents_none=other.presents_none, presented_chain=other.chain,
            presented_chain_damaged=other.chain_damaged, certificate_file=other.file, as_client=None, damage=damage,
        )  # fmt: skip
