"""Signatures: each pair of certificate and issuer key is checked once."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.x509.oid import PublicKeyAlgorithmOID, SignatureAlgorithmOID

from mcuaudit.decode.certificate_parts import parts_of, signed_parts_of, stand_in
from mcuaudit.decode.odd_certificate import key_identifier
from mcuaudit.decode.tlv import der_of
from mcuaudit.domain.certificate import RSASSA_PSS, Certificate
from mcuaudit.domain.revocation_list import RevocationList

PublicKey = (
    rsa.RSAPublicKey | ec.EllipticCurvePublicKey | dsa.DSAPublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey
)

# OpenSSL has these limits too: of the modulus, and of the exponent of a long one. All else takes milliseconds.
LARGEST_RSA_KEY = 16_384
_LONG_RSA_KEY = 3_072
_LARGEST_EXPONENT_OF_LONG_KEY = 2**64

_PSS: Final = "rsassaPss"
_KEY_OF_SIGNATURE = {"rsa": "RSA", "sha": "RSA", "md5": "RSA", "ecd": "EC", "dsa": "DSA"}
_REFUSED = (ValueError, TypeError, OverflowError, UnsupportedAlgorithm, InternalError)


class SignatureCheck(StrEnum):
    """The result of a signature check; ``unsupported`` means that mcuaudit cannot check the algorithm or key."""

    VALID = "valid"
    INVALID = "invalid"
    UNSUPPORTED = "unsupported"


class SignatureMemo:
    """A cache of whether an issuer key signed a certificate.

    All algorithms count here, also MD5 and SHA-1; rules report weak ones.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], SignatureCheck] = {}
        self._keys: dict[str, _Key] = {}

    def __len__(self) -> int:
        """The number of signatures that were checked."""
        return len(self._found)

    def check(self, certificate: Certificate, issuer: Certificate) -> SignatureCheck:
        """Whether the key of `issuer` signed `certificate` (RFC 5280, section 6.1.3 (a)(1)); never raises."""
        if certificate.assumed_signer is not None:
            assumed = certificate.assumed_signer == issuer.public_key_sha256
            return SignatureCheck.VALID if assumed else SignatureCheck.INVALID
        return self._once(certificate, issuer, _check)

    def check_list(self, one: RevocationList, issuer: Certificate) -> SignatureCheck:
        """Whether the key of `issuer` signed a revocation list (RFC 5280, section 6.3.3 (g)); never raises."""
        return self._once(one, issuer, _check_list)

    def _once(
        self, signed: Certificate | RevocationList, issuer: Certificate, check: Callable[[Any, _Key], SignatureCheck]
    ) -> SignatureCheck:
        key = self._key(issuer)
        pair = signed.sha256, key.identity
        found = self._found.get(pair)
        if found is None:
            found = self._found[pair] = check(signed, key)
        return found

    def _key(self, issuer: Certificate) -> _Key:
        key = self._keys.get(issuer.sha256)
        if key is None:
            key = self._keys[issuer.sha256] = _key_of(issuer)
        return key


class _Key(NamedTuple):
    identity: str
    public_key: PublicKey | None
    only_for_pss: bool


def algorithm_fits(certificate: Certificate, issuer: Certificate) -> bool:
    """The key of `issuer` can make a signature of the kind of `certificate`.

    OpenSSL skips an issuer with another kind of key. Unknown algorithms fit.
    """
    made_by = _key_kind(certificate.signature_algorithm)
    if issuer.key_algorithm == RSASSA_PSS:
        return made_by is None or certificate.signature_algorithm == _PSS
    return made_by is None or issuer.key_algorithm == made_by or "." in issuer.key_algorithm


def _key_kind(signature_algorithm: str) -> str | None:
    if "." in signature_algorithm:
        return None
    if signature_algorithm in ("ED25519", "ED448"):
        return signature_algorithm.capitalize()
    return _KEY_OF_SIGNATURE.get(signature_algorithm[:3])


class _Signed(NamedTuple):
    """A signature, the octets that it is about, and a certificate with its algorithm."""

    algorithm: x509.Certificate
    signature: bytes
    signed: bytes


@lru_cache(maxsize=256)
def _with_algorithm(algorithm: bytes) -> x509.Certificate:
    return _load(stand_in(algorithm=algorithm))


