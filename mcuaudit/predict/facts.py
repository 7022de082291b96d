"""What the frames say of one device and of its peers, in the form that prediction needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from mcuaudit.decode.settings import verifies_certificates
from mcuaudit.model import ConnectionType, Slot, Standard, split_names
from mcuaudit.vocabulary import ADMINISTRATOR, TLS_FEATURES

_TLS_FEATURES = frozenset(feature.casefold() for feature in TLS_FEATURES)


@dataclass(frozen=True, slots=True)
class Stated:
    """The value of one setting; None where nobody tells it."""

    value: str | None
    source: str
    file: str


_UNTOLD = Stated(None, "missing", "")


@dataclass(frozen=True)
class DeviceFacts:
    """One device: its row, and its settings by key."""

    device_id: str
    site: str
    device: str
    row: Mapping[str, Any]
    settings: Mapping[str, Stated]
    peers: tuple[PeerFacts, ...] = field(default=())

    def stated(self, setting: str) -> Stated:
        """The setting as stated, or as missing."""
        return self.settings.get(setting, _UNTOLD)

    def value(self, setting: str) -> str | None:
        """The value of a setting; None where nobody tells it."""
        return self.stated(setting).value

    def names(self, setting: str) -> tuple[str, ...] | None:
        """The words of a setting that is a list; None where nobody tells it."""
        value = self.value(setting)
        return None if value is None else split_names(value)

    @property
    def verifies_nothing(self) -> bool:
        """Its software has no verification of certificates at all (before 4.4)."""
        return verifies_certificates(self.value("device.software_version") or "") is False

    @property
    def lacks_tls_feature(self) -> bool:
        """Its feature keys are told, and none is among them that HTTPS and SIP TLS need."""
        features = self.names("device.features")
        return features is not None and not _TLS_FEATURES & {feature.casefold() for feature in features}

    @property
    def users(self) -> dict[str, str] | None:
        """Privilege by user name; None where nobody tells the users."""
        words = self.names("users")
        if words is None:
            return None
        return {name: privilege for name, _, privilege in (word.rpartition(":") for word in words)}

    @property
    def administrators(self) -> set[str] | None:
        """Names of the users with administrator privilege; None where nobody tells the users."""
        users = self.users
        return None if users is None else {name for name, privilege in users.items() if privilege == ADMINISTRATOR}

    def text(self, column: str) -> str | None:
        """A text of the device's row; None where it is missing."""
        return _present(self.row.get(column))

    def store(self, slot: Slot) -> tuple[str | None, str]:
        """Join key and state of one of its trust stores."""
        return self.text(slot.value), str(self.row[f"{slot.value}_state"])


@dataclass(frozen=True)
class PeerFacts:
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


def device_facts(devices: pd.DataFrame, settings: pd.DataFrame, peers: pd.DataFrame) -> Iterator[DeviceFacts]:
    """The facts of every device, in the order of the frame."""
    stated: dict[str, dict[str, Stated]] = {}
    told = settings[settings["source"] != "missing"]
    for device_id, key, value, source, file in zip(
        told["device_id"], told["setting"], told["value"], told["source"], told["file"], strict=True
    ):
        stated.setdefault(device_id, {})[key] = Stated(value, source, file)
    peers_by_device: dict[str, list[PeerFacts]] = {}
    for row in _rows(peers):
        peers_by_device.setdefault(row["device_id"], []).append(_peer(row))
    for row in _rows(devices):
        device_id = row["device_id"]
        yield DeviceFacts(
            device_id,
            row["site"],
            row["device"],
            row,
            stated.get(device_id, {}),
            tuple(peers_by_device.get(device_id, ())),
        )


def _peer(row: Mapping[str, Any]) -> PeerFacts:
    expects = _present(row["expects"])
    standard = _present(row["standard"])
    return PeerFacts(
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


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    names = [str(name) for name in frame.columns]
    return (dict(zip(names, values, strict=True)) for values in frame.itertuples(index=False, name=None))


def _present(value: Any) -> str | None:
    return value if isinstance(value, str) else None
