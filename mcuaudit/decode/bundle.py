"""A file of certificates, whatever its file extension: PEM blocks, one DER certificate, or PKCS#7."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.decode.records import Bundle, FoundCertificate, Problem
from mcuaudit.domain.certificate import Certificate
from mcuaudit.errors import Undecodable

_BEGIN = re.compile(rb"^[ \t]*-----BEGIN ([A-Z0-9 #]+)-----[ \t]*$")
_CERTIFICATE_LABELS = {"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"}
_PKCS7_LABELS = {"PKCS7", "CMS", "PKCS #7 SIGNED DATA"}
SECRET_REASON = "a private key is in the export; remove it, and replace the key if other people could read the file"


@dataclass(frozen=True, slots=True)
class _Block:
    label: str
    line: int
    body: bytes
    complete: bool


def decode_bundle(data: bytes, most: int) -> Bundle:
    """The certificates of one file, in order; what cannot be read is a problem with its block and line.

    Args:
        data: the content of the file.
        most: the largest number of certificates that is read.
    """
    if not data.strip():
        return Bundle(())
    text = data.removeprefix(b"\xef\xbb\xbf")
    if b"-----BEGIN" in text:
        return _decode_pem(text, most)
    return _decode_binary(data, most)


@lru_cache(maxsize=200_000)
def decode_once(der: bytes) -> Certificate:
    """As `decode_certificate`, with a memory: fleets hold the same CAs thousands of times."""
    return decode_certificate(der)


def _decode_pem(data: bytes, most: int) -> Bundle:
    found: list[FoundCertificate] = []
    problems: list[Problem] = []
    damaged = first_lost = False
    for number, block in enumerate(_blocks(data), start=1):
        where = f"PEM block {number}, line {block.line}"
        if "PRIVATE KEY" in block.label:
            problems.append(Problem("secret", where, SECRET_REASON))
            continue
        if block.label not in _CERTIFICATE_LABELS | _PKCS7_LABELS:
            problems.append(Problem("unrecognised", where, f'found "{block.label}"; only certificates belong here'))
            continue
        if len(found) >= most:
            damaged = True
            problems.append(
                Problem("unreadable", where, f"the file holds more than {most} certificates; the rest was not read")
            )
            break
        try:
            for certificate in _certificates(block):
                found.append(FoundCertificate(certificate, len(found) + 1, block.line))
        except Undecodable as error:
            damaged = True
            first_lost = first_lost or not found
            problems.append(Problem("unreadable", where, error.reason))
    if not found and not problems:
        problems.append(
            Problem(
                "unreadable", "", "expected -----BEGIN CERTIFICATE----- on a line of its own, found it within a line"
            )
        )
        damaged = True
    return Bundle(tuple(found), tuple(problems), damaged, first_lost)


def _blocks(data: bytes) -> Iterator[_Block]:
    label, start = "", 0
    body: list[bytes] = []
    for number, line in enumerate(data.splitlines(), start=1):
        begin = _BEGIN.match(line)
        if begin:
            if label:
                yield _Block(label, start, b"".join(body), complete=False)
            label, start, body = begin[1].decode("ascii"), number, []
        elif label and line.strip() == b"-----END " + label.encode("ascii") + b"-----":
            yield _Block(label, start, b"".join(body), complete=True)
            label = ""
        elif label and b":" not in line:
            body.append(line.strip())
    if label:
        yield _Block(label, start, b"".join(body), complete=False)


def _certificates(block: _Block) -> tuple[Certificate, ...]:
    if not block.complete:
        raise Undecodable(
            f'the block has no line "-----END {block.label}-----"; the file was cut short or copied in part'
        )
    try:
        der = base64.b64decode(block.body, validate=True)
    except binascii.Error as error:
        raise Undecodable(f"the block is not base64: {error}") from error
    if block.label in _PKCS7_LABELS:
        return _from_pkcs7(der)
    if block.label == "TRUSTED CERTIFICATE":
        der = _first_element(der)
    return (decode_once(der),)


def _decode_binary(data: bytes, most: int) -> Bundle:
    try:
        certificates: tuple[Certificate, ...] = (decode_once(data),)
    except Undecodable as refused:
        try:
            certificates = _from_pkcs7(data)
        except Undecodable:
            return Bundle((), (Problem("unreadable", "", _not_certificates(data, refused)),), damaged=True)
    kept = certificates[:most]
    problems = () if len(kept) == len(certificates) else (Problem("unreadable", "", f"more than {most} certificates"),)
    found = tuple(FoundCertificate(certificate, position, None) for position, certificate in enumerate(kept, start=1))
    return Bundle(found, problems, damaged=bool(problems))


def _not_certificates(data: bytes, refused: Undecodable) -> str:
    if data[:1] == b"\x30":
        return refused.reason
    start = data[:40].decode("ascii", "replace").split("\n")[0]
    return f'expected PEM, DER or PKCS#7, found a file that begins with "{start}"'


def _from_pkcs7(der: bytes) -> tuple[Certificate, ...]:
    try:
        parsed = pkcs7.load_der_pkcs7_certificates(der)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Undecodable(f"not PKCS#7 with certificates: {error}") from error
    found = [decode_once(certificate.public_bytes(Encoding.DER)) for certificate in parsed]
    # PKCS#7 holds a set: the one that issued none of the others comes first, as in the other forms.
    return tuple(sorted(found, key=lambda one: any(one.subject == other.issuer for other in found if other is not one)))


def _first_element(der: bytes) -> bytes:
    """The first DER element; OpenSSL's TRUSTED CERTIFICATE has its own data after the certificate."""
    if len(der) < 4 or der[1] != 0x82:
        return der
    return der[: 4 + int.from_bytes(der[2:4], "big")]
