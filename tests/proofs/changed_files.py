"""A change applied to the files of an export: by other means than those of the package, as a person would do it."""

from __future__ import annotations

import csv
import io
import posixpath
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import pandas as pd
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from mcuaudit import (
    AddAuthority,
    AddFile,
    AddUser,
    Certificate,
    CertificateDescription,
    Change,
    Fleet,
    RemoveAuthority,
    RemoveUser,
    ReplaceCertificate,
    ReplaceStore,
    SetSetting,
)
from mcuaudit.decode.certificate_source import certificates_from
from tests.clean_export import toml

Files = dict[str, bytes]
Issue = Callable[[CertificateDescription], bytes]
"""A certificate as described, and those that are presented with it, really issued: PEM."""

_BLOCK: Final = re.compile(b"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.DOTALL)
_MATCHES: Final = "Key matches certificate"


def blocks_of(content: bytes) -> list[bytes]:
    """The PEM blocks of a file."""
    return _BLOCK.findall(content)


def digest_of_block(block: bytes) -> str:
    """SHA-256 of the certificate in a PEM block."""
    return sha256(x509.load_pem_x509_certificate(block).public_bytes(Encoding.DER)).hexdigest()


def pem_of(certificates: Iterable[Certificate]) -> bytes:
    """Certificates in PEM."""
    return b"".join(x509.load_der_x509_certificate(one.der).public_bytes(Encoding.PEM) for one in certificates)


def apply_to_files(files: Files, fleet: Fleet, change: Change, issue: Issue | None = None) -> None:
    """Change the files as `change` says; `fleet` is what they hold before."""
    match change:
        case SetSetting():
            for device in _devices(fleet, change.devices):
                write_key(files, device, change.setting, change.value)
        case AddUser() | RemoveUser():
            _users(files, fleet, change)
        case AddAuthority():
            new = pem_of(certificates_from(change.authorities))
            _stores(files, fleet, change, lambda content: content + _lacking(content, new))
        case RemoveAuthority():
            _stores(files, fleet, change, lambda content: _without(content, change.authority))
        case ReplaceStore():
            for device in _devices(fleet, change.devices):
                name = f"{device}/{str(change.slot).replace('_', '-')}.pem"
                files[name] = pem_of(certificates_from(change.authorities)) if change.authorities else b"# empty\n"
        case ReplaceCertificate():
            _certificate(files, fleet, change, issue)
        case AddFile():
            files[change.name] = change.content if isinstance(change.content, bytes) else change.content.read_bytes()


def _devices(fleet: Fleet, devices: str | Iterable[str]) -> list[str]:
    every = fleet.devices["device_id"].tolist()
    if isinstance(devices, str):
        return every if devices == "*" else [devices]
    return list(devices)


def write_key(files: Files, device: str, key: str, value: Any) -> None:
    """Write a key of the settings.toml of a device, or its cell of the settings.csv of the site."""
    if _write_cell(files, device, key, value):
        return
    name = f"{device}/settings.toml"
    content = tomllib.loads(files.get(name, b"").decode())
    table, _, last = key.rpartition(".")
    place = content
    for part in table.split(".") if table else ():
        place = place.setdefault(part, {})
    place[last] = value
    files[name] = toml(content).encode()


def _named(files: Files, declared: str, peer: str, key: str) -> str:
    """Have peers.toml name a file of a peer that had none."""
    content = tomllib.loads(files[declared].decode())
    (entry,) = [one for one in content["peer"] if one["name"] == peer]
    entry[key] = f"peers/{peer}.pem"
    files[declared] = toml(content).encode()
    return posixpath.join(posixpath.dirname(declared), entry[key])


def _write_cell(files: Files, device: str, key: str, value: Any) -> bool:
    """Write the cell that has a value, if there is one."""
    site, _, own = device.partition("/")
    name = f"{site}/settings.csv"
    header, *rows = csv.reader(files[name].decode("cp1252").splitlines(), delimiter=";") if name in files else ([],)
    cells = [row for row in rows if row[0] == own and key in header and row[header.index(key)]]
    for row in cells:
        row[header.index(key)] = str(value).lower() if isinstance(value, bool) else str(value)
    if cells:
        written = io.StringIO()
        csv.writer(written, delimiter=";").writerows([header, *rows])
        files[name] = written.getvalue().encode("cp1252")
    return bool(cells)


def value_of(fleet: Fleet, device: str, key: str) -> pd.Series:
    """The row of a setting."""
    settings = fleet.settings
    return settings[(settings["device_id"] == device) & (settings["setting"] == key)].iloc[0]


def _users(files: Files, fleet: Fleet, change: AddUser | RemoveUser) -> None:
    for device in _devices(fleet, change.devices):
        users = dict(word.rpartition(":")[::2] for word in value_of(fleet, device, "users")["value"].split())
        if isinstance(change, AddUser):
            users[change.name] = change.privilege
        else:
            del users[change.name]
        left = [{"name": name, "privilege": level.replace("\\x20", " ")} for name, level in users.items()]
        write_key(files, device, "users", left)


def _lacking(content: bytes, new: bytes) -> bytes:
    present = {digest_of_block(block) for block in blocks_of(content)}
    return b"".join(block for block in dict.fromkeys(blocks_of(new)) if digest_of_block(block) not in present)


def _without(content: bytes, digest: str) -> bytes:
    kept = [block for block in blocks_of(content) if digest_of_block(block) != digest]
    return b"".join(kept) or b"# empty\n" if len(kept) < len(blocks_of(content)) else content


def _in_pem(content: bytes) -> bytes:
    """A certificate in DER, or those of a PKCS#7 file, in PEM."""
    try:
        found = [x509.load_der_x509_certificate(content)]
    except ValueError:
        found = pkcs7.load_der_pkcs7_certificates(content)
    return b"".join(one.public_bytes(Encoding.PEM) for one in found)


def store_files(fleet: Fleet, slot: str, devices: Sequence[str]) -> Mapping[str, list[str]] | None:
    """The devices by the file of their store; None where one of them has none that is whole."""
    rows = fleet.evidence[(fleet.evidence["kind"] == slot) & fleet.evidence["device_id"].isin(devices)]
    if len(rows) < len(devices) or not rows["state"].isin(["read", "inherited"]).all():
        return None
    return {str(file): part["device_id"].tolist() for file, part in rows.groupby("file")}


def _stores(
    files: Files, fleet: Fleet, change: AddAuthority | RemoveAuthority, rewritten: Callable[[bytes], bytes]
) -> None:
    devices = _devices(fleet, change.devices)
    if change.peer:
        peers = fleet.peers[(fleet.peers["peer"] == change.peer) & fleet.peers["device_id"].isin(devices)]
        for file in peers["trust_store_file"].unique():
            files[file] = rewritten(files[file])
        return
    slot = str(change.slot)
    users = fleet.evidence[fleet.evidence["kind"] == slot].groupby("file")["device_id"].agg(set)
    former = {**files, **{name: _in_pem(content) for name, content in files.items() if name.endswith((".der", ".p7b"))}}
    for file, using in (store_files(fleet, slot, devices) or {}).items():
        new = rewritten(former[file])
        if isinstance(change, RemoveAuthority) and new == former[file]:
            continue
        if users[file] <= set(using):
            files[file] = new
            continue
        for device in using:
            files[f"{device}/{slot.replace('_', '-')}.pem"] = new


def _certificate(files: Files, fleet: Fleet, change: ReplaceCertificate, issue: Issue | None) -> None:
    given = change.certificate
    if isinstance(given, CertificateDescription):
        assert issue is not None, "nothing issues it"
        content = issue(given)
    else:
        content = pem_of(certificates_from(given))
    devices = _devices(fleet, change.devices)
    if change.peer:
        key = "client_certificate" if change.as_client else "certificate"
        peers = fleet.peers[(fleet.peers["peer"] == change.peer) & fleet.peers["device_id"].isin(devices)]
        for declared, file in peers[["file", f"{key}_file"]].drop_duplicates().itertuples(index=False):
            named = file if isinstance(file, str) else _named(files, declared, change.peer, key)
            files[named] = content
        return
    for device in devices:
        files[f"{device}/local-certificate.pem"] = content
        row = value_of(fleet, device, "ssl_certificates.private_key")
        if row["source"] != "missing" and row["value"] != _MATCHES:
            write_key(files, device, "ssl_certificates.private_key", _MATCHES)
