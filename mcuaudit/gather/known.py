"""What is known of a fleet before its files are sorted: its devices and peers, and where the file of each belongs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from mcuaudit.collect.artefact import Kind
from mcuaudit.collect.file_names import CAPTURE_FILE
from mcuaudit.collect.file_places import is_regular
from mcuaudit.collect.walk import walk_export
from mcuaudit.decode.batch import decode_files
from mcuaudit.decode.device_list import ListedDevice
from mcuaudit.decode.records import DecodedFile, DecodedPeers
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.slots import TRUST_STORE_SLOTS, Slot
from mcuaudit.errors import UsageError, did_you_mean
from mcuaudit.frames.containers import Fleet
from mcuaudit.frames.peer_files import CERTIFICATE_KEYS, named_file
from mcuaudit.gather.missing_store import PORTS, MissingStore
from mcuaudit.gather.named_parties import NamedParty, named_parties
from mcuaudit.pipeline import read_export
from mcuaudit.policy.layers import resolve_policy
from mcuaudit.system.files import read_at_most
from mcuaudit.wording.phrases import is_missing

_MOST_CAPTURED: Final = 1 << 20
"""In octets; what `fetch` records of a device is far smaller."""
_STORES: Final = (*TRUST_STORE_SLOTS, Slot.PEER_TRUST_STORE)
_OF_DEVICES = ("device.addresses", "device.host_names", "device.serial")
SHOWN = "ssl_certificates.shown."
"""What the page of a device shows of its certificate, key by key."""


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device, by the names that its certificate and responses may have.

    Attributes:
        shown: what its page shows of its certificate: subject, issuer, issued, expires.
    """

    site: str
    name: str
    addresses: tuple[str, ...] = ()
    host_names: tuple[str, ...] = ()
    serial: str = ""
    shown: Mapping[str, str] = field(default_factory=dict)

    @property
    def device_id(self) -> str:
        """site/device."""
        return f"{self.site}/{self.name}"


@dataclass(frozen=True, slots=True)
class KnownPeer:
    """A peer that a peers.toml declares with the files of its certificates.

    Attributes:
        declared_in: the peers.toml.
        files: the place within the export of each file, by its key; one of the keys ``certificate`` and
            ``client_certificate``.
        user: the user name that its certificate has as CN; "" if it does not log in.
    """

    name: str
    declared_in: str
    files: Mapping[str, str]
    identifiers: tuple[str, ...] = ()
    user: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """The devices and peers of a fleet, the trust stores that its export lacks, and the CAs that it shows.

    Attributes:
        authorities: the CA certificates in the trust stores of the export, those of peers among them.
        fetched: the certificates of devices that `fetch` captured, with the chains that were presented.
        named: the parties that settings name and no peers.toml declares.
    """

    devices: tuple[KnownDevice, ...] = ()
    peers: tuple[KnownPeer, ...] = ()
    missing_stores: tuple[MissingStore, ...] = ()
    authorities: tuple[Certificate, ...] = ()
    fetched: tuple[Certificate, ...] = ()
    named: tuple[NamedParty, ...] = ()


def begun_export(export: str | Path | None) -> Path | None:
    """The export, if its directory has something in it; None if there is nothing that could be known."""
    directory = Path(export) if export is not None else None
    return directory if directory is not None and directory.is_dir() and any(directory.iterdir()) else None


def check_has_device(export: str | Path, known: Known) -> None:
    """Refuse an export in which no file can have a place.

    Raises:
        UsageError: no device of it is known.
    """
    if known.devices:
        return
    directory = Path(export)
    siblings = [one.name for one in directory.absolute().parent.glob("*/")]
    raise UsageError(
        f"{directory} has no device, so no file has a place there.{did_you_mean(directory.name, siblings)} Begin the "
        "export with mcuaudit init, or name a list of the devices: --devices, or devices= in Python."
    )


def known_of(listed: Iterable[ListedDevice], export: str | Path | None) -> Known:
    """What a list of devices and an export say together; of one device, what the export says comes first.

    Raises:
        UsageError: the export cannot be read.
        PolicyError: its policy has a key or value that is not allowed.
    """
    found = {one.device_id: one for one in _of_list(listed)}
    if export is None:
        return Known(tuple(found.values()))
    export = Path(export)
    fleet = read_export(export)
    for one in _of_export(fleet):
        other = found.get(one.device_id, one)
        found[one.device_id] = replace(
            one,
            addresses=one.addresses or other.addresses,
            host_names=one.host_names or other.host_names,
            serial=one.serial or other.serial,
        )
    return Known(
        tuple(found.values()),
        tuple(_peers(fleet, export)),
        tuple(_missing_stores(fleet, export)),
        tuple(one for one in _placed(fleet, _STORES) if one.may_be_ca),
        tuple(_placed(fleet, (Slot.LOCAL_CERTIFICATE,), _captured(fleet, export))),
        named_parties(fleet),
    )


def _of_list(listed: Iterable[ListedDevice]) -> Iterator[KnownDevice]:
    for one in listed:
        addresses, host_names = (one.names(key) for key in _OF_DEVICES[:2])
        yield KnownDevice(one.site, one.name, addresses, host_names, one.values.get("device.serial", ""))


