"""Signatures of every kind, each checked once."""

from __future__ import annotations

import hashlib
import time
from functools import lru_cache
from math import prod

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.pkix import SignatureCheck, SignatureMemo, validate
from mcuaudit.pkix.der import elements, first_element
from tests.authority import NOW, Authority, assembled, dsa_key, encoded, name, p256_key, rsa_key

SHA256_WITH_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")
DIGEST_INFO_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")


@pytest.mark.parametrize(
    "key",
    [
        rsa_key(),
        dsa_key(),
        p256_key(620),
        ec.derive_private_key(621, ec.SECP384R1()),
        ec.derive_private_key(622, ec.SECP521R1()),
        ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)),
        ed448.Ed448PrivateKey.from_private_bytes(bytes(57)),
    ],
    ids=lambda key: type(key).__name__,
)
def test_each_kind_of_key_signs_and_another_does_not(key):
    root, other = Authority.root("Root", key=key), Authority.root("Root", key=p256_key(623))
    mcu, memo = root.leaf("mcu").record, SignatureMemo()
    assert memo.check(mcu, root.record) is SignatureCheck.VALID
    assert memo.check(mcu, other.record) is SignatureCheck.INVALID
    forged = root.leaf("mcu", signed_by=p256_key(624)).record
    assert memo.check(forged, root.record) is SignatureCheck.INVALID


@pytest.mark.parametrize("digest", ["md5", "sha1"])
def test_old_digests_are_checked_too(digest):
    root, memo = Authority.root("Root", key=rsa_key()), SignatureMemo()
    assert memo.check(root.leaf("mcu", digest=digest).record, root.record) is SignatureCheck.VALID
    forged = root.leaf("mcu", digest=digest, signed_by=rsa_key(1)).record
    assert memo.check(forged, root.record) is SignatureCheck.INVALID


@pytest.mark.parametrize("salt", [0, 20, 32])
def test_rsassa_pss(salt):
    root = Authority.root("Root", key=rsa_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(name("mcu"))
        .issuer_name(root.certificate.subject)
        .public_key(p256_key(625).public_key())
        .serial_number(9)
        .not_valid_before(NOW.replace(tzinfo=None))
        .not_valid_after(NOW.replace(year=2030, tzinfo=None))
    )
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), salt)
    made = builder.sign(rsa_key(), hashes.SHA256(), rsa_padding=pss)
    record = decode_certificate(made.public_bytes(Encoding.DER))
    assert SignatureMemo().check(record, root.record) is SignatureCheck.VALID
    assert SignatureMemo().check(record, Authority.root("Root", key=rsa_key(1)).record) is SignatureCheck.INVALID


def test_a_pair_is_checked_once_and_by_its_key():
    root = Authority.root("Root")
    again = Authority.root("Root", key=root.key)
    memo, mcu = SignatureMemo(), root.leaf("mcu").record
    for issuer in (root, again, root):
        assert memo.check(mcu, issuer.record) is SignatureCheck.VALID
    assert len(memo) == 1


def test_two_signature_algorithms_that_differ_make_the_signature_bad():
    """The signature is right by the outer field; the signed one names another algorithm."""
    root = Authority.root("Root", key=rsa_key())
    signed = root.leaf("mcu").certificate.tbs_certificate_bytes
    fields = [field.whole for field in elements(first_element(signed).content)]
    same, other = SHA256_WITH_RSA, bytes.fromhex("300d06092a864886f70d01010c0500")
    for inner, expected in ((same, SignatureCheck.VALID), (other, SignatureCheck.INVALID)):
        to_be_signed = encoded(0x30, b"".join((*fields[:2], inner, *fields[3:])))
        signature = rsa_key().sign(to_be_signed, padding.PKCS1v15(), hashes.SHA256())
        record = decode_certificate(assembled(to_be_signed, same, signature).public_bytes(Encoding.DER))
        assert SignatureMemo().check(record, root.record) is expected


