"""Certificates from recipes: the same recipe gives the same certificate, from a few keys."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from tests.oracles.law.description import AT

PURPOSES = {
    "serverAuth": ExtendedKeyUsageOID.SERVER_AUTH,
    "clientAuth": ExtendedKeyUsageOID.CLIENT_AUTH,
    "any": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    "codeSigning": ExtendedKeyUsageOID.CODE_SIGNING,
    "sipDomain": ObjectIdentifier("1.3.6.1.5.5.7.3.20"),
}
BEFORE, AFTER = AT - timedelta(days=300), AT + timedelta(days=300)


@dataclass(frozen=True)
class Recipe:
    """What goes into a certificate; `issuer` None signs itself."""

    names: tuple[str, ...]
    issuer: Recipe | None = None
    key: str = "rsa0"
    ca: bool | None = False
    san: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None
    before: datetime = BEFORE
    after: datetime = AFTER
    path_length: int | None = None
    permitted: tuple[str, ...] = ()
    explicit_policy: int | None = None
    pss: bool = False


@lru_cache
def key_of(name: str) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    """A key of the pool."""
    if name.startswith("rsa"):
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1())


@cache
def made(recipe: Recipe) -> x509.Certificate:
    """The certificate of a recipe."""
    issuer = recipe.issuer or recipe
    key, signer = key_of(recipe.key), key_of(issuer.key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(recipe.names))
        .issuer_name(_name(issuer.names))
        .public_key(key.public_key())
        .serial_number(1 + int.from_bytes(sha256(repr(recipe).encode()).digest()[:8]))
        .not_valid_before(recipe.before)
        .not_valid_after(recipe.after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    for extension, critical in _extensions(recipe):
        builder = builder.add_extension(extension, critical=critical)
    if recipe.pss and isinstance(signer, rsa.RSAPrivateKey):
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        return builder.sign(signer, hashes.SHA256(), rsa_padding=scheme)
    return builder.sign(signer, hashes.SHA256())


def _extensions(recipe: Recipe) -> list[tuple[x509.ExtensionType, bool]]:
    found: list[tuple[x509.ExtensionType, bool]] = []
    if recipe.ca is not None:
        found.append((x509.BasicConstraints(recipe.ca, recipe.path_length if recipe.ca else None), True))
    if recipe.ca:
        found.append((_key_usage(signs_certificates=True), True))
    if recipe.san is not None:
        found.append((x509.SubjectAlternativeName([general_name(text) for text in recipe.san]), False))
    if recipe.purposes is not None:
        found.append((x509.ExtendedKeyUsage([PURPOSES[name] for name in recipe.purposes]), False))
    if recipe.permitted:
        found.append((x509.NameConstraints([general_name(text) for text in recipe.permitted], None), True))
    if recipe.explicit_policy is not None:
        found.append((x509.PolicyConstraints(recipe.explicit_policy, None), True))
    return found


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip


def general_name(text: str) -> x509.GeneralName:
    """``DNS:…``, ``IP:…``, ``URI:…`` or ``email:…``."""
    kind, _, value = text.partition(":")
    if kind == "DNS":
        return x509.DNSName(value)
    if kind == "IP":
        return x509.IPAddress(ipaddress.ip_address(value))
    return x509.UniformResourceIdentifier(value) if kind == "URI" else x509.RFC822Name(value)


def _name(names: tuple[str, ...]) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example")]
    return x509.Name(attributes + [x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names])


def pem(*certificates: x509.Certificate) -> bytes:
    """PEM of certificates, one after the other."""
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)
