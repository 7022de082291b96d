"""One peer of a device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.standards import Standard


@dataclass(frozen=True)
class Peer:
    """One peer of one device; `declared` is False where it is only known from a URL or not at all."""

    name: str
    connections: tuple[str, ...] = ()
    product: str | None = None
    route: str | None = None
    identifiers: tuple[str, ...] = ()
    certificate: str | None = None
    certificate_state: str = "missing"
    presented_chain: tuple[str, ...] = ()
    chain_complete: str = "open"
    trust_store: str | None = None
    trust_store_state: str = "missing"
    standard: Standard | None = None
    expects: tuple[str, ...] | None = None
    user: str | None = None
    peer_device: str | None = None
    ocsp_response: bytes | None = None
    declared: bool = True

    def serves(self, connection_type: ConnectionType) -> bool:
        """Whether it is declared for this type of connection."""
        return connection_type.value in self.connections


def _peer(row: Mapping[str, Any]) -> Peer:
    expects = _present(row["expects"])
    standard = _present(row["standard"])
    return Peer(
        name=row["peer"],
        connections=tuple((_present(row["connections"]) or "").split()),
        product=_present(row["product"]),
        route=_present(row["route"]),
        identifiers=split_names(_present(row["identifiers"]) or ""),
        certificate=_present(row["certificate"]),
        certificate_state=str(row["certificate_state"]),
        presented_chain=tuple((_present(row["presented_chain"]) or "").split()),
        chain_complete=str(row["chain_complete"]),
        trust_store=_present(row["trust_store"]),
        trust_store_state=str(row["trust_store_state"]),
        standard=None if standard is None else Standard(standard),
        expects=None if expects is None else split_names(expects),
        user=_present(row["user"]),
        peer_device=_present(row["peer_device"]),
        ocsp_response=row["ocsp_response"] if isinstance(row["ocsp_response"], bytes) else None,
    )


def _present(value: Any) -> str | None:
    return value if isinstance(value, str) else None
