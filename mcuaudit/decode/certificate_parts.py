"""The parts of a certificate as they are encoded, without a look into them (RFC 5280, section 4.1)."""

from __future__ import annotations

from typing import NamedTuple

from mcuaudit.decode.tlv import (
    BIT_STRING,
    EXPLICIT_0,
    EXPLICIT_3,
    INTEGER,
    SEQUENCE,
    BadEncodingError,
    Tlv,
    children,
    encoded,
    only,
)

# An Ed25519 key of zeros: a certificate that is made to be read, never to be verified, needs some key.
_ANY_KEY = bytes.fromhex("302a300506032b6570032100") + bytes(32)
_ANY_ALGORITHM = bytes.fromhex("300506032b6570")
_ANY_VALIDITY = bytes.fromhex("301e170d3236303130313030303030305a170d3236303130313030303030305a")


class Parts(NamedTuple):
    """The fields of a certificate; `extensions` are the elements after the key; one of them has the extensions."""

    to_be_signed: bytes
    version: Tlv | None
    serial: Tlv
    algorithm: Tlv
    issuer: Tlv
    validity: Tlv
    subject: Tlv
    key: Tlv
    extensions: tuple[Tlv, ...]
    outer_algorithm: Tlv
    signature: bytes
    whole_octets: bool
    """The signature consists of whole octets, as every signature does."""


def parts_of(certificate: bytes) -> Parts:
    """The fields of a certificate in BER or DER.

    Raises:
        BadEncodingError: it does not have the fields of a certificate.
    """
    fields = children(only(certificate, SEQUENCE))
    if [field.tag for field in fields] != [SEQUENCE, SEQUENCE, BIT_STRING]:
        raise BadEncodingError("does not have the three parts of a certificate")
    to_be_signed, algorithm, signature = fields
    inner = children(to_be_signed)
    version = inner.pop(0) if inner and inner[0].tag == EXPLICIT_0 else None
    if [field.tag for field in inner[:6]] != [INTEGER, *[SEQUENCE] * 5]:
        raise BadEncodingError("does not have the fields of a certificate")
    serial, inner_algorithm, issuer, validity, subject, key = inner[:6]
    return Parts(
        to_be_signed.whole, version, serial, inner_algorithm, issuer, validity, subject, key, tuple(inner[6:]),
        algorithm, signature.content[1:], signature.content[:1] == b"\0",
    )  # fmt: skip


class SignedParts(NamedTuple):
    """What the signature of a certificate is about, the two fields with its algorithm, and the signature."""

    to_be_signed: bytes
    algorithm: bytes
    outer_algorithm: bytes
    signature: bytes


def signed_parts_of(certificate: bytes, *, der: bool) -> SignedParts:
    """The parts of a certificate that concern its signature, as they are encoded.

    Args:
        certificate: the octets.
        der: a library has read them as DER, so that nothing needs to be checked, which takes a tenth of the time.

    Raises:
        BadEncodingError: it does not have the fields of a certificate.
    """
    if not der:
        parts = parts_of(certificate)
        return SignedParts(parts.to_be_signed, parts.algorithm.whole, parts.outer_algorithm.whole, parts.signature)
    try:
        start, _ = _extent(certificate, 0)
        inside, outer = _extent(certificate, start)
        if certificate[inside] == EXPLICIT_0:
            _, inside = _extent(certificate, inside)
        _, inner = _extent(certificate, inside)
        _, end_of_inner = _extent(certificate, inner)
        _, bits = _extent(certificate, outer)
        signature, end = _extent(certificate, bits)
    except IndexError as error:
        raise BadEncodingError("does not have the fields of a certificate") from error
    return SignedParts(
        certificate[start:outer], certificate[inner:end_of_inner], certificate[outer:bits],
        certificate[signature + 1 : end],
    )  # fmt: skip


def _extent(data: bytes, position: int) -> tuple[int, int]:
    """Where the content of the element at `position` begins and ends; its tag has one octet."""
    length, start = data[position + 1], position + 2
    if length & 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    return start, start + length


def stand_in(*, extension: bytes = b"", name: bytes = b"", algorithm: bytes = _ANY_ALGORITHM) -> bytes:
    """A small certificate with one field of another, for a library that reads only whole certificates."""
    extensions = encoded(EXPLICIT_3, encoded(SEQUENCE, extension)) if extension else b""
    nobody = encoded(SEQUENCE, b"")
    fields = algorithm + nobody + _ANY_VALIDITY + (name or nobody) + _ANY_KEY + extensions
    inner = b"\xa0\x03\x02\x01\x02\x02\x01\x01" + fields
    return encoded(SEQUENCE, encoded(SEQUENCE, inner) + algorithm + encoded(BIT_STRING, bytes(65)))
