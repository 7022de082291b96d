"""What is checked of a signature before its octets: keys and algorithms that cannot be read, or do not go together."""

from __future__ import annotations

import warnings
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.decode.certificate_parts import signed_parts_of
from mcuaudit.decode.revocation_list import decode_list_once
from mcuaudit.decode.tlv import BadEncodingError
from mcuaudit.pkix import signatures
from mcuaudit.pkix.der import elements, first_element
from mcuaudit.pkix.signatures import SignatureCheck, SignatureMemo, algorithm_fits
from tests.authority import NOW, Authority, assembled, encoded, name, p256_key, rsa_key
from tests.revoking import revocation_list

VALID, INVALID, UNSUPPORTED = SignatureCheck
EC_ROOT = Authority.root("Root", key=p256_key(860))
EC_LEAF = EC_ROOT.leaf("mcu", key=p256_key(861)).record
RSA_ROOT = Authority.root("Root", key=rsa_key())
RSA_LEAF = RSA_ROOT.leaf("mcu", key=p256_key(861)).record
RSA_KEY, PSS_KEY = (bytes.fromhex(f"300b06092a864886f70d0101{word}") for word in ("01", "0a"))
SHA256_WITH_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")


def check(certificate, issuer) -> SignatureCheck:
    return SignatureMemo().check(certificate, issuer)


def check_list(one, issuer) -> SignatureCheck:
    return SignatureMemo().check_list(one, issuer)


def fields_of(issued) -> list[bytes]:
    return [field.whole for field in elements(first_element(issued.certificate.tbs_certificate_bytes).content)]


def with_key(issued, key: bytes):
    """The record of a certificate with another subjectPublicKeyInfo; its own signature does not count."""
    fields = fields_of(issued)
    fields[6] = key
    made = assembled(encoded(0x30, b"".join(fields)), SHA256_WITH_RSA, bytes(256))
    return decode_certificate(made.public_bytes(Encoding.DER))


def only_for_pss():
    """The root with its key marked as one for RSASSA-PSS."""
    _, bits = elements(first_element(fields_of(RSA_ROOT)[6]).content)
    return with_key(RSA_ROOT, encoded(0x30, PSS_KEY + bits.whole))


def pss_leaf():
    builder = (
        x509.CertificateBuilder()
        .subject_name(name("mcu"))
        .issuer_name(RSA_ROOT.certificate.subject)
        .public_key(p256_key(861).public_key())
        .serial_number(9)
        .not_valid_before(NOW.replace(tzinfo=None))
        .not_valid_after(NOW.replace(year=2030, tzinfo=None))
    )
    made = builder.sign(rsa_key(), hashes.SHA256(), rsa_padding=padding.PSS(padding.MGF1(hashes.SHA256()), 20))
    return decode_certificate(made.public_bytes(Encoding.DER))


def test_a_key_for_rsassa_pss_is_named_by_its_identifier_and_fits_its_signatures_alone():
    """As OpenSSL has it: such a key makes no other signatures, while a key of RSA makes both kinds."""
    marked, plain, by_pss = only_for_pss(), RSA_ROOT.record, pss_leaf()
    assert (marked.key_algorithm, marked.key_size) == ("RSASSA-PSS", 2048)
    assert (plain.key_algorithm, plain.key_size) == ("RSA", 2048)
    assert [algorithm_fits(one, marked) for one in (by_pss, RSA_LEAF)] == [True, False]
    assert [algorithm_fits(one, plain) for one in (by_pss, RSA_LEAF)] == [True, True]
    assert algorithm_fits(replace(RSA_LEAF, signature_algorithm="1.2.3"), marked)
    # Without its exponent it cannot be loaded, and is still of that kind.
    broken = with_key(RSA_ROOT, encoded(0x30, PSS_KEY + encoded(0x03, b"\x00" + encoded(0x30, b""))))
    assert (broken.key_algorithm, broken.key_size) == ("RSASSA-PSS", None)


