"""The parts of a certificate as they are encoded, and small certificates made of one of them."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519

from mcuaudit.decode.certificate_parts import parts_of, stand_in
from mcuaudit.decode.tlv import BIT_STRING, EXPLICIT_0, INTEGER, SEQUENCE, BadEncodingError, Tlv, encoded
from tests.authority import Authority, name

ROOT = Authority.root("Root", key=ed25519.Ed25519PrivateKey.from_private_bytes(bytes([8] * 32)), serial=1001)


def tlv(tag: int, content: bytes) -> Tlv:
    return Tlv(tag, content, encoded(tag, content))


VERSION, SERIAL = tlv(EXPLICIT_0, b"\x02\x01\x02"), tlv(INTEGER, b"\x05")
ALGORITHM, ISSUER, VALIDITY, SUBJECT, KEY = (tlv(SEQUENCE, bytes([5, 0] * number)) for number in range(1, 6))
OUTER, EXTENSIONS = tlv(SEQUENCE, b"\x01\x01\xff"), tlv(0xA3, b"\x30\x00")
FIELDS = (SERIAL, ALGORITHM, ISSUER, VALIDITY, SUBJECT, KEY)


def made(*inner: Tlv, signature: bytes = b"\0sig", outer: Tlv = OUTER, more: bytes = b"") -> bytes:
    to_be_signed = encoded(SEQUENCE, b"".join(field.whole for field in inner))
    return encoded(SEQUENCE, to_be_signed + outer.whole + encoded(BIT_STRING, signature) + more)


def test_each_field_is_given_as_it_is_encoded() -> None:
    found = parts_of(made(VERSION, *FIELDS, EXTENSIONS))
    assert found.to_be_signed == encoded(SEQUENCE, b"".join(field.whole for field in (VERSION, *FIELDS, EXTENSIONS)))
    assert found[1:] == (VERSION, *FIELDS, (EXTENSIONS,), OUTER, b"sig", True)


def test_a_certificate_of_version_1_has_neither_version_nor_extensions() -> None:
    found = parts_of(made(*FIELDS))
    assert (found.version, found.serial, found.key, found.extensions) == (None, SERIAL, KEY, ())


@pytest.mark.parametrize(
    ("signature", "octets", "whole"), [(b"\0sig", b"sig", True), (b"\x01sig", b"sig", False), (b"", b"", False)]
)
def test_a_signature_that_is_not_of_whole_octets_is_known(signature: bytes, octets: bytes, whole: bool) -> None:
    found = parts_of(made(*FIELDS, signature=signature))
    assert (found.signature, found.whole_octets) == (octets, whole)


@pytest.mark.parametrize("fields", [(), (VERSION,), FIELDS[:5], FIELDS[1:], (SERIAL, VERSION, *FIELDS[1:]),
                                    (*FIELDS[:5], SERIAL), (SERIAL, *FIELDS)])  # fmt: skip
def test_other_fields_are_those_of_no_certificate(fields: tuple[Tlv, ...]) -> None:
    with pytest.raises(BadEncodingError, match=r"^does not have the fields of a certificate$"):
        parts_of(made(*fields))


@pytest.mark.parametrize("data", [encoded(SEQUENCE, b""), made(*FIELDS, more=b"\x05\0"), made(*FIELDS, outer=SERIAL)])
def test_other_parts_are_those_of_no_certificate(data: bytes) -> None:
    with pytest.raises(BadEncodingError, match=r"^does not have the three parts of a certificate$"):
        parts_of(data)


def test_another_element_and_more_than_one_are_no_certificate() -> None:
    with pytest.raises(BadEncodingError, match=r"^has an element of the wrong type$"):
        parts_of(encoded(0x31, b""))
    with pytest.raises(BadEncodingError, match=r"^is followed by other octets$"):
        parts_of(made(*FIELDS) + b"\0")


def test_a_stand_in_has_the_subject_that_is_asked_for() -> None:
    made_for = x509.load_der_x509_certificate(stand_in(name=name("Root").public_bytes()))
    assert made_for.subject == name("Root")
    assert (made_for.issuer.rfc4514_string(), made_for.version, made_for.serial_number) == ("", x509.Version.v3, 1)
    assert made_for.signature_algorithm_oid.dotted_string == "1.3.101.112"
    assert list(made_for.extensions) == []


def test_a_stand_in_has_the_extension_that_is_asked_for() -> None:
    constraints = bytes.fromhex("300f0603551d130101ff040530030101ff")
    found = x509.load_der_x509_certificate(stand_in(extension=constraints))
    assert [one.value for one in found.extensions] == [x509.BasicConstraints(ca=True, path_length=None)]
    assert found.subject.rfc4514_string() == ""


def test_a_stand_in_has_the_algorithm_that_is_asked_for_in_both_places() -> None:
    sha256_with_rsa = bytes.fromhex("300d06092a864886f70d01010b0500")
    found = x509.load_der_x509_certificate(stand_in(algorithm=sha256_with_rsa))
    assert found.signature_algorithm_oid.dotted_string == "1.2.840.113549.1.1.11"
    assert stand_in(algorithm=sha256_with_rsa).count(sha256_with_rsa) == 2


def test_a_stand_in_is_a_whole_certificate() -> None:
    found = parts_of(stand_in())
    assert (found.extensions, found.signature, found.whole_octets) == ((), bytes(64), True)
    assert found.key.whole == bytes.fromhex("302a300506032b6570032100") + bytes(32)
    assert found.serial.content == b"\x01"
