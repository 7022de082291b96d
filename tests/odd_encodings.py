"""Certificates with an odd field, made from good ones: the octets are changed, and the whole is signed anew."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from mcuaudit.decode.tlv import EXPLICIT_3, children, only
from tests.authority import Issued, encoded

EXTENSIONS = {
    "subjectKeyIdentifier": "0603551d0e",
    "keyUsage": "0603551d0f",
    "subjectAltName": "0603551d11",
    "issuerAltName": "0603551d12",
    "basicConstraints": "0603551d13",
    "nameConstraints": "0603551d1e",
    "cRLDistributionPoints": "0603551d1f",
    "certificatePolicies": "0603551d20",
    "policyMappings": "0603551d21",
    "authorityKeyIdentifier": "0603551d23",
    "policyConstraints": "0603551d24",
    "extKeyUsage": "0603551d25",
    "freshestCRL": "0603551d2e",
    "inhibitAnyPolicy": "0603551d36",
    "authorityInfoAccess": "06082b06010505070101",
    "signedCertificateTimestampList": "060a2b06010401d679020402",
    "tlsFeature": "06082b06010505070118",
    "nsCertType": "06096086480186f8420101",
}
"""The identifiers of extensions in DER, by name."""

FIELDS = ("version", "serialNumber", "signature", "issuer", "validity", "subject", "subjectPublicKeyInfo")
"""The fields before the extensions, in order."""


def fields_of(der: bytes) -> list[bytes]:
    """The fields of a certificate that are signed, each with its frame; version 3 only."""
    return [field.whole for field in children(children(only(der))[0])]


def extensions_of(der: bytes) -> list[bytes]:
    """The extensions of a certificate, each with its frame."""
    last = children(children(only(der))[0])[-1]
    return [one.whole for one in children(only(last.content))] if last.tag == EXPLICIT_3 else []


def signed(fields: list[bytes], issuer: Issued, algorithm: bytes | None = None) -> bytes:
    """A certificate of these fields, signed by the key of the issuer, whatever the fields say."""
    to_be_signed = encoded(0x30, b"".join(fields))
    if isinstance(issuer.key, rsa.RSAPrivateKey):
        signature = issuer.key.sign(to_be_signed, padding.PKCS1v15(), hashes.SHA256())
    else:
        assert isinstance(issuer.key, ec.EllipticCurvePrivateKey)
        signature = issuer.key.sign(to_be_signed, ec.ECDSA(hashes.SHA256()))
    return encoded(0x30, to_be_signed + (algorithm or fields[2]) + encoded(0x03, b"\0" + signature))


def with_field(der: bytes, issuer: Issued, name: str, field: bytes) -> bytes:
    """The certificate with another field, signed anew."""
    fields = fields_of(der)
    fields[FIELDS.index(name)] = field
    return signed(fields, issuer)


def with_extension(der: bytes, issuer: Issued, name: str, value: bytes, *, critical: bytes = b"") -> bytes:
    """The certificate with another value of an extension, which is added if it is not there, signed anew.

    `critical` are the octets of its flag; without them it is not critical.
    """
    identifier = bytes.fromhex(EXTENSIONS[name])
    made = encoded(0x30, identifier + critical + encoded(0x04, value))
    others = [one for one in extensions_of(der) if identifier not in one[: len(identifier) + 6]]
    return with_extensions(der, issuer, [*others, made])


def with_extensions(der: bytes, issuer: Issued, extensions: list[bytes]) -> bytes:
    """The certificate with other extensions, signed anew."""
    fields = fields_of(der)[:7]
    return signed([*fields, encoded(EXPLICIT_3, encoded(0x30, b"".join(extensions)))], issuer)


def signed_anew(der: bytes, issuer: Issued, change: tuple[bytes, bytes], times: int = -1) -> bytes:
    """The certificate with octets replaced by as many others in its last field, signed anew."""
    fields = fields_of(der)
    assert change[0] in fields[-1]
    fields[-1] = fields[-1].replace(*change, times)
    return signed(fields, issuer)


def value_of(der: bytes, name: str) -> bytes | None:
    """The value of an extension; None if it is not there."""
    identifier = bytes.fromhex(EXTENSIONS[name])
    for one in extensions_of(der):
        kind, *_, value = children(only(one))
        if kind.whole == identifier:
            return value.content
    return None


def pem(*ders: bytes) -> bytes:
    """Certificates in PEM."""
    return b"".join(
        b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n" for der in ders
    )


def shorter(data: bytes) -> Iterator[bytes]:
    """`data` without its last octets."""
    yield from (data[:-1], data[: len(data) // 2])


def pkcs7_of(*members: bytes, lists: bytes = b"") -> bytes:
    """Degenerate SignedData with these members in its set, as AD CS and OpenSSL hand them out; in DER, unsorted.

    `lists` is the field of revocation lists, with its tag.
    """
    data = b"\x02\x01\x01\x31\x00" + encoded(0x30, bytes.fromhex("06092a864886f70d010701"))
    data += encoded(0xA0, b"".join(members)) + lists + b"\x31\x00"
    return encoded(0x30, bytes.fromhex("06092a864886f70d010702") + encoded(0xA0, encoded(0x30, data)))
