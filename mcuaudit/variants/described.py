"""A certificate that does not exist yet, as a record: what it would say, with a signature that is taken to be valid."""

from __future__ import annotations

import hashlib
import ipaddress
import warnings
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.decode.certificate_parts import parts_of
from mcuaudit.decode.tlv import BIT_STRING, SEQUENCE, encoded
from mcuaudit.domain.certificate import Certificate
from mcuaudit.errors import UsageError
from mcuaudit.pkix import self_signed
from mcuaudit.variants.authorities import Authorities
from mcuaudit.variants.changes import CertificateDescription
from mcuaudit.variants.draft import Draft
from mcuaudit.variants.of_stores import authority_called

_PURPOSES: Final = {"serverAuth": ExtendedKeyUsageOID.SERVER_AUTH, "clientAuth": ExtendedKeyUsageOID.CLIENT_AUTH}
_ALGORITHMS: Final = {
    "RSA": bytes.fromhex("300d06092a864886f70d01010b0500"),
    "EC": bytes.fromhex("300a06082a8648ce3d040302"),
    "Ed25519": bytes.fromhex("300506032b6570"),
    "Ed448": bytes.fromhex("300506032b6571"),
}
"""By the kind of the issuer's key, the AlgorithmIdentifier of its signatures, with SHA-256 where that is separate."""
_KEY_SIZES: Final = range(1024, 16385)
_LIFETIME: Final = timedelta(days=730)


def described(draft: Draft, wanted: CertificateDescription, at: datetime) -> list[Certificate]:
    """The certificate that is described, and those that are presented with it.

    Raises:
        UsageError: its issuer is not in the export, or something of it cannot be in a certificate.
    """
    authorities = draft.authorities()
    issuer = authority_called(wanted.issuer, authorities) if wanted.issuer else None
    made = _made(wanted, issuer, at)
    return [made, *(_above(issuer, Authorities(draft.fleet, at)) if issuer and wanted.with_chain else ())]


def _above(issuer: Certificate, known: Authorities) -> list[Certificate]:
    """The issuer and the intermediates above it, without a self-signed CA."""
    return [one for one in (issuer, *known.above(issuer)) if not self_signed(one)]


def _made(wanted: CertificateDescription, issuer: Certificate | None, at: datetime) -> Certificate:
    begins = wanted.not_before or at
    ends = wanted.not_after or min(begins + _LIFETIME, issuer.not_after if issuer else begins + _LIFETIME)
    if ends < begins:
        raise UsageError(f"A certificate from {begins:%Y-%m-%d} to {ends:%Y-%m-%d} is never valid; give other dates.")
    if wanted.key_size not in _KEY_SIZES:
        raise UsageError(f"key_size is {wanted.key_size}; expected bits of an RSA key, from 1024 to 16384.")
    algorithm = _ALGORITHMS.get(issuer.key_algorithm if issuer else "RSA")
    if algorithm is None:
        raise UsageError(
            f"The key of {issuer.subject_text if issuer else ''} makes no signatures that can be described."
        )
    seed = hashlib.sha256(repr((wanted, begins, ends, issuer.sha256 if issuer else "")).encode()).digest()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        der = _encoded(wanted, issuer, begins, ends, seed)
    record = decode_certificate(_signed_with(der, algorithm, issuer.subject if issuer else None))
    return replace(record, assumed_signer=issuer.public_key_sha256 if issuer else record.public_key_sha256)


def _encoded(
    wanted: CertificateDescription, issuer: Certificate | None, begins: datetime, ends: datetime, seed: bytes
) -> bytes:
    """The certificate with another signature, which is replaced."""
    try:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wanted.common_name)] if wanted.common_name else [])
        key = rsa.RSAPublicNumbers(65537, _modulus(seed, wanted.key_size)).public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key)
            .serial_number(int.from_bytes(seed[:16], "big") | 1)
            .not_valid_before(begins.replace(microsecond=0))
            .not_valid_after(ends.replace(microsecond=0))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(_key_usage(), critical=True)
        )
        names = _names(wanted)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=not wanted.common_name)
        if wanted.purposes:
            identifiers = [_PURPOSES.get(one) or x509.ObjectIdentifier(one) for one in wanted.purposes]
            builder = builder.add_extension(x509.ExtendedKeyUsage(identifiers), critical=False)
        identifier = issuer.subject_key_identifier if issuer else None
        if identifier:
            builder = builder.add_extension(x509.AuthorityKeyIdentifier(identifier, None, None), critical=False)
        made = builder.sign(ed25519.Ed25519PrivateKey.from_private_bytes(seed), None)
    except (ValueError, TypeError, UnicodeError) as error:
        raise UsageError(f"The described certificate cannot be made: {error}.") from error
    return made.public_bytes(Encoding.DER)


def _names(wanted: CertificateDescription) -> list[x509.GeneralName]:
    return [
        *(x509.DNSName(name) for name in wanted.dns_names),
        *(x509.UniformResourceIdentifier(name) for name in wanted.uris),
        *(x509.IPAddress(ipaddress.ip_address(name)) for name in wanted.ip_addresses),
    ]


def _key_usage() -> x509.KeyUsage:
    others = dict.fromkeys(
        ("content_commitment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
         "decipher_only"), False
    )  # fmt: skip
    return x509.KeyUsage(digital_signature=True, key_encipherment=True, **others)


def _modulus(seed: bytes, size: int) -> int:
    """An odd number of that many bits, whose primes are not known: the key is never used."""
    digits = hashlib.shake_256(seed).digest((size + 7) // 8)
    return (int.from_bytes(digits, "big") >> (-size % 8)) | 1 | 1 << (size - 1)


def _signed_with(der: bytes, algorithm: bytes, issuer: bytes | None) -> bytes:
    """The same certificate with the algorithm and the name of its issuer, and octets in place of a signature."""
    parts = parts_of(der)
    version = parts.version.whole if parts.version else b""
    fields = (
        version, parts.serial.whole, algorithm, issuer or parts.issuer.whole, parts.validity.whole, parts.subject.whole,
        parts.key.whole, *(one.whole for one in parts.extensions),
    )  # fmt: skip
    to_be_signed = encoded(SEQUENCE, b"".join(fields))
    return encoded(SEQUENCE, to_be_signed + algorithm + encoded(BIT_STRING, bytes(257)))
