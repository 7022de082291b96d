"""Gaps of generated exports, filled in the files: the connections that are settled are exactly those that are said.

A case makes an export that lacks some files, settings and keys of peers, or has them damaged. Each value that `gaps`
has applied is written into the files, as a person would do it, and the export is read and predicted again.
"""

from __future__ import annotations

import posixpath
import random
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import Any, Final

import mcuaudit
from mcuaudit import CertificateDescription, ReplaceCertificate, SetSetting
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.settings import SETTING_BY_KEY, ValueKind
from mcuaudit.predict.prediction import predict_fleet
from mcuaudit.variants.fills import FillCertificate, FillPeerKey, FillPeerStore, FillStore, Supposed
from mcuaudit.variants.gaps.applied import Applied, AppliedGaps
from mcuaudit.variants.gaps.gap import Value
from mcuaudit.variants.gaps.gaps import gaps
from tests.authority import NOW
from tests.clean_export import DEVICE, ELSEWHERE, ISSUING, ROOT, CleanExport, chain, predicted, toml, write_files
from tests.proofs import calls_between_mcus
from tests.proofs.changed_files import Files, write_key
from tests.proofs.what_if_files import issued_by

CLAIM = (
    "Each gap, filled in the files with each value that gaps applied, settles exactly the connections that it names, "
    "alone and together with others."
)
SIZE = 300
SAMPLE = 4

Draw = random.Random
_CUT: Final = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
_KEYS: Final = (
    "device.software_version", "device.features", "ssl_certificates.verification_settings",
    "ssl_certificates.client_certificate_security", "ssl_certificates.server_certificate_security",
    "ssl_certificates.private_key", "ssl_certificates.ocsp.enabled", "services.https", "services.sips_tcp",
    "services.http", "sip.outbound_call_configuration", "sip.use_local_certificate_for_outgoing", "users",
)  # fmt: skip
_OF_PEERS: Final = ("standard", "route", "trust_store", "certificate", "chain_complete")
_STORES: Final = ("sip-trust-store.pem", "https-trust-store.pem", "local-certificate.pem")


def prove(seed: int, cases: range) -> Counter[str]:
    """Fill in every gap of every case."""
    counts: Counter[str] = Counter()
    for case in cases:
        counts["exports"] += 1
        counts += _filled(random.Random(f"{seed} {case}"), f"seed {seed}, case {case}")
    return counts