def test_the_words_for_what_a_check_says():
    assert [found.value for found in SignatureCheck] == ["valid", "invalid", "unsupported"]


ODD = [{"unreadable": ("x",)}, {"oddly_encoded": ("x",)}, {"unreadable": ("x",), "oddly_encoded": ("x",)}]


@pytest.mark.parametrize("odd", ODD)
def test_what_the_library_may_refuse_is_checked_by_its_octets(monkeypatch, odd):
    leaves, root = (EC_LEAF, replace(EC_LEAF, **odd)), replace(EC_ROOT.record, **odd)
    assert {check(leaf, issuer) for leaf in leaves for issuer in (EC_ROOT.record, root)} == {VALID}
    forged = EC_ROOT.leaf("mcu", signed_by=p256_key(869)).record
    assert check(replace(forged, **odd), root) is INVALID
    loaded = []
    load = signatures._load
    monkeypatch.setattr(signatures, "_load", lambda der: loaded.append(der) or load(der))
    assert check(leaves[1], root) is VALID
    assert not {root.der, EC_LEAF.der} & set(loaded)
    loaded.clear()
    assert check(EC_LEAF, EC_ROOT.record) is VALID
    assert loaded == [root.der], "the octets of the certificate itself are enough"


@pytest.mark.parametrize("odd", [{}, {"oddly_encoded": ("x",)}])
def test_a_key_for_rsassa_pss_signs_nothing_else(odd):
    marked = replace(only_for_pss(), **odd)
    by_pss = pss_leaf()
    assert (check(by_pss, marked), check(RSA_LEAF, marked)) == (VALID, INVALID)
    plain = replace(RSA_ROOT.record, **odd)
    assert (check(by_pss, plain), check(RSA_LEAF, plain)) == (VALID, VALID)
    memo = SignatureMemo()
    assert {memo.check(RSA_LEAF, replace(one, public_key_sha256="0")) for one in (marked, plain)} == {VALID, INVALID}
    assert len(memo) == 2, "the same key with fewer uses is another one"


