"""The sample fleet made anew, its keys kept in memory, and what the audit says of trust, one judge at a time."""

from __future__ import annotations

import copy
import importlib.util
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtensionOID

import mcuaudit
from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.domain.outcome import Outcome
from tests.authority import Issued, PrivateKey, rsa_key
from tests.oracles.handshake import Demand

SCRIPT = Path(__file__).parents[2] / "data" / "make_sample_fleet.py"
AT = "2026-11-23"
SPOKEN = (Outcome.PASS.value, Outcome.OPEN.value, Outcome.FAIL.value)
PURPOSES = {"server": "serverAuth", "client": "clientAuth"}


@dataclass(frozen=True)
class Known:
    """A certificate of which no key is needed."""

    certificate: x509.Certificate


@dataclass(frozen=True)
class Side:
    """What one side of a connection thinks of the certificate of the other, as the audit has it.

    Attributes:
        judge: mcu or peer.
        role: role in TLS of the side that presents.
        presents: SHA-256 of its certificate; None where the export has none.
        chain: SHA-256 of what it sends with it.
        store: SHA-256 of the judge's trust anchors and intermediates; None where the export has no store.
        damaged: the store was read in part.
        told: it is known whether the judge verifies.
        sends_none: it is known to present no certificate.
        may_send_none: the reading under which it presents no certificate, A20 or A26; empty where there is none.
        standard: the judge's rule; mcu for the MCU.
        trust, purpose: the outcomes of the connection.
        path: the row of the frame `paths`; None where nothing was judged.
    """

    judge: str
    role: str
    presents: str | None
    chain: tuple[str, ...]
    store: tuple[str, ...] | None
    damaged: bool
    told: bool
    sends_none: bool
    may_send_none: str
    standard: str
    trust: str
    purpose: str
    path: Mapping[str, Any] | None

    @property
    def not_askable(self) -> str:
        """What is missing to ask OpenSSL the same, or an empty text."""
        if self.trust not in SPOKEN or self.sends_none:
            return ""
        if self.presents is None:
            return "certificate not in the export"
        if self.store is None:
            return "trust store not in the export"
        if self.trust == Outcome.OPEN.value and self.damaged:
            return "trust store damaged"
        if self.trust == Outcome.OPEN.value and not self.told:
            return "setting not told"
        return ""

    @property
    def verifies(self) -> bool:
        """The judge verifies, or nothing but the setting says whether it does."""
        return self.trust in SPOKEN

    @property
    def demands(self) -> Demand:
        """What the judge demands of the other side in the handshake."""
        return "required" if self.verifies and not self.not_askable else "nothing"

    @property
    def sent(self) -> tuple[str, ...]:
        """What is sent along, as far as the judge uses it: VCS wants every intermediate in its own store."""
        return () if self.standard == "vcs" else self.chain

    @property
    def readings(self) -> set[str]:
        """The readings on which trust rests, apart from A20 and A26."""
        return set(self.path["reading"].split()) if self.path is not None else set()


@dataclass(frozen=True)
class Cell:
    """One connection of which the audit says something about trust."""

    connection_id: str
    mcu_role: str
    mcu: Side
    peer: Side


