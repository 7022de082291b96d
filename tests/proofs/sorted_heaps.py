"""Heaps of files with meaningless names: the sample fleet among old certificates, other fleets, users and rubbish."""

from __future__ import annotations

import io
import json
import random
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

import certifi
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from mcuaudit.collect.file_names import CAPTURE_FILE
from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.domain.certificate import Certificate
from mcuaudit.gather.copying import copies_of, copy_files
from mcuaudit.gather.known import Known, KnownDevice, known_of
from mcuaudit.gather.sorted_files import Certainty
from mcuaudit.gather.sorting import sort_heap
from tests.authority import Authority, Issued, p256_key, self_signed
from tests.revoking import revocation_list

CLAIM = (
    "What `mcuaudit sort` is sure of in a heap is right: the file comes back to the place that it was taken from, also "
    "among old certificates of the same names and of a former CA, also where those in use are not in the heap; among "
    "other fleets with the same addresses and users, public roots, revocation lists and files of settings. It is not "
    "sure that a certificate is in use: where the one in use is not in the heap, an older one that has not ended, of "
    "the same device or peer and of the same CA, which the export shows, is sure too; these are counted."
)
SIZE = 300
SAMPLE = 30

AT: Final = datetime(2026, 11, 23, tzinfo=UTC)
_SAMPLE: Final = Path(__file__).parents[2] / "data" / "sample-fleet"
_TYPED: Final = (".toml", ".csv", ".txt")
_FETCHED: Final = ("leeds/mcu-court/local-certificate.pem", "oslo/mcu-fjord/local-certificate.pem")
_FLEET: Final = 50
"""The number of the CA of a fleet whose certificates were all renewed."""
_DAY: Final = timedelta(days=1)
_Sequence = tuple[str, ...]


@dataclass
class Heap:
    """The files of a heap, and what is in the place that each was taken from."""

    files: list[bytes] = field(default_factory=list)
    truth: dict[str, _Sequence] = field(default_factory=dict)
    older: dict[str, set[_Sequence]] = field(default_factory=dict)
    """Older certificates of the CA that issued the one in use."""


def prove(seed: int, cases: range) -> Counter[str]:
    """Sort each heap, copy what is sure, and compare each copy with the file in its place in the sample fleet."""
    counts: Counter[str] = Counter()
    for case in cases:
        rng = random.Random(f"{seed} {case}")
        with tempfile.TemporaryDirectory() as directory:
            _compare(rng, Path(directory), f"seed {seed}, case {case}", counts)
    return counts


def _compare(rng: random.Random, root: Path, where: str, counts: Counter[str]) -> None:
    heap = _heap(rng)
    drawer, export = root / "drawer", root / "export"
    _throw(rng, heap.files, drawer)
    known = _known(rng.choice(["stores", "stores", "fetched", "nothing"]))
    if rng.random() < 0.25:
        known = replace(known, peers=())
    counts["heaps"] += 1
    found = sort_heap(drawer, known, AT)
    export.mkdir()
    written = copy_files(copies_of(found.rows), export)
    for path in written:
        place = path.relative_to(export).as_posix()
        content = path.read_bytes()
        assert b"PRIVATE KEY" not in content, f"{where}: a key in {place}"
        if place.endswith((".xml", ".toml")):
            assert content == (_SAMPLE / place).read_bytes(), f"{where}: {place} is another file"
        elif place.endswith(".crl"):
            assert content in (_list(1), _list(2)), f"{where}: {place} is another list"
        elif sequence(content) in heap.older.get(place, ()):
            counts["sure, older, of the same CA"] += 1
            continue
        else:
            assert sequence(content) == heap.truth.get(place), f"{where}: {place} is not the certificate of that place"
        counts["sure and right"] += 1
    for row in found.rows:
        if row.certainty is Certainty.LIKELY:
            right = tuple(one.sha256 for one in row.item.certificates) == heap.truth.get(row.place)
            counts["likely and right" if right else "likely and wrong"] += 1
    counts["files"] += len(found.rows)
    counts["left to the person: open"] += found.count(Certainty.OPEN)
    counts["left to the person: likely"] += found.count(Certainty.LIKELY)
    counts["places of MCUs and peers in the heaps"] += len(heap.truth)


def sequence(content: bytes) -> _Sequence:
    """The certificates of a file, the end entity first."""
    found = [one.certificate for one in decode_bundle(content, 100).certificates]
    return tuple(one.sha256 for one in sorted(found, key=lambda one: one.may_be_ca))


