"""Ordinary exports, with what people keep beside one: no secret is reported but those that are planted.

A case writes an export as the proof of damage draws one, with notes, public keys, digests, requests for certificates,
licence names and texts about passwords beside it. Into one of five, a secret is planted.
"""

from __future__ import annotations

import base64
import hashlib
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

import mcuaudit
from tests.authority import rsa_key
from tests.proofs.damage import export, write

CLAIM = "An ordinary export gives no problem about a secret (MCU906), and one with a planted secret gives one for each."
SIZE = 500
SAMPLE = 10
_PLANTED_EACH = 5

Draw = random.Random
_WORDS = ("leeds", "boardroom", "the MCU", "Ann", "TMS", "the web page", "the old list", "ticket 4711", "the vendor")


def _sentence(draw: Draw) -> str:
    """A sentence about passwords and keys that has none."""
    who, what = draw.choice(_WORDS), draw.choice(_WORDS)
    return draw.choice(
        (
            f"The password of {who} is in the safe.",
            f"Ask {who} for the password.",
            f"Passwords are changed every {draw.randrange(30, 90)} days; a PIN has {draw.randrange(4, 9)} digits.",
            f"The private key of {who} never leaves {what}.",
            f"SNMP community: see {who}",
            "password: ********",
            "passphrase = none",
            f"Secret: ask {who}",
            "token: <your token>",
            f"Public key of {who}: 2048 bits, exponent 65537",
            f"Licence key for {draw.choice(('Encryption', 'Video firewall', 'Web Conferencing Option'))} activated",
            f"Key size: {draw.choice((1024, 2048, 4096))}",
            f"Key usage: {draw.choice(('Digital Signature', 'Key Encipherment'))}",
            f"conference PIN required: {draw.choice(('yes', 'no'))}",
            f"Password policy: at least {draw.randrange(8, 16)} characters, one digit",
            "password required",
            f"X509v3 Subject Key Identifier: {_colons(draw, 20)}",
            f"SHA256 Fingerprint={_colons(draw, 32)}",
            f"Keys were made on {draw.randrange(1, 29)} March 2026 by {who}.",
        )
    )


def _colons(draw: Draw, length: int) -> str:
    return draw.randbytes(length).hex(":").upper()


def _notes(draw: Draw) -> bytes:
    return "\n".join(_sentence(draw) for _ in range(draw.randrange(1, 12))).encode() + b"\n"


def _digests(draw: Draw) -> bytes:
    lines = [f"{hashlib.sha256(draw.randbytes(8)).hexdigest()}  sip-trust-store.pem" for _ in range(3)]
    return "\n".join(lines).encode() + b"\n"


@cache
def _public_key(number: int) -> bytes:
    return rsa_key(number).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@cache
def _ssh(number: int) -> bytes:
    return rsa_key(number).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)


@cache
def _request(number: int) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"mcu-{number}.example.com")])
    made = x509.CertificateSigningRequestBuilder().subject_name(name).sign(rsa_key(number), hashes.SHA256())
    return made.public_bytes(Encoding.PEM)


def _known_hosts(draw: Draw) -> bytes:
    return b"mcu-1.example.com,10.1.2.3 " + _ssh(draw.randrange(1, 4)) + b"\n"


def _logged(draw: Draw) -> bytes:
    """What openssl s_client prints."""
    session = draw.randbytes(32).hex().upper()
    return (
        "CONNECTED(00000003)\nServer public key is 2048 bit\nSSL-Session:\n    Protocol  : TLSv1.2\n"
        f"    Session-ID: {session}\n    Session-ID-ctx: \n    PSK identity: None\n    PSK identity hint: None\n"
        f"    SRP username: None\n    Start Time: 17{draw.randrange(10**7, 10**8)}\n    Verify return code: 19\n"
    ).encode()


def _table(draw: Draw) -> bytes:
    rows = [f"mcu-{n};{draw.choice(('yes', 'no'))};{draw.randrange(30, 90)}" for n in range(3)]
    return "\n".join(("device;password expires;days", *rows)).encode() + b"\n"


def _picture(draw: Draw) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + draw.randbytes(400)


def _ordinary_urls(draw: Draw) -> bytes:
    number = draw.randrange(1000)
    return (
        f"https://wiki.example.com/keys?page={number}&sort=name\nsip:room{number}@example.com;transport=tls\n".encode()
    )


_BESIDE: dict[str, Callable[[Draw], bytes]] = {
    "notes.txt": _notes, "README.md": _notes, "handover.txt": _notes, ".notes.swp": _notes, "SHA256SUMS": _digests,
    "public-key.pem": lambda draw: _public_key(draw.randrange(1, 4)), "id_rsa.pub": lambda draw: _ssh(2) + b" ann\n",
    "request.csr": lambda draw: _request(draw.randrange(1, 4)), "known_hosts": _known_hosts, "s_client.log": _logged,
    "passwords-expire.csv": _table, "page.png": _picture, "links.txt": _ordinary_urls,
}  # fmt: skip
_PLANTED: tuple[Callable[[str], str], ...] = (
    lambda mark: f"password = {mark}7",
    lambda mark: f"snmpCommunity: {mark}-1",
    lambda mark: f"admin PIN = {int(hashlib.sha256(mark.encode()).hexdigest()[:6], 16)}",
    lambda mark: f"see https://ann:{mark}1@tms.example.com/",
    lambda mark: f"Authorization: Basic {base64.b64encode(f'ann:{mark}'.encode()).decode()}",
)


def prove(seed: int, cases: range) -> Counter[str]:
    """Write each case and read it.

    Raises:
        AssertionError: something ordinary is reported as a secret, or a planted one is not.
    """
    counts: Counter[str] = Counter()
    for number in cases:
        draw = random.Random(f"{seed} {number}")
        model = export(draw)
        folders = ["", *sorted(model.settings)]
        for name in draw.sample(sorted(_BESIDE), draw.randrange(3, len(_BESIDE))):
            folder = draw.choice(folders)
            model.files[f"{folder}/{name}" if folder else name] = _BESIDE[name](draw)
            counts["files beside"] += 1
        planted = ""
        if number % _PLANTED_EACH == 0:
            planted = "leeds/other-notes.txt"
            made = draw.choice(_PLANTED)(f"Zq{draw.randrange(10**6)}w")
            model.files[planted] = _notes(draw) + made.encode() + b"\n" + _notes(draw)
            counts["planted secrets"] += 1
        with tempfile.TemporaryDirectory() as name:
            root = Path(name) / "export"
            write(model, root)
            problems = mcuaudit.read_export(root).problems
        found = problems[problems["kind"] == "secret"]
        wanted = [planted] if planted else []
        assert list(found["file"]) == wanted, f"case {number}: {found[['file', 'where', 'reason']].to_dict('records')}"
        counts["exports"] += 1
    return counts