def test_a_key_that_signs_nothing_or_cannot_be_read_is_not_supported():
    exchange = x25519.X25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    other = with_key(EC_ROOT, exchange.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    unread = replace(EC_ROOT.record, der=b"\x30\x00", unreadable=("x",))
    one = decode_list_once(revocation_list(EC_ROOT))
    for issuer in (other, unread):
        assert (check(EC_LEAF, issuer), check_list(one, issuer)) == (UNSUPPORTED, UNSUPPORTED)


def test_a_certificate_whose_algorithm_is_not_known_is_not_supported():
    unknown = bytes.fromhex("300506032a0304")
    fields = fields_of(EC_ROOT.leaf("mcu"))
    fields[2] = unknown
    record = decode_certificate(assembled(encoded(0x30, b"".join(fields)), unknown, b"0").public_bytes(Encoding.DER))
    assert check(record, EC_ROOT.record) is UNSUPPORTED
    assert check(replace(record, unreadable=("x",)), EC_ROOT.record) is UNSUPPORTED


# Lists


def test_the_signature_of_a_list():
    one = decode_list_once(revocation_list(EC_ROOT))
    assert check_list(one, EC_ROOT.record) is VALID
    assert check_list(one, Authority.root("Root", key=p256_key(868)).record) is INVALID
    other = bytes.fromhex("300a06082a8648ce3d040303")
    unknown = bytes.fromhex("300506032a0304")
    for fields, expected in (
        ({"signature": b""}, INVALID),
        ({"signature": b"0"}, INVALID),
        ({"inner_algorithm": other}, INVALID),
        ({"outer_algorithm": other}, INVALID),
        ({"inner_algorithm": unknown, "outer_algorithm": unknown}, UNSUPPORTED),
        ({"inner_algorithm": unknown, "outer_algorithm": unknown, "signature": b""}, INVALID),
        ({"inner_algorithm": b"0", "outer_algorithm": b"0"}, UNSUPPORTED),
        ({"to_be_signed": one.to_be_signed + b"0"}, INVALID),
    ):
        assert check_list(replace(one, **fields), EC_ROOT.record) is expected


def test_a_list_by_a_key_for_rsassa_pss():
    one = decode_list_once(revocation_list(RSA_ROOT))
    assert (check_list(one, RSA_ROOT.record), check_list(one, only_for_pss())) == (VALID, INVALID)
    found = elements(first_element(pss_leaf().der).content)
    signed, algorithm, bits = (part for part in found)
    fields = {
        "to_be_signed": signed.whole, "inner_algorithm": algorithm.whole, "outer_algorithm": algorithm.whole,
        "signature": bits.content[1:],
    }  # fmt: skip
    by_pss = replace(one, **fields)
    assert (check_list(by_pss, RSA_ROOT.record), check_list(by_pss, only_for_pss())) == (VALID, VALID)


def test_a_check_gives_no_warning():
    """The library warns of a serial number of 0."""
    zero = EC_ROOT.leaf("mcu", serial=0).record
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check(zero, EC_ROOT.record) is VALID


def test_one_memo_counts_what_it_checked():
    memo, one = SignatureMemo(), decode_list_once(revocation_list(EC_ROOT))
    assert len(memo) == 0
    for _ in range(2):
        memo.check(EC_LEAF, EC_ROOT.record)
        memo.check_list(one, EC_ROOT.record)
        assert len(memo) == 2


FITS = [
    ("rsassaPss", "RSA"), ("sha256WithRSAEncryption", "RSA"), ("md5WithRSAEncryption", "RSA"),
    ("ecdsa-with-SHA256", "EC"), ("dsa-with-sha256", "DSA"), ("ED25519", "Ed25519"), ("ED448", "Ed448"),
]  # fmt: skip


@pytest.mark.parametrize(("algorithm", "key"), FITS)
def test_an_algorithm_goes_with_one_kind_of_key(algorithm, key):
    signed = replace(EC_LEAF, signature_algorithm=algorithm)
    for kind in ("RSA", "EC", "DSA", "Ed25519", "Ed448", "1.2.3"):
        assert algorithm_fits(signed, replace(EC_ROOT.record, key_algorithm=kind)) is (kind in (key, "1.2.3"))
        for unknown in ("1.2.3", "xyz", "rsa.1"):
            other = replace(EC_LEAF, signature_algorithm=unknown)
            assert algorithm_fits(other, replace(EC_ROOT.record, key_algorithm=kind))


@pytest.mark.parametrize("odd", [{}, *ODD[:1]])
@pytest.mark.parametrize("version", [1, 3])
def test_the_two_algorithms_of_a_certificate_are_compared(version, odd):
    fields = fields_of(EC_ROOT.leaf("mcu", version=version))
    place = 1 if version == 1 else 2
    algorithm, other = fields[place], fields[place][:-1] + b"\x03"
    for inner, outer, found in (
        (algorithm, algorithm, VALID),
        (other, algorithm, INVALID),
        (algorithm, other, INVALID),
    ):
        fields[place] = inner
        signed = encoded(0x30, b"".join(fields))
        digest = hashes.SHA256() if outer == algorithm else hashes.SHA384()
        signature = EC_ROOT.key.sign(signed, ec.ECDSA(digest))
        record = decode_certificate(assembled(signed, outer, signature).public_bytes(Encoding.DER))
        assert check(replace(record, **odd), EC_ROOT.record) is found


def test_the_parts_of_a_signature_are_those_that_a_patient_reader_finds():
    for issued in (EC_ROOT, RSA_ROOT, EC_ROOT.leaf("mcu", version=1), RSA_ROOT.leaf("mcu", serial=2**150)):
        parts = signed_parts_of(issued.der, der=True)
        assert parts == signed_parts_of(issued.der, der=False)
        made = issued.certificate
        assert (parts.to_be_signed, parts.signature) == (made.tbs_certificate_bytes, made.signature)
    for end in range(40):
        with pytest.raises(BadEncodingError):
            signed_parts_of(EC_ROOT.der[:end], der=True)