@cache
def _taken() -> dict[str, bytes]:
    """The files of the sample fleet that people do not type, by their places."""
    files = (file for file in sorted(_SAMPLE.rglob("*")) if file.is_file() and file.suffix not in _TYPED)
    return {file.relative_to(_SAMPLE).as_posix(): file.read_bytes() for file in files}


@cache
def _known(shown: str) -> Known:
    """The devices and peers of the sample fleet, from what people typed; the addresses as in a list of devices.

    Args:
        shown: what the export has beside that: its "stores", what was "fetched" of two devices, or "nothing".
    """
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory) / "export"
        shutil.copytree(_SAMPLE, root)
        for name in _taken():
            kept = {"stores": "trust" in name, "fetched": name.endswith(_FETCHED)}
            if not kept.get(shown):
                (root / name).unlink()
        if shown == "stores":
            (root / "singapore" / "mcu-orchard" / "sip-trust-store.pem").write_bytes(_authority(_FLEET).pem)
        for name in _FETCHED if shown == "fetched" else ():
            capture = {"ports": {"HTTPS port": {"presented_chain": sequence((root / name).read_bytes())}}}
            (root / name).with_name(CAPTURE_FILE).write_text(json.dumps(capture))
        known = known_of((), root)
    return replace(known, devices=tuple(map(_as_listed, known.devices)))


def _as_listed(device: KnownDevice) -> KnownDevice:
    if device.name != "mcu-marina":
        return device
    # What its saved responses say of it is in the heap.
    hosts = ("mcu-marina.singapore.example.com",)
    return replace(device, addresses=("10.65.16.11",), host_names=hosts, serial="SM8510C016")


