"""The files of an export that are written for a device or peer: each whole or not at all, and none over another."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from mcuaudit.collect.file_names import CAPTURE_FILE
from mcuaudit.collect.file_places import RESPONSES_DIRECTORY
from mcuaudit.decode.pem_text import pem_of
from mcuaudit.errors import StorageError, UsageError
from mcuaudit.gather.fetch.device import HTTPS, SIP
from mcuaudit.gather.fetch.records import DeviceRecord, PeerRecord
from mcuaudit.gather.fetch.targets import LOCAL_CERTIFICATE, PeerTarget, Target
from mcuaudit.gather.fetch.tls import Presented
from mcuaudit.system.files import write_whole

_INFERRED: Final = {
    HTTPS: "Inferred: the HTTPS trust store of the device may have the CAs of these names. The names alone are known, "
    "not the certificates, and a device may send others, fewer or none.",
    SIP: "Inferred: the SIP trust store of the device may have the CAs of these names. The names alone are known, not "
    "the certificates, and a device may send others, fewer or none.",
}


def write_device(target: Target, record: DeviceRecord, at: datetime, *, again: bool) -> None:
    """Write what was read of a device into its directory; `record` gets what was written and what was kept.

    Raises:
        StorageError: the machine cannot write there.
    """
    certificate = record.https or record.sip
    files: dict[str, bytes] = {}
    if certificate and target.certificate_file == LOCAL_CERTIFICATE:
        files[LOCAL_CERTIFICATE] = pem_of(certificate.chain)
    elif certificate and certificate.digests != target.chain:
        record.notes.append(f"put what it presents into {target.certificate_file} yourself; the file was not replaced")
    files |= {f"{RESPONSES_DIRECTORY}/{name}.xml": body for name, body in record.responses.items()}
    if certificate:
        files[CAPTURE_FILE] = capture_json(record, at)
    for name, content in files.items():
        place = target.directory / name
        if not place.resolve().is_relative_to(target.directory.resolve()):
            record.failures[name] = "a link leads out of the directory of the device, so nothing was written there"
            continue
        if _is_there(place) and not again:
            if name != LOCAL_CERTIFICATE or (certificate and certificate.digests != target.chain):
                record.kept.append(name)
            continue
        try:
            place.parent.mkdir(exist_ok=True)
            write_whole(place, content)
        except (UsageError, OSError) as error:
            if isinstance(error, StorageError):
                raise
            record.failures[name] = str(error)
        else:
            record.written.append(name)


def write_peer(target: PeerTarget, record: PeerRecord, export: str | Path) -> None:
    """Write the chain of a peer into the file that peers.toml names, or would name, if there is none."""
    if record.presented is None or _is_there(target.file):
        return
    export = Path(export)
    if not target.file.resolve().is_relative_to(export.resolve()):
        record.failure = "a link leads out of the export, so nothing was written there"
        return
    name = target.file.relative_to(export).as_posix()
    try:
        target.file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target.file, pem_of(record.presented.chain))
    except (UsageError, OSError) as error:
        record.failure = str(error)
        return
    record.written = name
    if not target.named:
        below = target.file.relative_to((export / target.declared_in).parent).as_posix()
        record.note = f'add to [[peer]] "{target.peer}" in {target.declared_in}: certificate = "{below}"'


def capture_json(record: DeviceRecord, at: datetime) -> bytes:
    """What the TLS ports of a device presented and asked for, as the file beside its certificate."""
    ports = ((HTTPS, record.https), (SIP, record.sip))
    whole = {
        "captured_at": at.isoformat(),
        "address": record.host,
        "ports": {name: port_object(name, found, record.ports.get(name)) for name, found in ports if found},
    }
    return (json.dumps(whole, indent=2) + "\n").encode()


def port_object(name: str, presented: Presented, port: int | None) -> dict[str, Any]:
    """What one port presented, as plain values."""
    return {
        "port": port,
        "tls_version": presented.version,
        "cipher_suite": presented.cipher,
        "handshake": presented.refusal or "complete",
        "presented_chain": list(presented.digests),
        "asks_for_client_certificate": presented.asks,
        "acceptable_ca_names": list(presented.accepted),
        **({"acceptable_ca_names_mean": _INFERRED[name]} if presented.accepted else {}),
    }


def _is_there(place: Path) -> bool:
    return place.exists() or place.is_symlink()
