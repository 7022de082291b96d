"""The peers of each device: the declarations of fleet, site and device, merged by name and key.

For each key, a declaration of the device overrides one of its site, and that one overrides one of the fleet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mcuaudit.collect.artefact import Kind
from mcuaudit.decode.public_authorities import public_authorities
from mcuaudit.decode.records import Bundle, DecodedFile
from mcuaudit.domain.connections import CONNECTIONS_IN_PART, ConnectionType
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.products import PRODUCTS
from mcuaudit.domain.setting_value import SettingValue
from mcuaudit.domain.slots import Slot
from mcuaudit.errors import did_you_mean, suggestion
from mcuaudit.frames.certificates import (
    CertificateIndex,
    certificates_of,
    end_entity_of,
    presents_damaged_chain,
    report_order,
    state_of,
)
from mcuaudit.frames.export_files import ExportFiles, Row
from mcuaudit.frames.near_peers import is_nearly
from mcuaudit.frames.peer_declarations import Declarations, Declared, Value, declarations
from mcuaudit.frames.peer_files import CERTIFICATE_KEYS, CHAINS, FILE_KEYS, PUBLIC, named_file
from mcuaudit.frames.peer_mcus import CALLS, check_mesh, mcu_columns, mcu_damage, meshed
from mcuaudit.frames.server_places import same_places
from mcuaudit.frames.similar_peer_files import names_for
from mcuaudit.policy.schema import Policy


class PeerResolver:
    """Resolves the peers of each device; declarations that several devices share are resolved once."""

    def __init__(
        self,
        export_files: ExportFiles,
        index: CertificateIndex,
        devices: dict[str, Row],
        settings: Mapping[tuple[str, str], Mapping[str, SettingValue]],
        policy: Policy,
    ) -> None:
        """`devices` are the rows of the frame, by device_id, with settings and slots filled in.

        Raises:
            UsageError: [policy] mesh makes more pairs than [limits] mesh_pairs allows.
        """
        self.mesh = policy.policy.mesh
        check_mesh(self.mesh, devices, policy.limits.mesh_pairs)
        self.export_files = export_files
        self.index = index
        self.devices = devices
        self.settings = settings
        self.used_files: set[str] = set()
        # A key that cannot be read may name any file.
        self._files_unknown = False
        self._shared: dict[str, tuple[list[Row], Declarations]] = {}
        self._meshed: dict[str, tuple[Row, dict[str, str]]] = {}
        self._resolved: dict[tuple[tuple[str, int, int, str], ...], Row] = {}

    def rows(self, site: str, device: str) -> Iterator[Row]:
        """The rows of the frame `peers` for one device."""
        device_id = f"{site}/{device}"
        own = self.export_files.own(site, device, Kind.PEERS)
        if own.file or own.claims:
            found = declarations(self.export_files, site, device)
            resolved = self._resolve_all(found)
        else:
            if site not in self._shared:
                found = declarations(self.export_files, site, "")
                self._shared[site] = self._resolve_all(found), found
            resolved, found = self._shared[site]
        self.devices[device_id] |= {
            f"further_peers_{name}": text for name, text in _damage_columns(_lost(found)).items()
        }
        declared = {row["peer_device"] for row in resolved if row.get("peer_device")}
        for row in (*resolved, *self._mesh_rows(site, declared, _lost(found))):
            # Peers of a site or fleet may name a device that inherits them; it does not call itself.
            if row.get("peer_device") != device_id:
                yield row | {"device_id": device_id, "site": site, "device": device}

    def _mesh_rows(self, site: str, declared: set[str], lost: Mapping[str, str]) -> Iterator[Row]:
        """The other MCUs of the site or fleet as peers, except those that peers.toml declares.

        A declaration that cannot be read may be about each of them.
        """
        if self.mesh == "none":
            return
        for device_id, other in self.devices.items():
            if device_id not in declared and (self.mesh == "fleet" or other["site"] == site):
                if device_id not in self._meshed:
                    row, damage = (
                        meshed(device_id, other),
                        mcu_damage(device_id, self.devices, self.settings, self.export_files),
                    )
                    self._meshed[device_id] = row | _damage_columns(damage), damage
                row, damage = self._meshed[device_id]
                yield row | _damage_columns({**damage, **lost}) if lost else row

    def report_unused(self) -> None:
        """Report the files below peers/ that no peers.toml mentions; one that cannot be read may mention any."""
        if Kind.PEERS in self.export_files.unread or self._files_unknown:
            return
        for file in self.export_files.files:
            if (
                file.artefact.kind in (Kind.PEER_FILE, Kind.OCSP_RESPONSE)
                and file.artefact.name not in self.used_files | self.export_files.misplaced
                and not file.problems
            ):
                self.export_files.report(file, "unrecognised", "", "no peers.toml entry refers to this file")

    def _resolve_all(self, found: Declarations) -> list[Row]:
        rows = []
        for peer in found.peers.values():
            # The same declarations give the same row, so their problems are reported once.
            key = tuple((name, id(peer[name].value), id(peer[name].file), peer[name].damage) for name in sorted(peer))
            if key not in self._resolved:
                self._resolved[key] = self._resolve(peer)
            rows.append(self._resolved[key])
        for first, second, place in same_places(tuple(found.peers.values())):
            self._report_same_place(first["name"], second["name"], place)
        return rows

    def _report_same_place(self, first: Value, second: Value, place: str) -> None:
        if second.file is not None:
            reason = (
                f'"{first.value}" is declared for {place} too, so each is evaluated for its URLs; '
                "write host:port where they are two servers of one host, and keep one where they are the same"
            )
            self.export_files.report(second.file, "conflict", f"{second.where} identifiers", reason)

    def _resolve(self, peer: Declared) -> Row:
        name = peer["name"]
        row: Row = {"peer": name.value, "file": name.file.artefact.name if name.file else ""}
        damage = {key: value.damage for key, value in peer.items() if value.damage and value.value is None}
        known = {key: value for key, value in peer.items() if value.usable}
        damage |= {key: value.damage for key, value in peer.items() if value.incomplete and key != "connections"}
        if "connections" in peer and peer["connections"].incomplete and peer["connections"].usable:
            damage[CONNECTIONS_IN_PART] = peer["connections"].damage
        damage |= {key: peer[key].damage for key in ("connections", "device") if key in peer and not peer[key].usable}
        self._device(peer, row, damage)
        if name.near and not is_nearly(name.value, name.near[0]):
            self._report(name, "connections", _without_connections(name))
        elif name.near:
            self._report(name, "name", _misspelt(name))
        elif "device" not in peer and "connections" not in peer:
            self._report(name, "connections", _no_connections())
        product = PRODUCTS.get(known["product"].value) if "product" in known else None
        row |= {key: known[key].value for key in ("product", "route", "standard", "user") if key in known}
        row["product_version"] = known["version"].value if "version" in known else None
        row["route_assumed"] = "route" not in row and product is not None and bool(product.route)
        row["standard_assumed"] = "standard" not in row
        for key in ("route", "standard"):
            if "product" in damage and key not in row:
                # The product decides these where they are not declared.
                damage.setdefault(key, damage["product"])
            elif product and key not in damage:
                row.setdefault(key, (product.route or None) if key == "route" else product.standard)
        for key in ("identifiers", "expects"):
            if key in known:
                row[key] = join_names(known[key].value)
        if "connections" in peer and peer["connections"].value is not None:
            row["connections"] = " ".join(peer["connections"].value) or None
        if "chain_complete" in known:
            row["chain_complete"] = "yes" if known["chain_complete"].value else "no"
        if "checks_crls" in known:
            row["checks_crls"] = "yes" if known["checks_crls"].value else "no"
        for key in CERTIFICATE_KEYS:
            self._certificate(key, known, row, damage)
        self._ocsp_response(known, row, damage)
        self._trust_store(known, row, damage)
        for key, default in (
            ("certificate_state", "damaged" if "certificate" in damage else "missing"),
            ("client_certificate_state", "damaged" if "client_certificate" in damage else "missing"),
            ("trust_store_state", "damaged" if "trust_store" in damage else "missing"),
            ("chain_complete", "open"),
            ("checks_crls", "open"),
            ("presented_chain_damaged", False),
            ("client_chain_damaged", False),
        ):
            row.setdefault(key, default)
        self._files_unknown |= any(key in damage for key in FILE_KEYS)
        return row | _damage_columns(damage)

    def _device(self, peer: Declared, row: Row, damage: dict[str, str]) -> None:
        """The columns of another MCU; what the peer declares itself comes before them."""
        entry = peer.get("device")
        if entry is None or entry.value is None:
            return
        device_id = self._another_mcu(entry)
        if device_id is None:
            damage["device"] = entry.damage or _evidence(entry, "device")
            row |= {"product": "MCU", "connections": CALLS}
            return
        row |= mcu_columns(device_id, self.devices[device_id])
        for key, evidence in self._mcu_damage(device_id).items():
            if key not in peer:
                damage[key] = evidence
        for key in damage.keys() & row.keys() - {"connections"}:
            del row[key]
        if "certificate" in damage:
            row |= {"certificate": None, "presented_chain": "", "certificate_state": "damaged"}
        if "trust_store" in damage:
            row |= {"trust_store": None, "trust_store_state": "damaged"}

    def _mcu_damage(self, device_id: str) -> dict[str, str]:
        return mcu_damage(device_id, self.devices, self.settings, self.export_files)

    def _another_mcu(self, entry: Value) -> str | None:
        device_id = in_nfc(entry.value)
        if device_id in self.devices:
            return device_id
        if not entry.damage:
            near = did_you_mean(entry.value, self._others(entry))
            self._report(entry, "device", f'the export has no device "{entry.value}".{near}')
        return None

    def _others(self, entry: Value) -> list[str]:
        """The devices that a peer may be, which is not the device whose peers.toml this is."""
        artefact = entry.file.artefact if entry.file else None
        return [device for device in self.devices if not artefact or device != artefact.device_id]

    def _certificate(self, key: str, peer: Declared, row: Row, damage: dict[str, str]) -> None:
        """The columns of one certificate that the peer presents; `key` is that of peers.toml."""
        entry = peer.get(key)
        if entry is None:
            return
        chain = CHAINS[key]
        if entry.value is False:
            row |= {key: None, f"{key}_state": "none"}
            return
        file = self._file(entry, key)
        report_order(self.export_files, file)
        leaf = end_entity_of(file)
        if file is None or leaf is None:
            row |= {key: None, f"{key}_state": "damaged"}
            damage[key] = file.artefact.name if file else self._no_file(entry, key)
            if file is not None and not certificates_of(file) and not file.problems:
                self._report(entry, key, f'"{file.artefact.name}" contains no certificate')
            return
        self.index.place(file, Slot.PEER_CERTIFICATE)
        row |= {
            key: leaf.certificate.sha256,
            f"{key}_state": "present",
            f"{key}_file": file.artefact.name,
            chain: " ".join(item.certificate.sha256 for item in certificates_of(file)[1:]),
            f"{chain}_damaged": presents_damaged_chain(file),
        }

    def _ocsp_response(self, peer: Declared, row: Row, damage: dict[str, str]) -> None:
        entry = peer.get("ocsp_response")
        if entry is None:
            return
        file = self._file(entry, "ocsp_response")
        row["ocsp_response"] = file.content if file and isinstance(file.content, bytes) else None
        if row["ocsp_response"] is None:
            damage["ocsp_response"] = file.artefact.name if file else self._no_file(entry, "ocsp_response")
        if file and file.artefact.kind is not Kind.OCSP_RESPONSE:
            self._report(entry, "ocsp_response", "expected a file whose name ends in .ocsp")

    def _trust_store(self, peer: Declared, row: Row, damage: dict[str, str]) -> None:
        entry = peer.get("trust_store")
        if entry is None:
            return
        if entry.value == PUBLIC:
            row |= {"trust_store": self.index.trust_store(public_authorities()), "trust_store_state": "present"}
            return
        file = self._file(entry, "trust_store")
        if file and not isinstance(file.content, Bundle):
            self._report(entry, "trust_store", f'"{file.artefact.name}" is not a file of certificates')
        row["trust_store_state"] = state_of(file) if file else "damaged"
        if row["trust_store_state"] == "damaged" and not certificates_of(file):
            row["trust_store"] = None
            damage["trust_store"] = file.artefact.name if file else self._no_file(entry, "trust_store")
        elif file:
            self.index.place(file, Slot.PEER_TRUST_STORE)
            row["trust_store_file"] = file.artefact.name
            row["trust_store"] = self.index.trust_store(item.certificate for item in certificates_of(file))

    def _file(self, entry: Value, key: str) -> DecodedFile | None:
        name = named_file(entry.file, entry.value)
        file = self.export_files.by_name.get(name)
        if file is None and self.export_files.unread_above(name):
            # The directory has a problem of its own.
            return None
        if file is None:
            near = did_you_mean(entry.value, names_for(key, name, entry.file, self.export_files.by_name))
            self._report(entry, key, f'no file "{entry.value}" relative to this peers.toml; expected {name}.{near}')
        else:
            self.used_files.add(file.artefact.name)
        return file

    def _no_file(self, entry: Value, key: str) -> str:
        """The evidence that a file is missing: the directory that cannot be read, or the key that names the file."""
        named = named_file(entry.file, entry.value) if isinstance(entry.value, str) else ""
        return self.export_files.unread_above(named) or _evidence(entry, key)

    def _report(self, entry: Value, key: str, reason: str) -> None:
        assert entry.file is not None  # noqa: S101 - a value is read from a file
        self.export_files.report(entry.file, "unreadable", f"{entry.where} {key}", reason)


def _damage_columns(damage: Mapping[str, str]) -> Row:
    keys = sorted(damage)
    return {"damaged_keys": join_names(keys), "damaged_evidence": join_names(damage[key] for key in keys)}


def _lost(found: Declarations) -> dict[str, str]:
    """By key what cannot be read, and may be about any peer that is not declared."""
    return {key: value.damage for key, value in found.unread.items()}


def _evidence(entry: Value, key: str) -> str:
    return f"{entry.file.artefact.name if entry.file else ''} {entry.where} {key}".strip()


def _misspelt(name: Value) -> str:
    """Why a name damages a farther peer, and how to say that another peer is meant."""
    near = name.near[0]
    return (
        "no site-level or fleet-level peers.toml declares a peer of this name."
        f"{suggestion(name.value, *name.near[:3])} If it is another peer, "
        f'declare "{near}" in this file too: a [[peer]] with the name alone'
    )


def _without_connections(name: Value) -> str:
    """Why a declaration of a new name without connections damages farther peers, and what to do."""
    meant = suggestion(name.value, name.near[0])
    return (
        "missing. No site-level or fleet-level peers.toml declares a peer of this name, so it is not known which of "
        f"their peers is meant.{meant} If it is another peer, add connections; {_connection_types()}"
    )


def _connection_types() -> str:
    return f"the connection types are {', '.join(word.value for word in ConnectionType)}"


def _no_connections() -> str:
    return f"missing, so the peer is not used; {_connection_types()}"
