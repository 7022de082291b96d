"""A change that is supposed, against an export whose files were really changed that way: every frame is the same."""

from __future__ import annotations

import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd
from cryptography.x509 import Name, NameAttribute
from cryptography.x509.oid import NameOID

import mcuaudit
from mcuaudit import (
    AddAuthority,
    AddFile,
    AddUser,
    CertificateDescription,
    Change,
    MoveTime,
    RemoveAuthority,
    RemoveUser,
    ReplaceCertificate,
    ReplaceStore,
    SetSetting,
)
from mcuaudit.decode.certificate_source import certificates_from
from mcuaudit.frames.schema import AUDIT_FRAMES
from mcuaudit.samples.made_fleet import make_fleet
from mcuaudit.variants.what_if import changed_audit
from tests.authority import NOW, Authority, rsa_key
from tests.clean_export import ELSEWHERE, ISSUING, ROOT, certificate, chain
from tests.proofs import calls_between_mcus
from tests.proofs.changed_files import apply_to_files, blocks_of, digest_of_block, store_files, value_of
from tests.proofs.evaluated_again import Draw, Files, fleet_of, read_files, same_frames

CLAIM = "What a supposed change gives is the audit of an export whose files were changed that way, frame for frame."
SIZE = 3344
SAMPLE = 11

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
"""Draws a change; None where the export has nothing to change so."""


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


def can_write(fleet: mcuaudit.Fleet, key: str, devices: Sequence[str]) -> bool:
    rows = fleet.settings[(fleet.settings["setting"] == key) & fleet.settings["device_id"].isin(devices)]
    return bool((rows["source"] != "damaged").all())


