"""Whom to contact: the addresses that an export has for its devices, and for the peers that are TLS servers."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from mcuaudit.collect.artefact import Kind
from mcuaudit.decode.peers import decode_peers
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.domain.name_lists import split_names
from mcuaudit.errors import Undecodable, UsageError, did_you_mean

if TYPE_CHECKING:
    from mcuaudit.frames.containers import Fleet

HTTPS_PORT, SIP_TLS_PORT = 443, 5061
LOCAL_CERTIFICATE: Final = "local-certificate.pem"
_SERVERS: Final = {
    ConnectionType.OUTGOING_SIP: SIP_TLS_PORT,
    ConnectionType.FEEDBACK_RECEIVER: HTTPS_PORT,
    ConnectionType.OCSP_SERVER: HTTPS_PORT,
}
"""The connections in which the peer is the TLS server, and its usual port."""
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]+")


@dataclass(frozen=True, slots=True)
class Target:
    """A device to read from.

    Attributes:
        device_id: site/device.
        hosts: its addresses, else its host names; the first that answers is used.
        directory: its directory in the export.
        certificate_file: the file for its certificate, within that directory; or within the export, if it is elsewhere.
        chain: the SHA-256 of its certificate and of those that it presents with it, as the export has them.
        settings: the settings of the export that can be read, by key.
    """

    device_id: str
    hosts: tuple[str, ...]
    directory: Path
    certificate_file: str
    chain: tuple[str, ...]
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PeerTarget:
    """A peer whose chain is captured.

    Attributes:
        peer: its name in peers.toml.
        declared_in: the peers.toml, within the export.
        file: the file for its certificate.
        named: whether peers.toml names that file.
    """

    peer: str
    declared_in: str
    host: str
    port: int
    file: Path
    named: bool


def device_targets(
    fleet: Fleet, export: str | Path, sites: Sequence[str], devices: Sequence[str]
) -> tuple[list[Target], dict[str, str]]:
    """The devices to read from, and for each that cannot be, the reason.

    Raises:
        UsageError: a site or device that is named is not in the export.
    """
    export = Path(export)
    rows = fleet.devices.to_dict("records")
    _check_named("site", sites, {row["site"] for row in rows})
    _check_named("device", devices, {row["device_id"] for row in rows})
    settings, files = _settings(fleet), _certificate_files(fleet)
    targets: list[Target] = []
    left_out: dict[str, str] = {}
    for row in rows:
        device_id = row["device_id"]
        if (sites and row["site"] not in sites) or (devices and device_id not in devices):
            continue
        known = settings.get(device_id, {})
        hosts = split_names(known.get("device.addresses", "")) or split_names(known.get("device.host_names", ""))
        directory = _directory_of(export, row["site"], row["device"])
        if directory is None:
            left_out[device_id] = "it has no directory of its own in the export; make one, and put its file there"
        elif not hosts:
            left_out[device_id] = "the export has no address of it ([device] addresses in settings.toml)"
        else:
            chain = (_text(row["local_certificate"]), *_text(row["local_chain"]).split())
            own = (directory / LOCAL_CERTIFICATE).relative_to(export).as_posix()
            file = files.get(device_id, own)
            file = LOCAL_CERTIFICATE if file == own else file
            targets.append(Target(device_id, hosts, directory, file, tuple(filter(None, chain)), known))
    return targets, left_out


def peer_targets(
    fleet: Fleet, export: str | Path, targets: Iterable[Target]
) -> tuple[list[PeerTarget], dict[str, str]]:
    """The peers of these devices that are TLS servers and have no file with their certificate; each file once.

    And for each that has none and cannot be contacted, the reason.
    """
    export = Path(export)
    wanted = {target.device_id for target in targets}
    found: dict[Path, PeerTarget] = {}
    left_out: dict[str, str] = {}
    for row in fleet.peers.to_dict("records"):
        if row["device_id"] not in wanted or _text(row["peer_device"]) or row["certificate_state"] == "none":
            continue
        port = next((_SERVERS[one] for one in _SERVERS if one.value in row["connections"].split()), 0)
        name, named = _file_of(export, row["file"], row["peer"]) if port else ("", False)
        if not port or (name and (export / name).exists()):
            continue
        place = _place(split_names(_text(row["identifiers"])), port)
        if not name:
            left_out[f"peer {row['peer']}"] = f"{row['file']} names no file within the export for its certificate"
        elif place is None:
            left_out[f"peer {row['peer']}"] = f"{row['file']} has no identifier of it with a host that uses TLS"
        else:
            found.setdefault(export / name, PeerTarget(row["peer"], row["file"], *place, export / name, named))
    return list(found.values()), left_out


def _file_of(export: Path, declared_in: str, peer: str) -> tuple[str, bool]:
    """The file within the export for a peer's certificate, and whether peers.toml names it; "" if there is none."""
    try:
        declared = decode_peers((export / declared_in).read_bytes()).peers
    except (OSError, Undecodable):
        return "", False
    value = next((one.values.get("certificate") for one in declared if one.name == peer), None)
    home = posixpath.dirname(declared_in)
    if isinstance(value, str):
        name = posixpath.normpath(posixpath.join(home, value.replace("\\", "/")))
        return ("", False) if name.startswith(("../", "/")) else (name, True)
    plain = re.sub(r"[^\w.@-]", "-", peer).strip(".-")
    return (posixpath.join(home, "peers", f"{plain}.pem") if plain and value is None else ""), False


def _place(identifiers: Iterable[str], port: int) -> tuple[str, int] | None:
    """Host and port of the first identifier that has a host: a name, an address, host:port or a URL."""
    for identifier in identifiers:
        has_scheme = "://" in identifier
        bare = identifier.count(":") > 1 and not identifier.startswith("[") and not has_scheme
        try:
            parts = urlsplit(identifier if has_scheme else f"//[{identifier}]" if bare else f"//{identifier}")
            if parts.scheme != "http" and parts.hostname and _HOST.fullmatch(parts.hostname):
                return parts.hostname, parts.port or port
        except ValueError:
            continue
    return None


def _settings(fleet: Fleet) -> dict[str, dict[str, str]]:
    frame = fleet.settings[fleet.settings["value"].notna()]
    found: dict[str, dict[str, str]] = {}
    for device_id, key, value in zip(frame["device_id"], frame["setting"], frame["value"], strict=True):
        found.setdefault(device_id, {})[key] = value
    return found


def _certificate_files(fleet: Fleet) -> dict[str, str]:
    """The file of each device that has its certificate, within the export."""
    rows = fleet.evidence[fleet.evidence["kind"].eq(Kind.LOCAL_CERTIFICATE.value) & fleet.evidence["file"].notna()]
    return dict(zip(rows["device_id"], rows["file"], strict=True))


def _check_named(what: str, named: Sequence[str], known: set[str]) -> None:
    for name in named:
        if in_nfc(name) not in known:
            raise UsageError(f'"{name}" is not a {what} of the export.{did_you_mean(name, sorted(known))}')


def _directory_of(export: Path, site: str, device: str) -> Path | None:
    """The directory of a device, in whatever Unicode form the file system has its name; None if it has none."""
    for steps in ((site, device), (device,)):
        place: Path | None = export
        for step in steps:
            entries = [one for one in place.iterdir() if one.is_dir() and not one.is_symlink()] if place else []
            place = next((one for one in entries if in_nfc(one.name) == step), None)
        if place is not None:
            return place
    return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
