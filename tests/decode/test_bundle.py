"""Files of certificates: PEM, DER, PKCS#7, damaged in part or in whole."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates

from mcuaudit.decode.bundle import EMPTY_REASON, NO_CERTIFICATE, NO_CERTIFICATE_OF_PEER, SECRET_REASON, decode_bundle
from mcuaudit.decode.records import Bundle, Problem
from tests.authority import Authority, self_signed


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


@pytest.mark.parametrize("data", [b"", b" \n", b"\xef\xbb\xbf", b"\r\n\x1a", b"\xff\xfe\r\0\n\0"])
def test_an_empty_file_is_damaged_with_one_message(data: bytes) -> None:
    bundle = decode_bundle(data, most=10)
    assert (bundle.certificates, bundle.problems, bundle.damaged) == (
        (),
        (Problem("unreadable", "", EMPTY_REASON),),
        True,
    )


def test_a_file_of_remarks_is_an_empty_store_as_its_message_says() -> None:
    assert "write the line # empty into" in EMPTY_REASON
    bundle = decode_bundle(b"# empty\n", most=10)
    assert (bundle.certificates, bundle.problems, bundle.damaged) == ((), (), False)


def test_the_limit_on_certificates_is_said(pem: bytes) -> None:
    bundle = decode_bundle(pem, most=1)
    assert len(bundle.certificates) == 1
    assert bundle.damaged
    assert "more than 1" in bundle.problems[0].reason


def block(body: bytes, label: str = "CERTIFICATE") -> bytes:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(body).decode()}-----END {label}-----\n".encode()


def ders(bundle: Bundle) -> list[bytes]:
    return [found.certificate.der for found in bundle.certificates]


def test_the_end_entity_is_lost_with_a_first_block_that_cannot_be_read(certificates: list[x509.Certificate]) -> None:
    leaf, authority = (certificate.public_bytes(Encoding.DER) for certificate in certificates)
    bundle = decode_bundle(block(leaf[:-40]) + block(authority), most=10)
    assert (bundle.damaged, bundle.first_lost, bundle.end_entity) == (True, True, None)
    assert ders(bundle) == [authority]


def test_the_end_entity_is_there_if_a_later_block_cannot_be_read(certificates: list[x509.Certificate]) -> None:
    leaf, authority = (certificate.public_bytes(Encoding.DER) for certificate in certificates)
    bundle = decode_bundle(block(leaf) + block(authority[:-40]), most=10)
    assert (bundle.damaged, bundle.first_lost) == (True, False)
    assert bundle.end_entity == bundle.certificates[0]
    assert ders(bundle) == [leaf]


def test_what_is_lost_first_stays_lost_when_a_later_block_is_lost_too(certificates: list[x509.Certificate]) -> None:
    leaf, authority = (certificate.public_bytes(Encoding.DER) for certificate in certificates)
    bundle = decode_bundle(block(leaf[:-40]) + block(authority) + block(leaf[:-40]), most=10)
    assert (bundle.damaged, bundle.first_lost, bundle.end_entity) == (True, True, None)


def test_a_key_or_another_block_before_the_end_entity_is_not_one_that_is_lost(pem: bytes) -> None:
    bundle = decode_bundle(block(b"secret", "RSA PRIVATE KEY") + block(b"x", "DH PARAMETERS") + pem, most=10)
    assert [(one.kind, one.where) for one in bundle.problems] == [
        ("secret", "PEM block 1, line 1"),
        ("unrecognised", "PEM block 2, line 4"),
    ]
    assert bundle.problems[0].reason == SECRET_REASON
    assert "DH PARAMETERS" in bundle.problems[1].reason
    assert (bundle.damaged, bundle.first_lost) == (False, False)
    assert (bundle.certificates[0].position, bundle.certificates[0].line) == (1, 7)


def test_a_file_without_certificates_has_no_end_entity() -> None:
    assert decode_bundle(b"", most=10).end_entity is None
    assert decode_bundle(block(b"x", "DH PARAMETERS"), most=10).end_entity is None


@pytest.mark.parametrize("label", ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"])
def test_every_label_of_a_certificate_is_read(label: str, certificates: list[x509.Certificate]) -> None:
    der = certificates[0].public_bytes(Encoding.DER)
    bundle = decode_bundle(block(der, label), most=10)
    assert (ders(bundle), bundle.problems) == ([der], ())


def test_openssls_own_data_after_a_trusted_certificate_is_left_out(certificates: list[x509.Certificate]) -> None:
    der = certificates[0].public_bytes(Encoding.DER)
    assert ders(decode_bundle(block(der + b"\x30\x03\x0c\x01x", "TRUSTED CERTIFICATE"), most=10)) == [der]
    assert decode_bundle(block(der + b"\x30\x03\x0c\x01x"), most=10).damaged


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x82\x01", b"\x30\x03\x01\x01\xff"])
def test_a_trusted_certificate_that_is_none_is_damaged(data: bytes) -> None:
    bundle = decode_bundle(block(data, "TRUSTED CERTIFICATE"), most=10)
    assert (ders(bundle), bundle.damaged, bundle.first_lost) == ([], True, True)


@pytest.mark.parametrize("label", ["PKCS7", "CMS", "PKCS #7 SIGNED DATA"])
def test_every_label_of_pkcs7_is_read_with_the_end_entity_first(
    label: str, certificates: list[x509.Certificate]
) -> None:
    wanted = [certificate.public_bytes(Encoding.DER) for certificate in certificates]
    for order in (certificates, certificates[::-1]):
        bundle = decode_bundle(block(serialize_certificates(order, Encoding.DER), label), most=10)
        assert ders(bundle) == wanted
        assert [(one.position, one.line) for one in bundle.certificates] == [(1, 1), (2, 1)]


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0), (1, 2, 0)])
def test_of_a_chain_in_pkcs7_the_end_entity_comes_first(order: tuple[int, ...]) -> None:
    root = Authority.root("Root")
    issuing = root.intermediate("Issuing")
    chain = [issuing.leaf("mcu"), issuing, root]
    data = serialize_certificates([chain[number].certificate for number in order], Encoding.DER)
    assert decode_bundle(data, most=10).certificates[0].certificate == chain[0].record


def test_a_self_signed_certificate_alone_in_pkcs7_is_the_end_entity() -> None:
    one, other = Authority.root("One"), self_signed("Other")
    data = serialize_certificates([one.certificate, other.certificate], Encoding.DER)
    assert {found.certificate.sha256 for found in decode_bundle(data, most=10).certificates} == {
        one.record.sha256,
        other.record.sha256,
    }


def test_in_pkcs7_a_self_signed_end_entity_is_not_taken_for_the_issuer_of_others() -> None:
    """DER sorts a set by its octets, so the shorter certificate stands first."""
    peer = self_signed("peer", key_identifiers=False)
    other = Authority.root("Root").leaf("mcu", san=[f"DNS:mcu{number}.example.com" for number in range(20)])
    data = serialize_certificates([other.certificate, peer.certificate], Encoding.DER)
    assert [one.certificate for one in decode_bundle(data, most=10).certificates] == [peer.record, other.record]


def test_pkcs7_in_der_has_positions_and_no_lines(certificates: list[x509.Certificate]) -> None:
    bundle = decode_bundle(serialize_certificates(certificates, Encoding.DER), most=10)
    assert [(one.position, one.line) for one in bundle.certificates] == [(1, None), (2, None)]
    assert (bundle.problems, bundle.damaged, bundle.first_lost) == ((), False, False)


def test_pkcs7_beyond_the_limit_is_cut_and_said(certificates: list[x509.Certificate]) -> None:
    data = serialize_certificates(certificates, Encoding.DER)
    assert len(decode_bundle(data, most=2).certificates) == 2
    bundle = decode_bundle(data, most=1)
    assert ders(bundle) == [certificates[0].public_bytes(Encoding.DER)]
    assert (bundle.damaged, [one.kind for one in bundle.problems]) == (True, ["unreadable"])


def test_pkcs7_that_is_none_is_damaged() -> None:
    bundle = decode_bundle(block(b"\x30\x03\x01\x01\xff", "PKCS7"), most=10)
    assert (ders(bundle), bundle.damaged, bundle.first_lost) == ([], True, True)
    assert "PKCS#7" in bundle.problems[0].reason


def test_as_many_certificates_as_the_limit_allows_are_read(pem: bytes) -> None:
    bundle = decode_bundle(pem, most=2)
    assert (len(bundle.certificates), bundle.damaged, bundle.problems) == (2, False, ())


def test_reading_ends_at_the_limit(pem: bytes) -> None:
    bundle = decode_bundle(pem + pem, most=1)
    assert (len(bundle.certificates), len(bundle.problems), bundle.first_lost) == (1, 1, False)


def test_headers_and_spaces_within_a_block_do_not_matter(certificates: list[x509.Certificate]) -> None:
    lines = certificates[0].public_bytes(Encoding.PEM).splitlines()
    lines[1:1] = [b"Proc-Type: 4,CLEAR", b""]
    data = b"\n".join(b"  " + line + b"\t" for line in lines)
    bundle = decode_bundle(data, most=10)
    assert ders(bundle) == [certificates[0].public_bytes(Encoding.DER)]


def test_text_between_blocks_is_passed_over(certificates: list[x509.Certificate]) -> None:
    one, other = (certificate.public_bytes(Encoding.PEM) for certificate in certificates)
    bundle = decode_bundle(one + b"subject=/CN=x\n" + other + b"the end", most=10)
    assert [found.line for found in bundle.certificates] == [1, one.count(b"\n") + 2]
    assert bundle.problems == ()


def test_a_block_that_begins_within_another_ends_it(certificates: list[x509.Certificate]) -> None:
    one, other = (certificate.public_bytes(Encoding.PEM) for certificate in certificates)
    half = b"".join(one.splitlines(keepends=True)[:4])
    bundle = decode_bundle(half + other, most=10)
    assert ders(bundle) == [certificates[1].public_bytes(Encoding.DER)]
    assert [(problem.kind, problem.where) for problem in bundle.problems] == [("unreadable", "PEM block 1, line 1")]
    assert bundle.first_lost


def test_a_whole_certificate_without_its_end_is_not_read(certificates: list[x509.Certificate]) -> None:
    one, other = (certificate.public_bytes(Encoding.PEM) for certificate in certificates)
    for data in (one.replace(b"-----END CERTIFICATE-----\n", b"") + other, one + other.split(b"-----END")[0]):
        bundle = decode_bundle(data, most=10)
        assert (len(bundle.certificates), bundle.damaged) == (1, True)
        assert "-----END CERTIFICATE-----" in bundle.problems[0].reason


def test_a_block_whose_end_has_another_label_is_not_complete(certificates: list[x509.Certificate]) -> None:
    data = certificates[0].public_bytes(Encoding.PEM).replace(b"END CERTIFICATE", b"END X509 CERTIFICATE")
    bundle = decode_bundle(data, most=10)
    assert (ders(bundle), bundle.damaged) == ([], True)
    assert "-----END CERTIFICATE-----" in bundle.problems[0].reason


def test_something_else_is_named() -> None:
    (problem,) = decode_bundle(b"something\nelse" + b"x" * 100, most=10).problems
    assert problem.kind == "unreadable"
    assert problem.reason.endswith("found text without a certificate; export the certificates again, as PEM")
    assert "something" not in problem.reason
    (refused,) = decode_bundle(b"\x30\x03\x01\x01\xff", most=10).problems
    assert "begins with" not in refused.reason


def test_a_file_without_a_certificate_says_what_belongs_there(pem: bytes) -> None:
    key = trustme.CA().private_key_pem.bytes()
    request = b"-----BEGIN CERTIFICATE REQUEST-----\nMIIC\n-----END CERTIFICATE REQUEST-----\n"
    for data, kinds in ((key, ["secret"]), (request, ["unrecognised"]), (request + key, ["unrecognised", "secret"])):
        bundle = decode_bundle(data, most=10)
        assert [problem.kind for problem in bundle.problems] == kinds
        assert [NO_CERTIFICATE in problem.reason for problem in bundle.problems] == [False] * (len(kinds) - 1) + [True]
        assert bundle.damaged
        assert decode_bundle(data, most=10, of_peer=True).problems[-1].reason.endswith(NO_CERTIFICATE_OF_PEER)
        assert not any(NO_CERTIFICATE in problem.reason for problem in decode_bundle(data + pem, most=10).problems)


def _labelled(content: bytes, label: str) -> bytes:
    words = base64.encodebytes(content).decode()
    return f"-----BEGIN {label}-----\n{words}-----END {label}-----\n".encode()


HIDDEN = Authority.root("Hidden").leaf("hidden")
SHOWN = Authority.root("Shown").leaf("shown")


@pytest.mark.parametrize("label", ["PUBLIC KEY", "CERTIFICATE REQUEST", "OCSP RESPONSE", "DH PARAMETERS", "X"])
def test_a_certificate_counts_under_any_label(label: str) -> None:
    bundle = decode_bundle(_labelled(HIDDEN.der, label) + SHOWN.pem, 10)
    assert [one.certificate for one in bundle.certificates] == [HIDDEN.record, SHOWN.record]
    assert not bundle.damaged


@pytest.mark.parametrize("label", ["PKCS12", "PGP MESSAGE", "AGE ENCRYPTED FILE", "ENCRYPTED DATA", "VAULT"])
def test_what_cannot_be_opened_before_a_chain_damages_the_file(label: str) -> None:
    bundle = decode_bundle(_labelled(bytes(range(1, 251)), label) + SHOWN.pem, 10)
    assert (bundle.damaged, bundle.first_lost) == (True, True)
    (problem,) = bundle.problems
    assert problem.where == "PEM block 1, line 1"
    assert f'found "{label}"' in problem.reason
    assert "or remove the block" in problem.reason
    # A signature holds no certificate.
    assert not decode_bundle(_labelled(bytes(range(1, 251)), "PGP SIGNATURE") + SHOWN.pem, 10).damaged


def test_a_lost_page_of_zero_bytes_damages_the_file() -> None:
    bundle = decode_bundle(b"# store\n" + bytes(4096) + SHOWN.pem, 10)
    assert (bundle.damaged, bundle.first_lost) == (True, True)
    assert [(problem.where, problem.reason) for problem in bundle.problems] == [
        ("line 2", "4096 zero bytes; part of the file was lost; export the file again")
    ]
    assert not decode_bundle(bytes(8) + SHOWN.pem, 10).damaged


def test_a_certificate_that_openssl_rejects_is_not_known_to_be_trusted() -> None:
    purpose = bytes.fromhex("06082b06010505070301")
    rejecting = b"\xa0" + bytes([len(purpose)]) + purpose
    settings = b"\x30" + bytes([len(rejecting)]) + rejecting
    bundle = decode_bundle(_labelled(HIDDEN.der + settings, "TRUSTED CERTIFICATE") + SHOWN.pem, 10)
    assert [one.certificate for one in bundle.certificates] == [SHOWN.record]
    assert bundle.damaged
    assert "OpenSSL trust settings reject it (serverAuth)" in bundle.problems[0].reason
    trusting = b"\x30" + bytes([len(purpose) + 2]) + b"\x30" + bytes([len(purpose)]) + purpose
    assert not decode_bundle(_labelled(HIDDEN.der + trusting, "TRUSTED CERTIFICATE"), 10).damaged


def test_an_archive_and_base85_are_named_once() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("a.pem", SHOWN.pem)
    ascii85 = base64.a85encode(SHOWN.pem, adobe=True, wrapcol=72)
    for content, name in ((archive.getvalue(), "a ZIP archive; unpack it"), (ascii85, "Ascii85 (base85)")):
        (problem,) = decode_bundle(content, 10).problems
        assert f"found {name}" in problem.reason


def test_equals_signs_on_the_begin_line_are_no_comment() -> None:
    bundle = decode_bundle(SHOWN.pem.replace(b"-----", b"====="), 10)
    assert [one.certificate for one in bundle.certificates] == [SHOWN.record]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("{other}[object]\nx-distrusted: true\n{hidden}", "Other"),
        ("{hidden}enabled: no\n\n# the next one\n{other}", "Other"),
        ("{hidden}enabled: no\n{other}", ""),
        ('name,enabled,pem\na,no,"{hidden}"\nb,yes,"{other}"\n', "Other"),
    ],
)
def test_a_certificate_that_is_not_trusted_by_the_words_beside_it_does_not_count(text: str, kept: str) -> None:
    other = Authority.root("Other").pem.decode()
    bundle = decode_bundle(text.format(other=other, hidden=HIDDEN.pem.decode()).encode(), 10)
    assert [name for one in bundle.certificates for name in one.certificate.common_names] == ([kept] if kept else [])
    assert bundle.damaged
    assert "so it is not known whether the device uses it" in bundle.problems[0].reason