class SampleFleet:
    """The sample fleet of one run of its script."""

    def __init__(self, directory: Path) -> None:
        script = _script()
        self._keys: dict[bytes, PrivateKey] = {}
        script.certificate_builder = self._remembering(script.certificate_builder)
        script.make_sample_fleet(directory)
        self._judge(mcuaudit.audit(mcuaudit.read_export(directory), at=AT))

    def _judge(self, audit: mcuaudit.Audit) -> None:
        self.audit = audit
        self._devices = {row["device_id"]: row for row in _rows(self.audit.devices)}
        self._peers = {(row["device_id"], row["peer"]): row for row in _rows(self.audit.peers)}
        outgoing = self.audit.settings[self.audit.settings["setting"] == "sip.use_local_certificate_for_outgoing"]
        self._outgoing = dict(zip(outgoing["device_id"], outgoing["value"], strict=True))
        self._stores = self.audit.trust_stores.groupby("trust_store")["certificate"].agg(tuple).to_dict()

    def after(self, audit: mcuaudit.Audit) -> SampleFleet:
        """The same keys, and the audit of the fleet after some changes."""
        found = copy.copy(self)
        found.__dict__.pop("_certificates", None)
        found.__dict__.pop("_paths", None)
        found._judge(audit)
        return found

    def store(self, device_id: str, slot: str) -> frozenset[str]:
        """SHA-256 of the members of a trust store of a device."""
        return frozenset(self._stores.get(self._devices[device_id][slot], ()))

    def _remembering(self, make: Callable[..., Any]) -> Callable[..., Any]:
        """Every certificate of the script begins with the same function, which is given the key."""

        def builder(subject: x509.Name, issuer: x509.Name, key: PrivateKey, valid: Any) -> x509.CertificateBuilder:
            self._keys[_public(key.public_key())] = key
            return make(subject, issuer, key, valid)

        return builder

    def issued(self, sha256: str) -> Issued:
        """A certificate of the export with its key."""
        certificate = self._certificates[sha256].certificate
        return Issued(certificate, self._keys[_public(certificate.public_key())])

    def renewed(self, device_id: str, number: int) -> list[bytes]:
        """A new certificate for a device, with the names and purposes of its own, the key of that number; and its CA.

        The key is kept as the others are.
        """
        former = self._certificates[self._devices[device_id]["local_certificate"]].certificate
        authority = next(
            self.issued(sha256)
            for sha256, one in self._certificates.items()
            if one.certificate.subject == former.issuer and _public(one.certificate.public_key()) in self._keys
        )
        key = rsa_key(number)
        self._keys[_public(key.public_key())] = key
        builder = _script().certificate_builder(former.subject, former.issuer, key, ("2026-11-01", "2028-11-01"))
        for extension in former.extensions:
            if extension.oid not in (ExtensionOID.SUBJECT_KEY_IDENTIFIER, ExtensionOID.AUTHORITY_KEY_IDENTIFIER):
                builder = builder.add_extension(extension.value, extension.critical)
        new = builder.sign(authority.key, SHA256())
        return [one.public_bytes(Encoding.PEM) for one in (new, authority.certificate)]

    def known(self, *sha256: str) -> list[Known]:
        """Certificates of the export."""
        return [self._certificates[one] for one in sha256]

    @cached_property
    def _certificates(self) -> dict[str, Known]:
        frame = self.audit.certificates
        with warnings.catch_warnings():
            # A public CA has a serial number that cryptography warns of.
            warnings.simplefilter("ignore")
            return {
                sha256: Known(x509.load_der_x509_certificate(der))
                for sha256, der in zip(frame["certificate"], frame["der"], strict=True)
            }

    @cached_property
    def _paths(self) -> dict[tuple[str, ...], Mapping[str, Any]]:
        return {_path_key(row): row for row in _rows(self.audit.paths)}

    def cells(self) -> Iterator[Cell]:
        """The connections of which trust is spoken on one side or on both."""
        for row in _rows(self.audit.connections):
            if row["mcu_trust"] in SPOKEN or row["peer_trust"] in SPOKEN:
                peer = self._peers.get((row["device_id"], row["peer"]), {})
                yield Cell(row["connection_id"], row["mcu_role"], self._mcu(row, peer), self._peer(row, peer))

    def _mcu(self, row: dict[str, Any], peer: dict[str, Any]) -> Side:
        device = self._devices[row["device_id"]]
        slot = CONNECTION_TABLE[row["connection_type"]].trust_store.value
        return self._side(
            row,
            "mcu",
            role="client" if row["mcu_role"] == "server" else "server",
            presents=peer.get("certificate"),
            chain=peer.get("presented_chain"),
            complete=peer.get("chain_complete") == "yes",
            store=device[slot],
            state=device[f"{slot}_state"],
            standard="mcu",
            told=row["mcu_verifies_peer"] != "open",
            sends_none=peer.get("certificate_state") == "none",
        )

    def _peer(self, row: dict[str, Any], peer: dict[str, Any]) -> Side:
        device = self._devices[row["device_id"]]
        old = tuple(map(int, device["software_version"].partition("(")[0].split("."))) < (4, 4)
        without = "A26" if old else "A20" if self._outgoing.get(row["device_id"]) == "false" else ""
        return self._side(
            row,
            "peer",
            role=row["mcu_role"],
            presents=device["local_certificate"],
            chain=device["local_chain"],
            complete=False,
            store=peer.get("trust_store"),
            state=peer.get("trust_store_state"),
            standard=row["standard"] or "mcu",
            may_send_none=without if row["mcu_role"] == "client" else "",
        )

    def _side(
        self,
        row: dict[str, Any],
        judge: str,
        *,
        role: str,
        presents: str | None,
        chain: str | None,
        complete: bool,
        store: str | None,
        state: str | None,
        standard: str,
        told: bool = True,
        sends_none: bool = False,
        may_send_none: str = "",
    ) -> Side:
        asked = {
            "certificate": presents,
            "presented_chain": chain or "",
            "chain_complete": complete,
            "trust_store": store,
            "purpose": PURPOSES[role],
            "standard": standard,
        }
        return Side(
            judge=judge,
            role=role,
            presents=presents,
            chain=tuple((chain or "").split()),
            store=None if store is None else self._stores.get(store, ()),
            damaged=state == "damaged",
            told=told,
            sends_none=sends_none,
            may_send_none=may_send_none,
            standard=standard,
            trust=row[f"{judge}_trust"],
            purpose=row[f"{judge}_purpose"],
            path=self._paths.get(_path_key(asked)),
        )


def _script() -> ModuleType:
    """The script as a module of its own, so that nobody else's is changed."""
    specification = importlib.util.spec_from_file_location("make_sample_fleet_with_keys", SCRIPT)
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    # Its data classes look for their module there.
    sys.modules[module.__name__] = module
    specification.loader.exec_module(module)
    return module


def _public(key: Any) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _path_key(row: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("certificate", "presented_chain", "chain_complete", "trust_store", "purpose", "standard")
    return tuple(str(row[name]) for name in names)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as plain values; what is missing is None."""
    return [
        {name: None if value is None or value is pd.NA or value is pd.NaT or value != value else value
         for name, value in row.items()}
        for row in frame.to_dict("records")
    ]  # fmt: skip