def _of_export(fleet: Fleet) -> Iterator[KnownDevice]:
    settings = fleet.settings
    wanted = settings["setting"].isin(_OF_DEVICES) | settings["setting"].str.startswith(SHOWN)
    rows = settings[wanted & settings["value"].notna()]
    values: dict[str, dict[str, str]] = {}
    for device_id, setting, value in zip(rows["device_id"], rows["setting"], rows["value"], strict=True):
        values.setdefault(str(device_id), {})[str(setting)] = str(value)
    devices = fleet.devices
    for device_id, site, name in zip(devices["device_id"], devices["site"], devices["device"], strict=True):
        mine = values.get(str(device_id), {})
        yield KnownDevice(
            str(site),
            str(name),
            split_names(mine.get("device.addresses", "")),
            split_names(mine.get("device.host_names", "")),
            mine.get("device.serial", ""),
            {key.removeprefix(SHOWN): value for key, value in mine.items() if key.startswith(SHOWN)},
        )


def _placed(fleet: Fleet, slots: Collection[Slot], among: Collection[str] | None = None) -> Iterator[Certificate]:
    """The certificates in the files of some slots, each once; those of some devices alone, if these are given."""
    placements = fleet.placements
    wanted = placements["slot"].isin([str(slot) for slot in slots])
    if among is not None:
        wanted &= placements["device_id"].isin([*among])
    records = fleet.certificate_records
    for digest in dict.fromkeys(placements.loc[wanted, "certificate"]):
        if digest in records:
            yield records[digest]


def _captured(fleet: Fleet, export: Path) -> list[str]:
    """The devices whose certificate in the export is the one that `fetch` captured."""
    found = []
    for device_id, own in zip(fleet.devices["device_id"], fleet.devices["local_certificate"], strict=True):
        ports = _capture(export / str(device_id) / CAPTURE_FILE).get("ports")
        of_ports = ports.values() if isinstance(ports, dict) else ()
        chains = [one.get("presented_chain") for one in of_ports if isinstance(one, dict)]
        if any(isinstance(chain, list) and chain[:1] == [own] for chain in chains):
            found.append(str(device_id))
    return found


def _missing_stores(fleet: Fleet, export: Path) -> Iterator[MissingStore]:
    columns = [f"{slot}_state" for slot in TRUST_STORE_SLOTS]
    for row in fleet.devices[["site", "device", *columns]].to_dict("records"):
        site, device = str(row["site"]), str(row["device"])
        for slot in TRUST_STORE_SLOTS:
            if row[f"{slot}_state"] == "missing":
                asked = _asked(export / site / device / CAPTURE_FILE, PORTS[slot]) if slot in PORTS else frozenset()
                yield MissingStore(site, device, slot, asked)


def _asked(capture: Path, port: str) -> frozenset[str]:
    """The names of CAs in the request for a client certificate that `fetch` recorded; empty if there is none."""
    try:
        return frozenset(map(str, _capture(capture)["ports"][port]["acceptable_ca_names"]))
    except (LookupError, TypeError):
        return frozenset()


def _capture(file: Path) -> Mapping[str, Any]:
    """What `fetch` recorded of a device; empty if it did not, or if the file cannot be read."""
    try:
        with file.open("rb") as stream:
            content = json.loads(read_at_most(stream, _MOST_CAPTURED) or b"{}") if is_regular(file) else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _peers(fleet: Fleet, export: Path) -> Iterator[KnownPeer]:
    """The peers whose declaration names a file, with what nearer and farther declarations say of them."""
    merged: dict[tuple[str, str], Mapping[str, object]] = {}
    columns = ["device_id", "peer", "identifiers", "user", "peer_device"]
    for row in fleet.peers[columns].astype(object).to_dict("records"):
        merged[str(row["device_id"]), str(row["peer"])] = {str(key): value for key, value in row.items()}
    for file in _declaring(export):
        content = file.content
        scope = "/".join(part for part in (file.artefact.site, file.artefact.device) if part)
        for peer in content.peers if isinstance(content, DecodedPeers) else ():
            files = {
                key: named_file(file, value)
                for key in CERTIFICATE_KEYS
                if isinstance(value := peer.values.get(key), str) and value not in ("", "none")
            }
            said = _said_of(peer.name, scope, merged)
            if not files or (said and not is_missing(said["peer_device"])):
                continue
            identifiers, user = (said.get(key) for key in ("identifiers", "user"))
            yield KnownPeer(
                peer.name,
                file.artefact.name,
                files,
                () if is_missing(identifiers) else split_names(str(identifiers)),
                "" if is_missing(user) else str(user),
            )


def _said_of(name: str, scope: str, merged: Mapping[tuple[str, str], Mapping[str, object]]) -> Mapping[str, object]:
    """The row of a peer for the first device below the directory that declares it."""
    return next((one for (device, peer), one in merged.items() if peer == name and _is_below(device, scope)), {})


def _is_below(device_id: str, scope: str) -> bool:
    return not scope or device_id == scope or device_id.startswith(f"{scope}/")


def _declaring(export: Path) -> Iterator[DecodedFile]:
    """The files peers.toml of an export."""
    policy = resolve_policy(export).policy
    artefacts = [one for one in walk_export(export, policy).artefacts if one.kind is Kind.PEERS]
    yield from decode_files(artefacts, policy.limits)