def _filled(draw: Draw, place: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    # A mesh of MCUs has calls that lack something at both ends; one device has users, receivers and an OCSP server.
    files = calls_between_mcus.export(draw) if draw.random() < 0.4 else _with_holes(draw)
    with tempfile.TemporaryDirectory() as directory:
        place_of_case = _Places(Path(directory))
        audit = predicted(write_files(place_of_case.next(), files))
        said = AppliedGaps(audit).gaps
        outcomes = dict(zip(audit.connections["connection_id"], audit.connections["outcome"].astype(str), strict=True))
        undetermined = {name for name, outcome in outcomes.items() if outcome == "open"}

        def settled(values: Iterable[Value]) -> set[str]:
            changed = dict(files)
            for value in values:
                for one in value.supposed:
                    apply_to_files(changed, one)
            found = predict_fleet(mcuaudit.read_export(write_files(place_of_case.next(), changed)), NOW).connections
            still = set(found.loc[found["outcome"] == "open", "connection_id"])
            return undetermined - still

        really = {one.gap: [settled([value]) for value in one.values.values] for one in said}
        for one in said:
            counts += _compared(one, really[one.gap], place)
        _compare_frame(audit, said, really, place)
        counts += _together(draw, said, settled, place)
    return counts


class _Places:
    """Directories, one after the other."""

    def __init__(self, root: Path) -> None:
        self._root, self._number = root, 0

    def next(self) -> Path:
        self._number += 1
        return self._root / f"{self._number}" / "fleet"


def _compared(one: Applied, really: Sequence[set[str]], place: str) -> Counter[str]:
    counts = Counter({f"gaps: {one.values.known}": 1})
    for value, said, found in zip(one.values.values, one.settled, really, strict=True):
        where = f"{place}: {one.gap.evidence} of {', '.join(one.gap.devices)} is {value.words}"
        assert set(said) == found, f"{where}: {sorted(set(said) ^ found)} differ"
        counts["values filled in"] += 1
        counts["connections settled"] += len(found)
    return counts


def _compare_frame(
    audit: mcuaudit.Audit, said: Sequence[Applied], really: dict[Any, list[set[str]]], place: str
) -> None:
    frame = gaps(audit).set_index("evidence")
    for evidence, row in frame.iterrows():
        filled = [really[one.gap] for one in said if one.gap.evidence == evidence and really[one.gap]]
        if not filled:
            assert row["known"] == "not_applied", f"{place}: {evidence}"
            continue
        surely = {name for values in filled for name in set.intersection(*values)}
        perhaps = {name for values in filled for name in set.union(*values)}
        assert (row["settles"], row["may_settle"]) == (len(surely), len(perhaps)), f"{place}: {evidence}, {row}"
        assert set(split_names(row["settled_connections"])) == surely, f"{place}: {evidence}"


def _together(
    draw: Draw, said: Sequence[Applied], settled: Callable[[Iterable[Value]], set[str]], place: str
) -> Counter[str]:
    """Of one connection that no gap settles alone: whether two or three of its gaps do."""
    alone = {name for one in said for name in one.perhaps}
    lacking = {name: [one for one in said if name in one.lacking and one.values.values] for one in said
               for name in one.lacking}  # fmt: skip
    usable = sorted(name for name, of_it in lacking.items() if name not in alone and 2 <= len(of_it) <= 3)
    if not usable:
        return Counter()
    name = draw.choice(usable)
    chosen = lacking[name]
    found = any(name in settled(values) for values in product(*(one.values.values for one in chosen)))
    told = any(name in one.together for one in chosen)
    assert told == found, f"{place}: {name} is settled by {[one.gap.evidence for one in chosen]}: {found}, not {told}"
    return Counter({"connections with several gaps": 1, "settled together": found})


def apply_to_files(files: Files, one: Supposed) -> None:
    """Write into the files what is supposed."""
    match one:
        case SetSetting():
            write_key(files, str(one.devices), one.setting, _plain(one.setting, str(one.value)))
        case FillStore():
            content = b"".join(_BY_DIGEST[digest].pem for digest in one.authorities) or b"# empty\n"
            _write(files, one.file, one.devices, f"{one.slot.value.replace('_', '-')}.pem", content)
        case FillCertificate():
            device = one.device_id
            for name in [name for name in files if name.startswith(f"{device}/local-cert")]:
                del files[name]
            files[f"{device}/local-certificate.pem"] = _issued(one.certificate)
        case FillPeerStore():
            content = b"".join(_BY_DIGEST[digest].pem for digest in one.authorities) or b"# empty\n"
            _of_peer(files, one.declared_in, one.peer, "trust_store", "peers/filled-store.pem", content)
        case FillPeerKey():
            value = one.value == "yes" if one.key == "chain_complete" else one.value
            _of_peer(files, one.declared_in, one.peer, one.key, value)
        case ReplaceCertificate():
            assert isinstance(one.certificate, CertificateDescription)
            key = "client_certificate" if one.as_client else "certificate"
            (declared,) = [
                name for name in files if name.endswith("peers.toml") and f'"{one.peer}"'.encode() in files[name]
            ]
            _of_peer(files, declared, one.peer, key, f"peers/filled-{key}.pem", _issued(one.certificate))
        case _:
            raise AssertionError(f"{one} is nothing that fills a gap")


_BY_DIGEST: Final = {one.record.sha256: one for one in (ROOT, ISSUING, ELSEWHERE)}


def _issued(wanted: CertificateDescription) -> bytes:
    issuer = _BY_DIGEST[wanted.issuer]
    return issued_by(issuer, wanted) + (ISSUING.pem if issuer is ISSUING else b"")


def _write(files: Files, file: str, devices: Sequence[str], name: str, content: bytes) -> None:
    """A file in place of one that is missing or damaged; one with a wrong name is renamed."""
    if posixpath.basename(file) == name:
        files[file] = content
        return
    for wrong in file.split(" and "):
        files.pop(wrong, None)
    for device in devices:
        files[f"{device}/{name}"] = content


def _of_peer(files: Files, declared: str, peer: str, key: str, value: Any, content: bytes | None = None) -> None:
    entries = tomllib.loads(files[declared].decode())["peer"]
    for entry in entries:
        if entry["name"] == peer:
            entry[key] = value
    files[declared] = toml({"peer": entries}).encode()
    if content is not None:
        files[posixpath.join(posixpath.dirname(declared), value)] = content


def _plain(key: str, value: str) -> Any:
    kind = SETTING_BY_KEY[key].kind
    if kind is ValueKind.BOOLEAN:
        return value == "true"
    if kind is ValueKind.FEATURES:
        return [value]
    if kind is ValueKind.USERS:
        users = (word.rpartition(":") for word in value.split("; "))
        return [{"name": name, "privilege": privilege} for name, _, privilege in users]
    return value


def _with_holes(draw: Draw) -> Files:
    """The export of one device with all kinds of connections, of which some things are missing or damaged."""
    export = CleanExport()
    for _ in range(draw.randint(1, 4)):
        draw.choice(_HOLES)(draw, export)
    with tempfile.TemporaryDirectory() as directory:
        root = export.write(Path(directory))
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _setting(draw: Draw, export: CleanExport) -> None:
    *tables, name = draw.choice(_KEYS).split(".")
    place: dict[str, Any] = export.settings
    for table in tables:
        place = place.setdefault(table, {})
    place.pop(name, None)
    if draw.random() < 0.3:
        place[name] = 7


def _file(draw: Draw, export: CleanExport) -> None:
    name = f"{DEVICE}/{draw.choice(_STORES)}"
    content = export.files[name]
    kind = draw.randrange(4)
    export.files[name] = (None, _CUT, (content or b"") + _CUT, None)[kind]
    if kind == 3:
        export.files[name.replace(".pem", ".new.pem")] = content or chain(ROOT)


def _peer(draw: Draw, export: CleanExport) -> None:
    peer = draw.choice(sorted(export.peers))
    key = draw.choice(_OF_PEERS)
    export.peers[peer].pop(key, None)
    if draw.random() < 0.2:
        export.peers[peer][key] = 7


def _verifies(draw: Draw, export: CleanExport) -> None:
    levels = (
        "Verify certificate",
        "Certificate-based authentication allowed",
        "Certificate-based authentication required",
    )
    export.settings["ssl_certificates"]["client_certificate_security"] = draw.choice(levels)


_HOLES: Final[tuple[Callable[[Draw, CleanExport], None], ...]] = (
    _setting,
    _setting,
    _file,
    _file,
    _peer,
    _peer,
    _verifies,
)
