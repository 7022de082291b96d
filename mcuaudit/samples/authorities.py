"""Certificates of a made fleet: CAs, whose keys nothing keeps, and end entities without a private key.

A public key of an end entity is random octets in the form of an RSA key. Nothing is signed with it, so there is no
private half to make, which would take most of the time, or to leave behind.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SERVER: Final = ExtendedKeyUsageOID.SERVER_AUTH
CLIENT: Final = ExtendedKeyUsageOID.CLIENT_AUTH
_ORGANIZATION: Final = "Example Fleet"
_SERIAL_BITS: Final = 120


class MadeAuthority:
    """A CA of a made fleet: a root, or one below `issuer`."""

    def __init__(
        self, common_name: str, numbers: random.Random, since: datetime, until: datetime,
        issuer: MadeAuthority | None = None,
    ) -> None:  # fmt: skip
        """Its serial number, and the keys and serial numbers of all that it issues, follow from `numbers`."""
        self._numbers = numbers
        self._key = rsa.generate_private_key(65537, 2048)
        self._name = _name(common_name)
        signer = issuer or self
        self._identifier = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        builder = _builder(numbers, self._name, signer._name, self._key.public_key(), since, until)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        builder = builder.add_extension(key_usage(of_ca=True), True).add_extension(self._identifier, False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(signer._identifier), False
        )
        self.pem = builder.sign(signer._key, SHA256()).public_bytes(Encoding.PEM)

    def issue(
        self,
        common_name: str,
        *,
        since: datetime,
        until: datetime,
        names: Sequence[str] = (),
        purposes: Sequence[x509.ObjectIdentifier] = (SERVER, CLIENT),
        bits: int = 2048,
    ) -> bytes:
        """A certificate in PEM; `names` are the entries of its subjectAltName: dns:name, uri:sip:name, ip:address."""
        builder = _builder(self._numbers, _name(common_name), self._name, self._public_key(bits), since, until)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        builder = builder.add_extension(key_usage(of_ca=False), True)
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(self._identifier), False
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(list(map(general_name, names))), False)
        return builder.sign(self._key, SHA256()).public_bytes(Encoding.PEM)

    def _public_key(self, bits: int) -> rsa.RSAPublicKey:
        modulus = self._numbers.getrandbits(bits) | 1 << (bits - 1) | 1
        return rsa.RSAPublicNumbers(65537, modulus).public_key()


def shipped_certificate(numbers: random.Random, since: datetime) -> bytes:
    """A self-signed certificate with a weak key and the name of no device, as a device has it at first."""
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - that is its fault
    name = _name("telepresence-mcu")
    builder = _builder(numbers, name, name, key.public_key(), since, since + timedelta(days=7300))
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)


def _builder(
    numbers: random.Random, subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey,
    since: datetime, until: datetime,
) -> x509.CertificateBuilder:  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(numbers.getrandbits(_SERIAL_BITS) + 1)
        .not_valid_before(since)
        .not_valid_after(until)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def general_name(text: str) -> x509.GeneralName:
    """An entry of a subjectAltName from ``dns:…``, ``uri:…`` or ``ip:…``."""
    kind, _, value = text.partition(":")
    if kind == "ip":
        return x509.IPAddress(ip_address(value))
    return {"dns": x509.DNSName, "uri": x509.UniformResourceIdentifier}[kind](value)


def key_usage(*, of_ca: bool) -> x509.KeyUsage:
    """What a key may do: that of a CA signs certificates and lists, another one signs and receives keys."""
    return x509.KeyUsage(
        digital_signature=not of_ca, content_commitment=False, key_encipherment=not of_ca, data_encipherment=False,
        key_agreement=False, key_cert_sign=of_ca, crl_sign=of_ca, encipher_only=False, decipher_only=False,
    )  # fmt: skip