def _setting(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """a setting"""
    key, values = draw.choice(_LABELS)
    value, devices = draw.choice(values), _some_devices(draw, fleet)
    old = fleet.devices.set_index("device_id")["software_version"].fillna("").str.startswith(("4.3", "4.2", "4.1"))
    if not can_write(fleet, key, devices) or old[devices].any():
        return None
    return SetSetting(key, value, devices)


def _users(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """a user more, or less"""
    devices = _some_devices(draw, fleet)
    rows = [value_of(fleet, device, "users") for device in devices]
    if not all(isinstance(row["value"], str) for row in rows) or not can_write(fleet, "users", devices):
        return None
    common = sorted(set.intersection(*({word.rpartition(":")[0] for word in row["value"].split()} for row in rows)))
    if common and draw.random() < 0.5:
        return RemoveUser(draw.choice(common), devices)
    return AddUser("new.one", devices=devices)


def _added(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """a CA more"""
    slot, devices = draw.choice(_STORES), _some_devices(draw, fleet)
    pems = [content for name, content in sorted(files.items()) if name.endswith("trust-store.pem")]
    blocks = blocks_of(draw.choice([chain(ELSEWHERE), chain(ROOT, ISSUING), *pems]))
    if store_files(fleet, slot, devices) is None or not blocks:
        return None
    return AddAuthority(slot, b"".join(blocks), devices)


def _removed(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """a CA less"""
    slot, devices = draw.choice(_STORES), _some_devices(draw, fleet)
    members = sorted(
        {digest_of_block(block) for file in store_files(fleet, slot, devices) or () for block in blocks_of(files[file])}
    )
    return RemoveAuthority(slot, draw.choice(members), devices) if members else None


def _store(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """another trust store"""
    slot, device = draw.choice(_STORES), draw.choice(fleet.devices["device_id"].tolist())
    state = fleet.evidence[(fleet.evidence["device_id"] == device) & (fleet.evidence["kind"] == slot)]
    pems = [content for name, content in sorted(files.items()) if name.endswith("trust-store.pem")]
    blocks = blocks_of(draw.choice([chain(ELSEWHERE), chain(ROOT, ISSUING), b"", *pems]))
    whole = state["state"].isin(["read", "missing", "damaged"]).all()
    try:
        new = tuple(certificates_from(b"".join(blocks))) if blocks else ()
    except mcuaudit.UsageError:
        # The store of another device, which cannot be read.
        return None
    return ReplaceStore(slot, new, device) if whole else None


@cache
def _of_elsewhere() -> bytes:
    return chain(certificate("new.example.com", ELSEWHERE, key=9, san=["DNS:new.example.com"]), ELSEWHERE)


def _local(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """another local certificate"""
    device = draw.choice(fleet.devices["device_id"].tolist())
    state = fleet.evidence[(fleet.evidence["device_id"] == device) & (fleet.evidence["kind"] == "local_certificate")]
    usable = [content for name, content in sorted(files.items()) if name.endswith("local-certificate.pem")]
    content = draw.choice([_of_elsewhere(), *usable])
    try:
        certificates_from(content)
    except mcuaudit.UsageError:
        # The file of another device, which cannot be read.
        return None
    whole = state["state"].isin(["read", "missing", "damaged"]).all()
    return ReplaceCertificate(content, device) if whole else None


def _described(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """a local certificate that only is described"""
    device = draw.choice(fleet.devices["device_id"].tolist())
    if ISSUING.record.sha256 not in fleet.certificate_records:
        return None
    names = tuple(draw.sample(["10.1.2.3", "mcu-1.example.com", "new.example.com", "alice"], draw.randint(1, 3)))
    return ReplaceCertificate(
        CertificateDescription(
            draw.choice(("alice", "new.example.com")),
            dns_names=names,
            uris=tuple(f"sip:{name}" for name in names) if draw.random() < 0.5 else (),
            purposes=draw.choice((("serverAuth", "clientAuth"), ("serverAuth",), ())),
            issuer=ISSUING.record.sha256,
            not_after=NOW + timedelta(days=draw.choice((1, 300))),
        ),
        device,
    )


def issued_by(issuer: Authority, wanted: CertificateDescription) -> bytes:
    """The described certificate, really issued by a CA of the tests."""
    made = issuer.leaf(
        Name([NameAttribute(NameOID.COMMON_NAME, wanted.common_name)] if wanted.common_name else []),
        key=rsa_key(97),
        san=[*(f"DNS:{name}" for name in wanted.dns_names), *(f"URI:{name}" for name in wanted.uris),
             *(f"IP:{name}" for name in wanted.ip_addresses)],
        purposes=list(wanted.purposes) or None,
        not_before=wanted.not_before or NOW,
        not_after=wanted.not_after or NOW + timedelta(days=730),
    )  # fmt: skip
    return made.pem


def issued_as(wanted: CertificateDescription) -> bytes:
    """The same of the issuing CA, and those that are presented with it."""
    return issued_by(ISSUING, wanted) + ISSUING.pem


def _peer(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """another certificate of a peer"""
    peers = fleet.peers[fleet.peers["certificate_file"].notna()]
    if peers.empty:
        return None
    row = peers.iloc[draw.randrange(len(peers))]
    return ReplaceCertificate(_of_elsewhere(), row["device_id"], row["peer"])


def _peer_store(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change | None:
    """a CA more in the store of a peer"""
    peers = fleet.peers[fleet.peers["trust_store_file"].notna() & (fleet.peers["trust_store_state"] == "present")]
    if peers.empty:
        return None
    row = peers.iloc[draw.randrange(len(peers))]
    return AddAuthority("peer_trust_store", chain(ELSEWHERE), row["device_id"], row["peer"])


def _time(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change:
    """another time"""
    return MoveTime(NOW + timedelta(days=draw.randint(-900, 1500)))


def _file(draw: Draw, files: Files, fleet: mcuaudit.Fleet) -> Change:
    """a file more"""
    device = draw.choice(fleet.devices["device_id"].tolist())
    donor = draw.choice(sorted(name for name in files if name.endswith((".pem", ".toml")) and "/" in name))
    return AddFile(f"{device}/{donor.rpartition('/')[2]}", files[donor])


KINDS: Final[tuple[Step, ...]] = (
    _setting, _users, _added, _removed, _store, _local, _described, _peer, _peer_store, _time, _file,
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
        supposed, _ = changed_audit(mcuaudit.audit(before, at=NOW), change)
        apply_to_files(files, before, change, issued_as)
        really = mcuaudit.audit(fleet_of(files, Path(directory) / "after"), at=supposed.at)
    said = f"{where}, {kind.__doc__}: {change!r:.300}"
    same = _same_words if kind is _described else same_frames
    for name in (*AUDIT_FRAMES, "internal_problems"):
        same(getattr(supposed, name), getattr(really, name), f"{said}: {name}")
        counts["rows compared"] += len(getattr(really, name))
    for name, without in _FLEET.items() if kind is not _described else ():
        found, expected = (_sorted(getattr(one.fleet, name).drop(columns=list(without))) for one in (supposed, really))
        same_frames(found, expected, f"{said}: {name}")
    counts["changes"] += 1
    counts[f"changes of {kind.__doc__}"] += 1
    return counts


_DIGESTS: Final = re.compile("[0-9a-f]{16,64}")


def _same_words(found: pd.DataFrame, expected: pd.DataFrame, where: str) -> None:
    """Equal but for digests: the certificate that is described has another key and number than the one that is real."""
    rows = ([_DIGESTS.sub("#", repr(row)) for row in _columns(frame)] for frame in (found, expected))
    ours, theirs = map(sorted, rows)
    assert ours == theirs, f"{where}: {[pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]][:2]}"


def _columns(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    kept = [name for name in frame.columns if name not in ("finding_id", "fingerprint")]
    return list(frame[kept].astype(object).itertuples(index=False, name=None))


_FLEET: Final = {
    "devices": (), "settings": (), "certificates": (), "trust_stores": (), "peers": ("ocsp_response",),
    "placements": ("line",), "evidence": ("sha256", "size", "modified"),
}  # fmt: skip


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values([name for name in frame.columns if name != "der"], kind="stable").reset_index(drop=True)
