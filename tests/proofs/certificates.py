"""Certificates with every field and extension broken in many ways, beside OpenSSL."""

from __future__ import annotations

import random
import shutil
import subprocess
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import certifi
import cryptography_vectors
from OpenSSL import crypto

from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.decode.records import Bundle
from mcuaudit.decode.tlv import der_of, only
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import Undecodable
from mcuaudit.pkix import PathValidator, TrustStore
from tests.authority import NOW, Authority, Issued, encoded, p256_key
from tests.odd_encodings import (
    EXTENSIONS,
    FIELDS,
    extensions_of,
    fields_of,
    pem,
    pkcs7_of,
    signed,
    value_of,
    with_extension,
    with_extensions,
)

CLAIM = (
    "Each certificate, however it is broken, is read whole, or read but for named fields, or refused with one problem, "
    "without an error or a warning; its path passes only if OpenSSL accepts it, and fails only if OpenSSL refuses it."
)
SIZE = 300
SAMPLE = 12
EACH = 26
"""Certificates of one case; with SIZE cases more than 7,000."""

_CELLS = 16
"""Of these, the certificates from the grid of fields and ways."""

OPENSSL = shutil.which("openssl")

_URI = encoded(0x86, b"http://pki.lab.test/a.crl")
_POINT = encoded(0x30, encoded(0x30, encoded(0xA0, encoded(0xA0, _URI))))
_POLICY = encoded(0x06, bytes.fromhex("2a0304"))
_QUALIFIER = encoded(0x30, encoded(0x06, bytes.fromhex("2b06010505070201")) + encoded(0x16, b"https://lab.test/cps"))

# Values of extensions that the made certificates do not have of themselves.
_VALUES = {
    "issuerAltName": encoded(0x30, encoded(0x82, b"ian.test")),
    "cRLDistributionPoints": _POINT,
    "certificatePolicies": encoded(0x30, encoded(0x30, _POLICY + encoded(0x30, _QUALIFIER))),
    "policyMappings": encoded(0x30, encoded(0x30, _POLICY + _POLICY)),
    "policyConstraints": encoded(0x30, encoded(0x81, b"\x01")),
    "freshestCRL": _POINT,
    "inhibitAnyPolicy": encoded(0x02, b"\x05"),
    "authorityInfoAccess": encoded(0x30, encoded(0x30, encoded(0x06, bytes.fromhex("2b06010505073001")) + _URI)),
    "signedCertificateTimestampList": encoded(0x04, b"\0\0"),
    "tlsFeature": encoded(0x30, encoded(0x02, b"\x05")),
    "nsCertType": encoded(0x03, b"\x06\xc0"),
    "nameConstraints": encoded(0x30, encoded(0xA0, encoded(0x30, encoded(0x82, b"lab.test")))),
}


class Sample(NamedTuple):
    """A certificate to read, what was done to it, and the rest of its path if it has one."""

    name: str
    der: bytes
    path: tuple[bytes, bytes, bytes] | None = None
    """End entity, intermediate and root, one of which is `der`."""


ROOT = Authority.root("Proof Root", key=p256_key(9_001), serial=1)
ISSUING = ROOT.intermediate("Proof Issuing", key=p256_key(9_002), serial=2)
LEAF = ISSUING.leaf(
    "mcu.lab.test",
    key=p256_key(9_003),
    serial=3,
    san=["DNS:mcu.lab.test", "IP:192.0.2.1", "URI:sip:mcu.lab.test", "email:a@lab.test", "dir:somebody", "rid:1.2.3"],
    purposes=["serverAuth", "clientAuth"],
)


def _flip(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]


def _long(data: bytes, dice: random.Random) -> bytes:
    """With a length that is longer than it must be, which BER allows."""
    element = only(data)
    return bytes([data[0]]) + b"\x83" + len(element.content).to_bytes(3, "big") + element.content


def _open(data: bytes, dice: random.Random) -> bytes:
    """Without a length, which BER allows for what has elements in it."""
    return bytes([data[0]]) + b"\x80" + only(data).content + b"\0\0"


def _with_content(change: Callable[[bytes, random.Random], bytes]) -> Callable[[bytes, random.Random], bytes]:
    return lambda data, dice: encoded(data[0], change(only(data).content, dice))


