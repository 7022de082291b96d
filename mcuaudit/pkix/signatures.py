"""Who signed what: each pair of certificate and issuer key is checked once and remembered."""

from __future__ import annotations

import warnings
from enum import StrEnum
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.x509.oid import PublicKeyAlgorithmOID, SignatureAlgorithmOID

from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix.der import signature_algorithms_agree

PublicKey = (
    rsa.RSAPublicKey | ec.EllipticCurvePublicKey | dsa.DSAPublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey
)

# OpenSSL refuses longer moduli too, and larger exponents for long ones; what is left takes milliseconds.
LARGEST_RSA_KEY = 16_384
_LONG_RSA_KEY = 3_072
_LARGEST_EXPONENT_OF_LONG_KEY = 2**64

_KEY_OF_SIGNATURE = {"rsa": "RSA", "sha": "RSA", "md5": "RSA", "ecd": "EC", "dsa": "DSA"}
_REFUSED = (ValueError, TypeError, OverflowError, UnsupportedAlgorithm, InternalError)


class SignatureCheck(StrEnum):
    """What a signature check found; ``unsupported`` means that the algorithm or key cannot be handled here."""

    VALID = "valid"
    INVALID = "invalid"
    UNSUPPORTED = "unsupported"


class SignatureMemo:
    """Remembers, for each certificate and issuer key, whether the key signed the certificate.

    All algorithms count here, MD5 and SHA-1 as well: whether they are good enough is for others to say.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], SignatureCheck] = {}
        self._keys: dict[str, _Key] = {}

    def __len__(self) -> int:
        """How many signatures were checked."""
        return len(self._found)

    def check(self, certificate: Certificate, issuer: Certificate) -> SignatureCheck:
        """Whether the key of `issuer` signed `certificate` (RFC 5280, section 6.1.3 (a)(1)); never raises."""
        key = self._keys.get(issuer.sha256)
        if key is None:
            key = self._keys[issuer.sha256] = _key_of(issuer)
        pair = certificate.sha256, key.identity
        found = self._found.get(pair)
        if found is None:
            found = self._found[pair] = _check(certificate, key)
        return found


class _Key(NamedTuple):
    identity: str
    public_key: PublicKey | None
    only_for_pss: bool


def algorithm_fits(certificate: Certificate, issuer: Certificate) -> bool:
    """The signature of `certificate` is of the kind that the key of `issuer` makes.

    OpenSSL skips an issuer for which this does not hold. Unknown algorithms fit.
    """
    made_by = _key_kind(certificate.signature_algorithm)
    return made_by is None or issuer.key_algorithm == made_by or "." in issuer.key_algorithm


def _key_kind(signature_algorithm: str) -> str | None:
    if "." in signature_algorithm:
        return None
    if signature_algorithm in ("ED25519", "ED448"):
        return signature_algorithm.capitalize()
    return _KEY_OF_SIGNATURE.get(signature_algorithm[:3])


def _load(certificate: Certificate) -> x509.Certificate:
    with warnings.catch_warnings():
        # A serial number that is not positive warns at each load; a rule reports it once.
        warnings.simplefilter("ignore")
        return x509.load_der_x509_certificate(certificate.der)


def _key_of(issuer: Certificate) -> _Key:
    try:
        parsed = _load(issuer)
        key = parsed.public_key()
    except _REFUSED:
        return _Key(issuer.public_key_sha256, None, False)
    if isinstance(key, rsa.RSAPublicKey) and _bounded(key):
        # A key that is declared for RSASSA-PSS alone is the same numbers with fewer uses (RFC 4055, section 1.2).
        only_for_pss = parsed.public_key_algorithm_oid == PublicKeyAlgorithmOID.RSASSA_PSS
        return _Key(f"{issuer.public_key_sha256} {only_for_pss}", key, only_for_pss)
    if isinstance(key, ec.EllipticCurvePublicKey | dsa.DSAPublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        return _Key(issuer.public_key_sha256, key, False)
    return _Key(issuer.public_key_sha256, None, False)


def _bounded(key: rsa.RSAPublicKey) -> bool:
    if key.key_size > LARGEST_RSA_KEY:
        return False
    return key.key_size <= _LONG_RSA_KEY or key.public_numbers().e < _LARGEST_EXPONENT_OF_LONG_KEY


def _check(certificate: Certificate, key: _Key) -> SignatureCheck:
    if key.public_key is None:
        return SignatureCheck.UNSUPPORTED
    try:
        if not signature_algorithms_agree(certificate.der):
            return SignatureCheck.INVALID
        parsed = _load(certificate)
        if key.only_for_pss and parsed.signature_algorithm_oid != SignatureAlgorithmOID.RSASSA_PSS:
            return SignatureCheck.INVALID
        return _verify(parsed, key.public_key)
    except InvalidSignature:
        return SignatureCheck.INVALID
    except _REFUSED:
        return SignatureCheck.UNSUPPORTED


def _verify(parsed: x509.Certificate, key: PublicKey) -> SignatureCheck:
    # The public key's own verify is used, because cryptography's check of a certificate refuses MD5 and SHA-1;
    # for these signature_algorithm_parameters may be None too, so only RSASSA-PSS is asked for its parameters.
    signature, signed, digest = parsed.signature, parsed.tbs_certificate_bytes, parsed.signature_hash_algorithm
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        key.verify(signature, signed)
    elif digest is None:
        return SignatureCheck.INVALID
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, _rsa_padding(parsed), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(digest))
    else:
        key.verify(signature, signed, digest)
    return SignatureCheck.VALID


def _rsa_padding(parsed: x509.Certificate) -> padding.PSS | padding.PKCS1v15:
    if parsed.signature_algorithm_oid != SignatureAlgorithmOID.RSASSA_PSS:
        return padding.PKCS1v15()
    parameters = parsed.signature_algorithm_parameters
    if isinstance(parameters, padding.PSS):
        return parameters
    raise UnsupportedAlgorithm("RSASSA-PSS with parameters that are not known")
