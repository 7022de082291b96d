"""A18: RSA of 2048 to 4096 bits with SHA-2 is assumed supported; the signature on an anchor does not count."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import Certificate
from cryptography.x509.oid import SignatureAlgorithmOID as Signature

_SHA2 = (Signature.RSA_WITH_SHA224, Signature.RSA_WITH_SHA256, Signature.RSA_WITH_SHA384, Signature.RSA_WITH_SHA512)


def all_supported(path: tuple[Certificate, ...]) -> bool:
    """Every key of the path, and every signature but the one of the anchor on itself."""
    return all(_key(one) for one in path) and all(one.signature_algorithm_oid in _SHA2 for one in path[:-1])


def _key(certificate: Certificate) -> bool:
    key = certificate.public_key()
    return isinstance(key, RSAPublicKey) and key.key_size <= 4096