def _public_key(issuer: Certificate) -> tuple[object, bool]:
    """The key of a certificate, and whether it is for RSASSA-PSS only."""
    if not (issuer.unreadable or issuer.oddly_encoded):
        parsed = _load(issuer.der)
        return parsed.public_key(), parsed.public_key_algorithm_oid == PublicKeyAlgorithmOID.RSASSA_PSS
    key = der_of(parts_of(issuer.der).key.whole)
    return load_der_public_key(key), key_identifier(key) == PublicKeyAlgorithmOID.RSASSA_PSS.dotted_string


def _load(der: bytes) -> x509.Certificate:
    with warnings.catch_warnings():
        # Each load warns of a serial number that is not positive; a rule reports it once.
        warnings.simplefilter("ignore")
        return x509.load_der_x509_certificate(der)


def _key_of(issuer: Certificate) -> _Key:
    try:
        key, only_for_pss = _public_key(issuer)
    except _REFUSED:
        return _Key(issuer.public_key_sha256, None, False)
    if isinstance(key, rsa.RSAPublicKey) and _bounded(key):
        # A key for RSASSA-PSS only has the same numbers with fewer uses (RFC 4055, section 1.2).
        return _Key(f"{issuer.public_key_sha256} {only_for_pss}", key, only_for_pss)
    if isinstance(key, ec.EllipticCurvePublicKey | dsa.DSAPublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        return _Key(issuer.public_key_sha256, key, False)
    return _Key(issuer.public_key_sha256, None, False)


def _bounded(key: rsa.RSAPublicKey) -> bool:
    return key.key_size <= LARGEST_RSA_KEY and (
        key.key_size <= _LONG_RSA_KEY or key.public_numbers().e < _LARGEST_EXPONENT_OF_LONG_KEY
    )


def _check(certificate: Certificate, key: _Key) -> SignatureCheck:
    if key.public_key is None:
        return SignatureCheck.UNSUPPORTED
    try:
        parts = signed_parts_of(certificate.der, der=not (certificate.unreadable or certificate.oddly_encoded))
        if parts.algorithm != parts.outer_algorithm:  # RFC 5280, section 4.1.1.2
            return SignatureCheck.INVALID
        found = _Signed(_with_algorithm(parts.outer_algorithm), parts.signature, parts.to_be_signed)
        if key.only_for_pss and found.algorithm.signature_algorithm_oid != SignatureAlgorithmOID.RSASSA_PSS:
            return SignatureCheck.INVALID
        return _verify(found, key.public_key)
    except InvalidSignature:
        return SignatureCheck.INVALID
    except _REFUSED:
        return SignatureCheck.UNSUPPORTED


def _check_list(one: RevocationList, key: _Key) -> SignatureCheck:
    if key.public_key is None:
        return SignatureCheck.UNSUPPORTED
    if one.inner_algorithm != one.outer_algorithm or not one.signature:
        return SignatureCheck.INVALID
    try:
        found = _Signed(_with_algorithm(one.outer_algorithm), one.signature, one.to_be_signed)
        if key.only_for_pss and found.algorithm.signature_algorithm_oid != SignatureAlgorithmOID.RSASSA_PSS:
            return SignatureCheck.INVALID
        return _verify(found, key.public_key)
    except InvalidSignature:
        return SignatureCheck.INVALID
    except _REFUSED:
        return SignatureCheck.UNSUPPORTED


def _verify(found: _Signed, key: PublicKey) -> SignatureCheck:
    # The `verify` of the public key is used, because the certificate check of cryptography refuses MD5 and SHA-1. For
    # these, signature_algorithm_parameters may be None.
    signature, signed, digest = found.signature, found.signed, found.algorithm.signature_hash_algorithm
    if isinstance(key, rsa.RSAPublicKey) and digest is not None:
        key.verify(signature, signed, _rsa_padding(found.algorithm), digest)
    elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        key.verify(signature, signed)
    elif digest is None or isinstance(key, rsa.RSAPublicKey):
        return SignatureCheck.INVALID
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(digest))
    else:
        key.verify(signature, signed, digest)
    return SignatureCheck.VALID


def _rsa_padding(parsed: x509.Certificate) -> padding.PSS | padding.PKCS1v15:
    parameters = parsed.signature_algorithm_parameters
    return parameters if isinstance(parameters, padding.PSS) else padding.PKCS1v15()