WAYS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "another kind": lambda data, dice: bytes([0x04 if data[0] != 0x04 else 0x0C]) + data[1:],
    "emptied": lambda data, dice: encoded(data[0], b""),
    "an octet less": _with_content(lambda content, dice: content[:-1]),
    "an octet more": _with_content(lambda content, dice: content + b"\x01"),
    "a NULL more": _with_content(lambda content, dice: content + b"\x05\x00"),
    "a FALSE before": _with_content(lambda content, dice: b"\x01\x01\x00" + content),
    "half": _with_content(lambda content, dice: content[: len(content) // 2]),
    "a long length": _long,
    "no length": _open,
    "a bit": _with_content(lambda content, dice: _flip(content, dice) if content else b"\0"),
    "a letter of Latin-1": _with_content(lambda content, dice: _latin(content, dice)),
    "twice": _with_content(lambda content, dice: content + content),
}


def _latin(content: bytes, dice: random.Random) -> bytes:
    letters = [at for at, octet in enumerate(content) if chr(octet).isalpha() and at > 4]
    if not letters:
        return content + b"\xfc"
    at = dice.choice(letters)
    return content[:at] + b"\xfc" + content[at + 1 :]


def in_field(issued: Issued, issuer: Issued, name: str, way: str, dice: random.Random) -> bytes:
    fields = fields_of(issued.der)
    fields[FIELDS.index(name)] = WAYS[way](fields[FIELDS.index(name)], dice)
    return signed(fields, issuer, fields[2])


def in_extension(issued: Issued, issuer: Issued, name: str, way: str, dice: random.Random) -> bytes:
    value = value_of(issued.der, name) or value_of(LEAF.der, name) or _VALUES[name]
    flag = dice.choice((b"", b"", b"\x01\x01\x00", b"\x01\x01\xff", b"\x01\x01\x01"))
    return with_extension(issued.der, issuer, name, WAYS[way](value, dice), critical=flag)


def _in_names(issued: Issued, issuer: Issued, dice: random.Random) -> bytes:
    """Any entries in a subjectAltName, of which some are good."""
    good = encoded(0x82, b"mcu.lab.test")
    sizes = (0, 1, 3, 4, 8, 15, 16, 32)
    odd = [encoded(dice.choice((0x81, 0x82, 0x86, 0x87, 0x88, 0xA0, 0xA3, 0xA4, 0xA5, 0xA9)), content) for content in (
        *(dice.randbytes(dice.choice(sizes)) for _ in range(2)), encoded(0x30, b""), b"z\xfcrich.test", bytes(8)
    )]  # fmt: skip
    entries = [good, encoded(0x87, dice.randbytes(dice.choice(sizes))), dice.choice(odd)]
    dice.shuffle(entries)
    return with_extension(issued.der, issuer, "subjectAltName", encoded(0x30, b"".join(entries)))


def _in_all(issued: Issued, issuer: Issued, dice: random.Random) -> bytes:
    """Something about the extensions as a whole: one twice, one without a value, an unknown one."""
    found = extensions_of(issued.der)
    one = dice.choice(found)
    more = dice.choice(
        (one, encoded(0x30, b"\x06\x03\x55\x1d\x63"), encoded(0x30, b"\x06\x02\x2a\x03\x04\x02\x05\x00"))
    )
    return with_extensions(issued.der, issuer, [*found, more])


@lru_cache(maxsize=1)
def shipped() -> tuple[bytes, ...]:
    """The certificates that packages ship: public CAs, and odd ones that cryptography is tested with."""
    found = dict.fromkeys(
        one.certificate.der for one in decode_bundle(Path(certifi.where()).read_bytes(), 1000).certificates
    )
    for file in sorted((Path(cryptography_vectors.__file__).parent / "x509").rglob("*")):
        if file.suffix in (".pem", ".der", ".crt"):
            found |= dict.fromkeys(one.certificate.der for one in decode_bundle(file.read_bytes(), 1000).certificates)
    return tuple(found)


def samples(seed: int, case: int) -> Iterator[Sample]:
    """The certificates of one case: the grid of fields and ways first to last, and others by chance."""
    dice = random.Random(f"{seed} {case}")
    grid = [(where, way) for where in (*FIELDS, *EXTENSIONS) for way in WAYS]
    for number in range(_CELLS):
        where, way = grid[(case * _CELLS + number) % len(grid)]
        ca = dice.random() < 0.4
        issued, issuer = (ISSUING, ROOT) if ca else (LEAF, ISSUING)
        made = (in_field if where in FIELDS else in_extension)(issued, issuer, where, way, dice)
        path = (LEAF.der, made, ROOT.der) if ca else (made, ISSUING.der, ROOT.der)
        yield Sample(f"{where}: {way}", made, path)
    for name, change in (("extensions", _in_all), ("names", _in_names), ("names", _in_names)):
        made = change(LEAF, ISSUING, dice)
        yield Sample(name, made, (made, ISSUING.der, ROOT.der))
    for _ in range(2):
        yield Sample("random octets", dice.randbytes(dice.randrange(1, 400)))
    for _ in range(5):
        data = dice.choice(shipped())
        for _ in range(dice.randrange(0, 3)):
            data = _flip(data, dice)
        yield Sample("shipped", data)


def prove(seed: int, cases: range) -> Counter[str]:
    """See CLAIM; the counts say how many certificates were read in which way, and how many OpenSSL read."""
    counts: Counter[str] = Counter()
    for case in cases:
        found = list(samples(seed, case))
        for sample in found:
            told = f"seed {seed}, case {case}, {sample.name}: {sample.der.hex()}"
            counts += _read(sample, told)
            if sample.path:
                counts += _judged(sample.path, told)
        counts += _in_containers([sample.der for sample in found], f"seed {seed}, case {case}")
    return counts


def _read(sample: Sample, told: str) -> Counter[str]:
    bundle = _decoded(sample.der, told)
    openssl = _openssl(sample.der)
    assert len(bundle.certificates) + _refusals(bundle) == 1 or not bundle.certificates, told
    counts = Counter(certificates=1, **{"OpenSSL reads": openssl is not None})
    if not bundle.certificates:
        assert bundle.damaged, told
        assert len(bundle.problems) == 1, f"{told}: {bundle.problems}"
        return counts + Counter({"refused": 1, "refused, OpenSSL reads": openssl is not None})
    certificate = bundle.certificates[0].certificate
    for problem in bundle.problems:
        assert "Parse" not in problem.reason, told
    way = "read but for fields" if certificate.unreadable else "read whole"
    if openssl is not None:
        _same(certificate, openssl, told)
    return counts + Counter({way: 1, f"{way}, OpenSSL does not read": openssl is None})


def _refusals(bundle: Bundle) -> int:
    return sum(
        problem.kind in ("unreadable", "secret") and "was read, " not in problem.reason for problem in bundle.problems
    )


def _decoded(data: bytes, told: str) -> Bundle:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return decode_bundle(data, most=1000)
        except Exception as error:
            raise AssertionError(told) from error


def _openssl(der: bytes) -> crypto.X509 | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return crypto.load_certificate(crypto.FILETYPE_ASN1, der)
        except crypto.Error:
            return None


def _same(ours: Certificate, theirs: crypto.X509, told: str) -> None:
    """What both read is the same: serial number, validity, and the octets of the names."""
    if not ours.cannot_read("serialNumber"):
        assert ours.serial_number == theirs.get_serial_number(), told
    try:
        ends = theirs.get_notAfter()
    except crypto.Error:
        ends = None
    if not ours.cannot_read("notAfter") and ends:
        assert f"{ours.not_after:%Y%m%d%H%M%SZ}".zfill(15).encode() == ends, f"{told}: {ends!r} {ours.not_after}"
    if not ours.cannot_read("subject"):
        assert ours.subject == der_of(theirs.get_subject().der()), told


def _judged(path: tuple[bytes, bytes, bytes], told: str) -> Counter[str]:
    """Whether our path has an outcome that OpenSSL contradicts."""
    try:
        leaf, issuing, root = (decode_certificate(der) for der in path)
    except Undecodable:
        return Counter()
    ours = PathValidator(NOW).validate(leaf, [issuing], TrustStore([root]), chain_complete=True)
    loaded = [_openssl(der) for der in path]
    accepted = all(one is not None for one in loaded) and _verified(*loaded)  # type: ignore[arg-type]
    said = "accepts" if accepted else "refuses"
    if ours.outcome is Outcome.PASS:
        assert accepted, f"{told}: passes, OpenSSL refuses"
    if ours.outcome is Outcome.FAIL:
        assert not accepted, f"{told}: fails with {ours.reason}, OpenSSL accepts"
    return Counter({f"path {ours.outcome.value}, OpenSSL {said}": 1})


def _verified(leaf: crypto.X509, issuing: crypto.X509, root: crypto.X509) -> bool:
    store = crypto.X509Store()
    store.add_cert(root)
    store.set_time(NOW.replace(tzinfo=None))
    try:
        crypto.X509StoreContext(store, leaf, [issuing]).verify_certificate()
    except (crypto.X509StoreContextError, crypto.Error):
        return False
    return True


def _in_containers(ders: list[bytes], told: str) -> Counter[str]:
    """In PEM and in PKCS#7, as many members are accounted for as there are; OpenSSL counts those that it reads."""
    well_formed = [der for der in dict.fromkeys(ders) if _openssl(der) is not None]
    text = pem(*ders)
    bundle = _decoded(text, told)
    assert len(bundle.certificates) + _refusals(bundle) == len(ders), f"{told}: PEM"
    data = pkcs7_of(*well_formed)
    members = _decoded(data, told)
    counted = _counted(data)
    assert len(members.certificates) + _refusals(members) == len(well_formed), f"{told}: PKCS#7"
    assert counted in (None, len(well_formed)), f"{told}: OpenSSL counts {counted}"
    return Counter(
        {"members of PEM": len(ders), "members of PKCS#7": len(well_formed), "counted by OpenSSL": counted or 0}
    )


def _counted(pkcs7: bytes) -> int | None:
    if OPENSSL is None:
        return None
    command = [OPENSSL, "pkcs7", "-inform", "DER", "-print_certs", "-noout"]
    done = subprocess.run(command, input=pkcs7, capture_output=True, check=False)
    return done.stdout.count(b"subject=") if done.returncode == 0 else None
