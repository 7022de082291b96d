"""The peers of each device: the declarations of fleet, site and device, merged by name and key.

For each key, a declaration of the device overrides one of its site, and that one overrides one of the fleet.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mcuaudit.collect.artefact import Kind
from mcuaudit.decode.file import DecodedFile
from mcuaudit.decode.public_authorities import public_authorities
from mcuaudit.decode.records import Bundle, DecodedPeers
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.products import PRODUCTS
from mcuaudit.domain.slots import Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.errors import UsageError, did_you_mean
from mcuaudit.frames.certificates import (
    CertificateIndex,
    certificates_of,
    end_entity_of,
    presents_damaged_chain,
    report_order,
    state_of,
)
from mcuaudit.frames.export_files import ExportFiles, Row, places
from mcuaudit.policy.schema import POLICY_FILE, Policy

PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class _Value:
    value: Any
    file: DecodedFile
    where: str


_Peer = dict[str, _Value]


class PeerResolver:
    """Resolves the peers of each device; declarations that several devices share are resolved once."""

    def __init__(
        self, export_files: ExportFiles, index: CertificateIndex, devices: dict[str, Row], policy: Policy
    ) -> None:
        """`devices` are the rows of the frame, by device_id, with settings and slots filled in.

        Raises:
            UsageError: [policy] mesh makes more pairs than [limits] mesh_pairs allows.
        """
        self.mesh = policy.policy.mesh
        _check_mesh(self.mesh, devices, policy.limits.mesh_pairs)
        self.export_files = export_files
        self.index = index
        self.devices = devices
        self.used_files: set[str] = set()
        self._shared: dict[str, list[Row]] = {}
        self._meshed: dict[str, Row] = {}
        self._resolved: dict[tuple[int, ...], Row | None] = {}

    def rows(self, site: str, device: str) -> Iterator[Row]:
        """The rows of the frame `peers` for one device."""
        device_id = f"{site}/{device}"
        own = [file for file in self.export_files.at(site, device, Kind.PEERS) if file.content is not None]
        if own:
            resolved = self._resolve_all(self._merged(site, device))
        else:
            if site not in self._shared:
                self._shared[site] = self._resolve_all(self._merged(site, ""))
            resolved = self._shared[site]
        declared = {row["peer_device"] for row in resolved if row.get("peer_device")}
        for row in (*resolved, *self._mesh_rows(site, declared)):
            # Peers of a site or fleet may name a device that inherits them; it does not call itself.
            if row.get("peer_device") != device_id:
                yield row | {"device_id": device_id, "site": site, "device": device}

    def _mesh_rows(self, site: str, declared: set[str]) -> Iterator[Row]:
        """The other MCUs of the site or fleet as peers, except those that peers.toml declares."""
        if self.mesh == "none":
            return
        for device_id, other in self.devices.items():
            if device_id not in declared and (self.mesh == "fleet" or other["site"] == site):
                if device_id not in self._meshed:
                    self._meshed[device_id] = _meshed(device_id, other)
                yield self._meshed[device_id]

    def report_unused(self) -> None:
        """Report the files below peers/ that no peers.toml mentions."""
        for file in self.export_files.files:
            if (
                file.artefact.kind in (Kind.PEER_FILE, Kind.OCSP_RESPONSE)
                and file.artefact.name not in self.used_files
                and not file.problems
            ):
                self.export_files.report(file, "unrecognised", "", "no peers.toml mentions this file")

    def _merged(self, site: str, device: str) -> dict[str, _Peer]:
        merged: dict[str, _Peer] = {}
        for place in reversed(list(places(site, device))):
            for file in self.export_files.at(*place, Kind.PEERS):
                if not isinstance(file.content, DecodedPeers):
                    continue
                for declared in file.content.peers:
                    merged.setdefault(declared.name, {}).update(
                        {key: _Value(value, file, declared.where) for key, value in declared.values.items()}
                    )
                    merged[declared.name]["name"] = _Value(declared.name, file, declared.where)
        return merged

    def _resolve_all(self, merged: dict[str, _Peer]) -> list[Row]:
        rows = []
        for peer in merged.values():
            # The same declarations give the same row, so their problems are reported once.
            key = tuple(id(value) for name in sorted(peer) for value in (peer[name].value, peer[name].file))
            if key not in self._resolved:
                self._resolved[key] = self._resolve(peer)
            row = self._resolved[key]
            if row is not None:
                rows.append(row)
        return rows

    def _resolve(self, peer: _Peer) -> Row | None:
        name = peer["name"]
        row: Row = {"peer": name.value, "file": name.file.artefact.name}
        if "device" in peer:
            mcu = self._another_mcu(peer["device"])
            if mcu is None:
                return None
            row |= mcu
        elif "connections" not in peer:
            self._report(name, "connections", _no_connections())
        product = PRODUCTS.get(peer["product"].value) if "product" in peer else None
        row |= {key: peer[key].value for key in ("product", "route", "standard", "user") if key in peer}
        row["route_assumed"] = "route" not in row and product is not None and bool(product.route)
        row["standard_assumed"] = "standard" not in row
        if product:
            row.setdefault("route", product.route or None)
            row.setdefault("standard", product.standard)
        for key in ("identifiers", "expects"):
            if key in peer:
                row[key] = join_names(peer[key].value)
        if "connections" in peer:
            row["connections"] = " ".join(peer["connections"].value) or None
        if "chain_complete" in peer:
            row["chain_complete"] = "yes" if peer["chain_complete"].value else "no"
        self._certificate(peer, row)
        if "ocsp_response" in peer:
            file = self._file(peer["ocsp_response"], "ocsp_response")
            row["ocsp_response"] = file.content if file and isinstance(file.content, bytes) else None
            if file and not isinstance(file.content, bytes):
                self._report(peer["ocsp_response"], "ocsp_response", "expected a file whose name ends in .ocsp")
        self._trust_store(peer, row)
        for key, default in (
            ("certificate_state", "missing"),
            ("trust_store_state", "missing"),
            ("chain_complete", "open"),
            ("presented_chain_damaged", False),
        ):
            row.setdefault(key, default)
        return row

    def _another_mcu(self, entry: _Value) -> Row | None:
        other = self.devices.get(entry.value)
        if other is None:
            near = did_you_mean(entry.value, self.devices)
            self._report(entry, "device", f'the export has no device "{entry.value}".{near}')
            return None
        return _mcu_columns(entry.value, other)

    def _certificate(self, peer: _Peer, row: Row) -> None:
        entry = peer.get("certificate")
        if entry is None:
            return
        if entry.value is False:
            row |= {"certificate": None, "certificate_state": "none"}
            return
        file = self._file(entry, "certificate")
        report_order(self.export_files, file)
        leaf = end_entity_of(file)
        if file is None or leaf is None:
            row["certificate_state"] = "damaged"
            if file is not None and not certificates_of(file) and not file.problems:
                self._report(entry, "certificate", f'"{file.artefact.name}" contains no certificate')
            return
        self.index.place(file, Slot.PEER_CERTIFICATE)
        row["certificate"] = leaf.certificate.sha256
        row["certificate_state"] = "present"
        row["presented_chain"] = " ".join(item.certificate.sha256 for item in certificates_of(file)[1:])
        row["presented_chain_damaged"] = presents_damaged_chain(file)

    def _trust_store(self, peer: _Peer, row: Row) -> None:
        entry = peer.get("trust_store")
        if entry is None:
            return
        if entry.value == PUBLIC:
            row |= {"trust_store": self.index.trust_store(public_authorities()), "trust_store_state": "present"}
            return
        file = self._file(entry, "trust_store")
        if file is None:
            row["trust_store_state"] = "damaged"
            return
        if not isinstance(file.content, Bundle):
            self._report(entry, "trust_store", f'"{file.artefact.name}" is not a file of certificates')
        self.index.place(file, Slot.PEER_TRUST_STORE)
        row["trust_store"] = self.index.trust_store(item.certificate for item in certificates_of(file))
        row["trust_store_state"] = state_of(file)

    def _file(self, entry: _Value, key: str) -> DecodedFile | None:
        directory = posixpath.dirname(entry.file.artefact.name)
        name = posixpath.normpath(posixpath.join(directory, entry.value.replace("\\", "/")))
        file = self.export_files.by_name.get(name)
        if file is None:
            beside = [
                other for other in self.export_files.by_name if posixpath.dirname(other) == posixpath.dirname(name)
            ]
            near = did_you_mean(name, beside or list(self.export_files.by_name)[:1000])
            self._report(entry, key, f'the export has no file "{name}".{near}')
        else:
            self.used_files.add(name)
        return file

    def _report(self, entry: _Value, key: str, reason: str) -> None:
        self.export_files.report(entry.file, "unreadable", f"{entry.where} {key}", reason)


def _mcu_columns(device_id: str, other: Row) -> Row:
    """The columns of another MCU as a peer; MCUs call each other by address, if the address is known."""
    return {
        "product": "MCU",
        "standard": Standard.MCU,
        "route": "direct",
        "peer_device": device_id,
        "identifiers": other.get("addresses") or other.get("host_names") or "",
        "connections": f"{ConnectionType.INCOMING_SIP} {ConnectionType.OUTGOING_SIP}",
        "certificate": other.get("local_certificate"),
        # A file of remarks has no certificate, though every MCU presents one.
        "certificate_state": "missing"
        if other["local_certificate_state"] == "empty"
        else other["local_certificate_state"],
        "presented_chain": other.get("local_chain", ""),
        "presented_chain_damaged": other["local_chain_damaged"],
        "trust_store": other.get("sip_trust_store"),
        "trust_store_state": other["sip_trust_store_state"],
    }


def _meshed(device_id: str, other: Row) -> Row:
    """The row of a peer that [policy] mesh adds and peers.toml does not declare."""
    assumed = {"standard_assumed": True, "route_assumed": True, "chain_complete": "open"}
    return {"peer": device_id, "file": POLICY_FILE, **assumed, **_mcu_columns(device_id, other)}


def _check_mesh(mesh: str, devices: dict[str, Row], most: int) -> None:
    sizes = Counter(row["site"] for row in devices.values()) if mesh == "site" else {"": len(devices)}
    pairs = sum(size * (size - 1) for size in sizes.values()) if mesh != "none" else 0
    if pairs > most:
        raise UsageError(
            f'[policy] mesh = "{mesh}" makes {pairs:,} pairs of {len(devices):,} devices; [limits] mesh_pairs allows '
            f"{most:,}. Raise that limit{', or use the mesh of each site' if mesh == 'fleet' else ''}."
        )


def _no_connections() -> str:
    types = ", ".join(word.value for word in ConnectionType)
    return f"missing, so the peer is not used; the connection types are {types}"