def test_a_changed_byte_is_noticed():
    root = Authority.root("Root")
    der = bytearray(root.leaf("mcu").der)
    der[der.index(b"mcu")] ^= 1
    found = validate(bytes(der), anchors=[root.der], at=NOW)
    assert (found.outcome, found.openssl_error) == (Outcome.FAIL, 7)


@lru_cache
def _primes() -> list[int]:
    """Sixteen primes whose product has 16,384 bits: RSA works with any number of them."""
    numbers = [rsa_key(number + 10).private_numbers() for number in range(8)]
    return [prime for number in numbers for prime in (number.p, number.q)]


def _raised_to_the_private_exponent(value: int) -> int:
    """The RSA signature of `value`, prime by prime, put together by the Chinese remainder theorem."""
    modulus, result = 1, 0
    for prime in _primes():
        remainder = pow(value, pow(65537, -1, prime - 1), prime)
        result += modulus * ((remainder - result) * pow(modulus, -1, prime) % prime)
        modulus *= prime
    return result


def test_an_rsa_key_of_16384_bits_takes_bounded_time():
    modulus = prod(_primes())
    key = rsa.RSAPublicNumbers(65537, modulus).public_key()
    assert key.key_size > 16_300
    root = Authority.root("Root")
    large = _with_public_key(root.intermediate("Large CA", key_identifiers=False), key, root)
    mcu = _signed_by_hand(Authority.root("Large CA", key_identifiers=False).leaf("mcu"), modulus)
    started = time.perf_counter()
    found = validate(mcu, presented=[large], anchors=[root.der], at=NOW)
    forged = validate(mcu[:-1] + bytes([mcu[-1] ^ 1]), presented=[large], anchors=[root.der], at=NOW)
    assert time.perf_counter() - started < 2
    assert found.outcome == Outcome.PASS, found.reason
    assert forged.openssl_error == 7


def _with_public_key(made, key, issuer) -> bytes:
    builder = x509.CertificateBuilder(
        issuer_name=made.certificate.issuer,
        subject_name=made.certificate.subject,
        public_key=key,
        serial_number=4,
        not_valid_before=made.certificate.not_valid_before_utc.replace(tzinfo=None),
        not_valid_after=made.certificate.not_valid_after_utc.replace(tzinfo=None),
        extensions=list(made.certificate.extensions),
    )
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _signed_by_hand(made, modulus: int) -> bytes:
    fields = [field.whole for field in elements(first_element(made.certificate.tbs_certificate_bytes).content)]
    fields[2] = SHA256_WITH_RSA
    to_be_signed = encoded(0x30, b"".join(fields))
    size = (modulus.bit_length() + 7) // 8
    info = DIGEST_INFO_SHA256 + hashlib.sha256(to_be_signed).digest()
    padded = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    signature = _raised_to_the_private_exponent(int.from_bytes(padded, "big")).to_bytes(size, "big")
    return assembled(to_be_signed, SHA256_WITH_RSA, signature).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("bits", "exponent", "found"),
    [
        (3072, 2**64 + 1, SignatureCheck.INVALID),
        (3073, 2**64 - 1, SignatureCheck.INVALID),
        (3073, 2**64 + 1, SignatureCheck.UNSUPPORTED),
        (16_384, 65537, SignatureCheck.INVALID),
        (16_385, 65537, SignatureCheck.UNSUPPORTED),
    ],
)
def test_keys_beyond_what_openssl_takes_are_not_tried(bits, exponent, found):
    """The modulus is any odd number of so many bits: nobody signs with it."""
    modulus = 2 ** (bits - 1) + 2 ** (bits // 2) + 1
    key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    root = Authority.root("Root")
    large = decode_certificate(_with_public_key(root.intermediate("Large CA"), key, root))
    leaf = Authority.root("Large CA", key=rsa_key()).leaf("mcu").record
    assert SignatureMemo().check(leaf, large) is found
