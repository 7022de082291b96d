"""A change that is supposed, against an export whose files were really changed that way: every frame is the same."""

from __future__ import annotations

import random
import re
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pandas as pd
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

import mcuaudit
from mcuaudit import (
    AddAuthority,
    AddFile,
    AddUser,
    Change,
    MoveTime,
    RemoveAuthority,
    RemoveUser,
    ReplaceCertificate,
    SetSetting,
)
from mcuaudit.frames.schema import AUDIT_FRAMES
from mcuaudit.samples.made_fleet import make_fleet
from mcuaudit.variants.what_if import changed_audit
from tests.authority import NOW
from tests.clean_export import ELSEWHERE, ISSUING, ROOT, certificate, chain, toml
from tests.proofs import calls_between_mcus
from tests.proofs.judged_again import Draw, Files, fleet_of, read_files, same_frames

CLAIM = "What a supposed change gives is the audit of an export whose files were changed that way, frame for frame."
SIZE = 3000
SAMPLE = 20

_BLOCK: Final = re.compile(b"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.DOTALL)
_LABELS: Final = (
    (
        "ssl_certificates.verification_settings",
        ("No verification", "Outgoing calls only", "Outgoing and incoming calls"),
    ),
    (
        "ssl_certificates.client_certificate_security",
        (
            "Not required", "Verify certificate", "Certificate-based authentication allowed",
            "Certificate-based authentication required",
        ),
    ),
    ("ssl_certificates.server_certificate_security", ("No verification", "Verify certificate")),
    ("sip.outbound_call_configuration", ("Use registrar", "Use trunk", "Call direct")),
    *((f"services.{name}", (True, False)) for name in ("http", "https", "sips_tcp")),
    ("security.redirect_http_to_https", (True, False)),
    ("sip.use_local_certificate_for_outgoing", (True, False)),
)  # fmt: skip
_STORES: Final = ("sip_trust_store", "https_trust_store")
Step = Callable[[Draw, Files, mcuaudit.Fleet], Change | None]
"""Changes files, and returns the same change as data; None where the export has nothing to change so."""


@cache
def _made(seed: int) -> Files:
    with tempfile.TemporaryDirectory() as directory:
        make_fleet(Path(directory) / "fleet", 8, 2, seed)
        return read_files(Path(directory) / "fleet")


def _export(draw: Draw) -> Files:
    return dict(_made(draw.randrange(4))) if draw.random() < 0.5 else calls_between_mcus.export(draw)


def _some_devices(draw: Draw, fleet: mcuaudit.Fleet) -> list[str]:
    every = fleet.devices["device_id"].tolist()
    if draw.random() < 0.2:
        return every
    if draw.random() < 0.3:
        site = draw.choice(fleet.sites)
        return [name for name in every if name.startswith(f"{site}/")]
    return sorted(draw.sample(every, draw.randint(1, min(3, len(every)))))


def _write_key(files: Files, device: str, key: str, value: Any) -> None:
    name = f"{device}/settings.toml"
    content = tomllib.loads(files.get(name, b"").decode())
    table, _, last = key.rpartition(".")
    place = content
    for part in table.split(".") if table else ():
        place = place.setdefault(part, {})
    place[last] = value
    files[name] = toml(content).encode()


def _can_write(fleet: mcuaudit.Fleet, key: str, devices: Sequence[str]) -> bool:
    rows = fleet.settings[(fleet.settings["setting"] == key) & fleet.settings["device_id"].isin(devices)]
    return bool((rows["source"] != "damaged").all())


def _setting(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """a setting"""
    key, values = draw.choice(_LABELS)
    value, devices = draw.choice(values), _some_devices(draw, fleet)
    old = fleet.devices.set_index("device_id")["software_version"].fillna("").str.startswith(("4.3", "4.2", "4.1"))
    if not _can_write(fleet, key, devices) or old[devices].any():
        return None
    for device in devices:
        _write_key(files, device, key, value)
    return SetSetting(key, value, devices)


def _users(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """a user more, or less"""
    devices = _some_devices(draw, fleet)
    rows = fleet.settings[(fleet.settings["setting"] == "users") & fleet.settings["device_id"].isin(devices)]
    known = {row["device_id"]: row["value"] for row in rows.to_dict("records") if isinstance(row["value"], str)}
    if len(known) < len(devices) or not _can_write(fleet, "users", devices):
        return None
    entries = {device: dict(word.rpartition(":")[::2] for word in cell.split()) for device, cell in known.items()}
    common = sorted(set.intersection(*(set(one) for one in entries.values())))
    removed = draw.choice(common) if common and draw.random() < 0.5 else ""
    for device, users in entries.items():
        if removed:
            del users[removed]
        else:
            users["new.one"] = "administrator"
        left = [{"name": name, "privilege": level.replace("\\x20", " ")} for name, level in users.items()]
        _write_key(files, device, "users", left)
    return RemoveUser(removed, devices) if removed else AddUser("new.one", devices=devices)


def _store_files(fleet: mcuaudit.Fleet, slot: str, devices: Sequence[str]) -> dict[str, list[str]] | None:
    """The devices by the file of their store; None where one of them has none that is whole."""
    rows = fleet.evidence[(fleet.evidence["kind"] == slot) & fleet.evidence["device_id"].isin(devices)]
    if len(rows) < len(devices) or not rows["state"].isin(["read", "inherited"]).all():
        return None
    return {str(file): part["device_id"].tolist() for file, part in rows.groupby("file")}


def _rewrite_stores(
    files: Files, fleet: mcuaudit.Fleet, slot: str, by_file: dict[str, list[str]], change: Callable[[bytes], bytes]
) -> None:
    users = fleet.evidence[fleet.evidence["kind"] == slot].groupby("file")["device_id"].agg(set)
    former = dict(files)
    for file, devices in by_file.items():
        if users[file] <= set(devices):
            files[file] = change(former[file])
            continue
        for device in devices:
            files[f"{device}/{slot.replace('_', '-')}.pem"] = change(former[file])


def _added(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """a CA more"""
    slot, devices = draw.choice(_STORES), _some_devices(draw, fleet)
    by_file = _store_files(fleet, slot, devices)
    if by_file is None:
        return None
    pems = [content for name, content in files.items() if name.endswith("trust-store.pem")]
    new = draw.choice([chain(ELSEWHERE), chain(ROOT, ISSUING), *pems])
    blocks = [block for block in _BLOCK.findall(new) if block]
    if not blocks:
        return None

    def with_new(content: bytes) -> bytes:
        present = {_digest(block) for block in _BLOCK.findall(content)}
        return content + b"".join(block for block in dict.fromkeys(blocks) if _digest(block) not in present)

    _rewrite_stores(files, fleet, slot, by_file, with_new)
    return AddAuthority(slot, b"".join(blocks), devices)


def _digest(block: bytes) -> str:
    return sha256(x509.load_pem_x509_certificate(block).public_bytes(Encoding.DER)).hexdigest()


def _removed(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """a CA less"""
    slot, devices = draw.choice(_STORES), _some_devices(draw, fleet)
    by_file = _store_files(fleet, slot, devices)
    if by_file is None:
        return None
    members = sorted({_digest(block) for file in by_file for block in _BLOCK.findall(files[file])})
    if not members:
        return None
    wanted = draw.choice(members)
    having = {file: users for file, users in by_file.items()
              if wanted in map(_digest, _BLOCK.findall(files[file]))}  # fmt: skip
    _rewrite_stores(
        files, fleet, slot, having,
        lambda content: b"".join(block for block in _BLOCK.findall(content) if _digest(block) != wanted) or b"# none\n",
    )  # fmt: skip
    return RemoveAuthority(slot, wanted, devices)


@cache
def _of_elsewhere() -> bytes:
    return chain(certificate("new.example.com", ELSEWHERE, key=9, san=["DNS:new.example.com"]), ELSEWHERE)


def _local(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """another local certificate"""
    device = draw.choice(fleet.devices["device_id"].tolist())
    state = fleet.evidence[(fleet.evidence["device_id"] == device) & (fleet.evidence["kind"] == "local_certificate")]
    if not state["state"].isin(["read", "missing", "damaged"]).all():
        return None
    usable = [content for name, content in sorted(files.items()) if name.endswith("local-certificate.pem")]
    content = draw.choice([_of_elsewhere(), *usable])
    try:
        change = ReplaceCertificate(content, device)
        changed_audit(_predicted(fleet), change)
    except mcuaudit.UsageError:
        # The file of another device, which cannot be read.
        return None
    files[f"{device}/local-certificate.pem"] = content
    key = fleet.settings[
        (fleet.settings["device_id"] == device) & (fleet.settings["setting"] == "ssl_certificates.private_key")
    ].iloc[0]
    if key["source"] != "missing" and key["value"] != "Key matches certificate":
        _write_key(files, device, "ssl_certificates.private_key", "Key matches certificate")
    return change


@cache
def _nothing() -> dict[int, mcuaudit.Audit]:
    return {}


def _predicted(fleet: mcuaudit.Fleet) -> mcuaudit.Audit:
    known = _nothing()
    if id(fleet) not in known:
        known.clear()
        known[id(fleet)] = mcuaudit.audit(fleet, at=NOW)
    return known[id(fleet)]


def _peer(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """another certificate of a peer"""
    peers = fleet.peers[fleet.peers["certificate_file"].notna()]
    if peers.empty:
        return None
    row = peers.iloc[draw.randrange(len(peers))]
    files[row["certificate_file"]] = _of_elsewhere()
    return ReplaceCertificate(_of_elsewhere(), row["device_id"], row["peer"])


def _peer_store(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """a CA more in the store of a peer"""
    peers = fleet.peers[fleet.peers["trust_store_file"].notna() & (fleet.peers["trust_store_state"] == "present")]
    if peers.empty:
        return None
    row = peers.iloc[draw.randrange(len(peers))]
    files[row["trust_store_file"]] += chain(ELSEWHERE)
    return AddAuthority("peer_trust_store", chain(ELSEWHERE), row["device_id"], row["peer"])


def _time(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change:
    """another time"""
    return MoveTime(NOW + timedelta(days=draw.randint(-900, 1500)))


def _file(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change:
    """a file more"""
    device = draw.choice(fleet.devices["device_id"].tolist())
    donor = draw.choice(sorted(name for name in files if name.endswith((".pem", ".toml")) and "/" in name))
    name = f"{device}/{donor.rpartition('/')[2]}"
    files[name] = files[donor]
    return AddFile(name, files[donor])


KINDS: Final[tuple[Step, ...]] = (
    _setting, _users, _added, _removed, _local, _peer, _peer_store, _time, _file, _setting,
)  # fmt: skip


def prove(seed: int, cases: range) -> Counter[str]:
    """Compare all frames after each change; cases are of each kind in turn."""
    counts: Counter[str] = Counter()
    for case in cases:
        counts += _compared(random.Random(f"{seed} {case}"), KINDS[case % len(KINDS)], f"seed {seed}, case {case}")
    return counts


def _compared(draw: Draw, kind: Step, where: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as directory:
        for attempt in range(8):
            files = _export(draw)
            before = fleet_of(files, Path(directory) / f"before-{attempt}")
            change = kind(draw, files, before)
            if change is not None:
                break
        else:
            return counts
        supposed, _ = changed_audit(_predicted(before), change)
        at = supposed.at
        really = mcuaudit.audit(fleet_of(files, Path(directory) / "after"), at=at)
        said = f"{where}, {kind.__doc__}: {change!r:.300}"
        for name in (*AUDIT_FRAMES, "internal_problems"):
            same_frames(getattr(supposed, name), getattr(really, name), f"{said}: {name}")
            counts["rows compared"] += len(getattr(really, name))
        for name, without in _FLEET.items():
            found, expected = (_sorted(getattr(one.fleet, name).drop(columns=list(without)))
                               for one in (supposed, really))  # fmt: skip
            same_frames(found, expected, f"{said}: {name}")
    counts["changes"] += 1
    counts[f"changes of {kind.__doc__}"] += 1
    return counts


_FLEET: Final = {
    "devices": (), "settings": (), "certificates": (), "trust_stores": (), "peers": ("ocsp_response",),
    "placements": ("line",), "evidence": ("sha256", "size", "modified"),
}  # fmt: skip


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values([name for name in frame.columns if name != "der"], kind="stable").reset_index(drop=True)
