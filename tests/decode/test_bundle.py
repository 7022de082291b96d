"""Files of certificates: PEM, DER, PKCS#7, damaged in part or in whole."""

from __future__ import annotations

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates

from mcuaudit.decode.bundle import decode_bundle


@pytest.fixture(scope="module")
def certificates() -> list[x509.Certificate]:
    authority = trustme.CA()
    issued = authority.issue_cert("mcu.example.com")
    pems = [issued.cert_chain_pems[0].bytes(), authority.cert_pem.bytes()]
    return [x509.load_pem_x509_certificate(pem) for pem in pems]


@pytest.fixture(scope="module")
def pem(certificates: list[x509.Certificate]) -> bytes:
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def test_pem_gives_each_certificate_with_position_and_line(pem: bytes, certificates: list[x509.Certificate]) -> None:
    bundle = decode_bundle(b"a comment\n" + pem, most=10)
    assert [found.certificate.der for found in bundle.certificates] == [
        certificate.public_bytes(Encoding.DER) for certificate in certificates
    ]
    assert [found.position for found in bundle.certificates] == [1, 2]
    assert bundle.certificates[0].line == 2
    assert bundle.problems == ()


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_pkcs7_holds_several(encoding: Encoding, certificates: list[x509.Certificate]) -> None:
    bundle = decode_bundle(serialize_certificates(certificates, encoding), most=10)
    assert {found.certificate.der for found in bundle.certificates} == {
        certificate.public_bytes(Encoding.DER) for certificate in certificates
    }


def test_der_holds_one(certificates: list[x509.Certificate]) -> None:
    bundle = decode_bundle(certificates[0].public_bytes(Encoding.DER), most=10)
    assert len(bundle.certificates) == 1
    assert bundle.certificates[0].line is None


def test_windows_line_ends_and_a_byte_order_mark_do_not_matter(pem: bytes) -> None:
    assert len(decode_bundle(b"\xef\xbb\xbf" + pem.replace(b"\n", b"\r\n"), most=10).certificates) == 2


def test_a_block_that_was_cut_is_named_and_the_other_kept(pem: bytes) -> None:
    lines = pem.splitlines(keepends=True)
    del lines[5:9]
    bundle = decode_bundle(b"".join(lines), most=10)
    assert len(bundle.certificates) == 1
    assert bundle.damaged
    (problem,) = bundle.problems
    assert problem.where == "PEM block 1, line 1"
    assert problem.kind == "unreadable"


def test_a_block_without_an_end_is_named(pem: bytes) -> None:
    bundle = decode_bundle(pem[: len(pem) // 2 + 200], most=10)
    assert "-----END CERTIFICATE-----" in bundle.problems[-1].reason
    assert bundle.damaged


def test_a_private_key_is_reported_and_not_kept(pem: bytes) -> None:
    key = trustme.CA().private_key_pem.bytes()
    bundle = decode_bundle(key + pem, most=10)
    assert [problem.kind for problem in bundle.problems] == ["secret"]
    assert len(bundle.certificates) == 2
    assert not bundle.damaged


@pytest.mark.parametrize(
    "data", [b"hello", b"\x30\x03\x01\x01\xff", b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"]
)
def test_other_things_are_damaged_and_named(data: bytes) -> None:
    bundle = decode_bundle(data, most=10)
    assert bundle.certificates == ()
    assert bundle.damaged
    assert bundle.problems[0].reason


def test_an_empty_file_is_an_empty_store_not_a_damaged_one() -> None:
    bundle = decode_bundle(b" \n", most=10)
    assert (bundle.certificates, bundle.problems, bundle.damaged) == ((), (), False)


def test_the_limit_on_certificates_is_said(pem: bytes) -> None:
    bundle = decode_bundle(pem, most=1)
    assert len(bundle.certificates) == 1
    assert bundle.damaged
    assert "more than 1" in bundle.problems[0].reason