def _heap(rng: random.Random) -> Heap:
    heap = Heap()
    own: list[tuple[str, Certificate]] = []
    # All certificates of a former CA, with none that is in use; or all renewed by the same CA.
    kind = rng.choices(["usual", "former", "renewed"], [6, 1, 1])[0]
    for place, content in _taken().items():
        is_slot = place.endswith("local-certificate.pem") or ("peers/" in place and "trusted" not in place)
        if is_slot:
            end_entity = decode_bundle(content, 100).certificates[0].certificate
            own.append((place, end_entity))
            if kind == "renewed":
                _renew(rng, heap, place, end_entity)
                continue
            there = kind != "former" and rng.random() < 0.8
            heap.files += [_as_found(rng, content)] * there
            heap.truth[place] = sequence(content)
            if kind == "former":
                since, until = AT - rng.randint(300, 900) * _DAY, AT + rng.randint(100, 400) * _DAY
                heap.files.append(_named_as(end_entity, _authority(1), since, until).pem)
            elif rng.random() < 0.25:
                heap.files += [one.pem for one in _old(rng, end_entity)]
        else:
            heap.files.append(content)
        if rng.random() < 0.05:
            heap.files.append(content)
        if rng.random() < 0.05 and len(content) > 900:
            heap.files.append(content[: len(content) * 2 // 3])
    heap.files += list(_other_fleet(rng, own))
    heap.files += rng.sample([_list(1), _list(2), _list(3)], rng.randint(0, 3))
    heap.files += [file.read_bytes() for file in sorted(_SAMPLE.glob("*/*/settings.toml")) if rng.random() < 0.3]
    heap.files += list(_rubbish(rng))
    return heap


def _renew(rng: random.Random, heap: Heap, place: str, certificate: Certificate) -> None:
    """An older certificate and the one in use, which may not be in the heap, both of the CA of the fleet."""
    issuer, renewed = _authority(_FLEET), AT - rng.randint(10, 200) * _DAY
    older = _named_as(certificate, issuer, renewed - 400 * _DAY, AT + rng.randint(70, 300) * _DAY).pem
    in_use = _named_as(certificate, issuer, renewed, AT + 500 * _DAY).pem
    heap.files += [older] + [in_use] * (rng.random() < 0.5)
    heap.truth[place], heap.older[place] = sequence(in_use), {sequence(older)}


def _san(certificate: Certificate) -> list[str] | None:
    kinds = {"DNS": certificate.dns_names, "URI": certificate.uris, "IP": map(str, certificate.ip_addresses)}
    found = [f"{kind}:{name}" for kind, names in kinds.items() for name in names if name.isascii()]
    return found or None


def _named_as(certificate: Certificate, issuer: Authority | None, since: datetime, until: datetime) -> Issued:
    name, san = (certificate.common_names or ("mcu",))[0], _san(certificate)
    purposes = ["serverAuth", "clientAuth"] if san else ["clientAuth"]
    make = issuer.leaf if issuer else self_signed
    return make(name, san=san, purposes=purposes, not_before=since, not_after=until)


def _old(rng: random.Random, certificate: Certificate) -> Iterator[Issued]:
    """Former certificates with the same names, of CAs of their own; some last longer than the present one."""
    for _ in range(rng.randint(1, 2)):
        since = certificate.not_before - rng.randint(30, 900) * _DAY
        until = AT + rng.randint(-500, 400) * _DAY
        issuer = rng.choice([_authority(1), _authority(2), None])
        yield _named_as(certificate, issuer, min(since, until - _DAY), until)


@cache
def _authority(number: int) -> Authority:
    return Authority.root(
        f"Old CA {number}", key=p256_key(9000 + number), not_before=AT - 4000 * _DAY, not_after=AT + 900 * _DAY
    )


@cache
def _list(number: int) -> bytes:
    return revocation_list(_authority(number), [], this_update=AT - _DAY, next_update=AT + _DAY)


def _other_fleet(rng: random.Random, own: list[tuple[str, Certificate]]) -> Iterator[bytes]:
    """Certificates of other fleets: the same addresses, short names and user names, with other host names."""
    root = _authority(rng.randint(10, 12))
    yield root.pem
    yield from (_authority(1).pem,) * (rng.random() < 0.5)
    for number in range(rng.randint(0, 12)):
        since, until = AT - rng.randint(10, 300) * _DAY, AT + rng.randint(30, 700) * _DAY
        _, like = rng.choice(own)
        name = (like.common_names or ("mcu",))[0]
        if like.dns_names or like.ip_addresses:
            short = name.partition(".")[0]
            san = [f"DNS:{short}.other.example.org"] * (rng.random() < 0.6)
            san += [f"IP:{address}" for address in like.ip_addresses] + [f"DNS:{short}"] * (rng.random() < 0.5)
            name, made = f"{short}.other.example.org" if rng.random() < 0.7 else short, san or None
            yield root.leaf(name, san=made, not_before=since, not_after=until).pem
        else:
            user = name if rng.random() < 0.5 else f"user.{number}"
            yield root.leaf(user, purposes=["clientAuth"], not_before=since, not_after=until).pem


def _as_found(rng: random.Random, content: bytes) -> bytes:
    """A file as people have it: PEM, one certificate in DER, the output of s_client, beside a private key."""
    found = [one.certificate for one in decode_bundle(content, 100).certificates]
    match rng.randint(0, 5):
        case 0 if len(found) == 1:
            return found[0].der
        case 1 if content.startswith(b"-----BEGIN"):
            return b"CONNECTED(00000003)\ndepth=0 CN = mcu\n---\nCertificate chain\n" + content + b"---\nDONE\n"
        case 2 if content.startswith(b"-----BEGIN"):
            return content + _key()
    return content


@cache
def _key() -> bytes:
    return _authority(99).key_pem


@cache
def _pkcs12() -> bytes:
    one = _authority(98)
    return serialize_key_and_certificates(b"mcu", one.key, one.certificate, None, BestAvailableEncryption(b"x"))  # type: ignore[arg-type]


@cache
def _public() -> list[bytes]:
    parts = Path(certifi.where()).read_bytes().split(b"-----BEGIN CERTIFICATE-----")[1:]
    return [b"-----BEGIN CERTIFICATE-----" + part.partition(b"#")[0] for part in parts]


def _rubbish(rng: random.Random) -> Iterator[bytes]:
    yield from rng.sample(_public(), rng.randint(0, 6))
    yield from rng.sample([_key(), _pkcs12(), b"notes\n", b"\x89PNG\r\n\x1a\n" + rng.randbytes(900), b"<html></html>",
                           b"", rng.randbytes(500)], rng.randint(0, 7))  # fmt: skip


def _throw(rng: random.Random, files: list[bytes], drawer: Path) -> None:
    """Write files in any order under names without a meaning; some of them in directories and archives."""
    drawer.mkdir()
    rng.shuffle(files)
    packed = [one for one in files if rng.random() < 0.1]
    for number, content in enumerate(one for one in files if one not in packed):
        place = drawer / ("a" if rng.random() < 0.2 else ".")
        place.mkdir(exist_ok=True)
        (place / f"{rng.getrandbits(40):010x}-{number}{rng.choice(['', '.pem', '.cer', '.txt'])}").write_bytes(content)
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as archive:
        for number, content in enumerate(packed):
            archive.writestr(f"x/{number}.bin", content)
    (drawer / "all.zip").write_bytes(octets.getvalue())
