"""What octets are: certificates, PKCS#7, lists of revocations, keys, and the name of everything else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from mcuaudit.decode.contents import (
    CRL,
    KEY,
    WORKBOOK,
    Member,
    container_of,
    der_name,
    is_web_page,
    members,
    name_of,
)
from mcuaudit.decode.private_keys import holds_private_key
from mcuaudit.decode.tlv import EXPLICIT_0, SEQUENCE, encoded, only
from tests.authority import Authority

ROOT = Authority.root("Root", key=ed25519.Ed25519PrivateKey.from_private_bytes(bytes([9] * 32)), serial=1001)
CERTIFICATE, REFUSED = "certificate", "refused"
DER = ROOT.der
ONE = Member(CERTIFICATE, DER)
AGAIN = "export the certificates again, as PEM"
UNKNOWN = f"the bytes are not a certificate or PKCS#7; {AGAIN}"
OTHER = b"\x30\x03\x01\x01\xff"

SEQ, INT, BITS, OCTETS, IDENTIFIER, UTC, GENERAL, ENUM = (
    b"\x30\0", b"\x02\x01\0", b"\x03\x01\0", b"\x04\0", b"\x06\x01\x29", b"\x17\0", b"\x18\0", b"\x0a\x01\0",
)  # fmt: skip
PKCS12_OF_NOTHING = b"\x02\x01\x03" + SEQ + SEQ


def seq(*parts: bytes) -> bytes:
    return encoded(SEQUENCE, b"".join(parts))


def cms(identifier: str, content: bytes) -> bytes:
    return seq(bytes.fromhex(identifier), content)


def pkcs7(*sets: bytes) -> bytes:
    return cms("06092a864886f70d010702", encoded(EXPLICIT_0, seq(*sets)))


def certificate(*inner: bytes, algorithm: bytes = SEQ, signature: bytes = BITS) -> bytes:
    return seq(seq(*inner), algorithm, signature)


SIX = (INT, SEQ, SEQ, SEQ, SEQ, SEQ)
LIST = certificate(INT, SEQ, SEQ, UTC, UTC)
PRIVATE = seq(INT, seq(IDENTIFIER), OCTETS)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (DER, [ONE]),
        (DER + DER, [ONE, ONE]),
        (DER + b"\r\n\0\t \x1a" + DER + b"\n", [ONE, ONE]),
        (b"", [Member(REFUSED, b"", "there is nothing in it")]),
        (b" \n", [Member(REFUSED, b" \n", "there is nothing in it")]),
        (DER + b"text", [ONE, Member(REFUSED, b"text", "4 bytes follow that are not a certificate")]),
        (DER + b"\n\x31\0", [ONE, Member(REFUSED, b"\x31\0", "2 bytes follow that are not a certificate")]),
        (DER + b"xx", [ONE, Member(REFUSED, b"xx", "2 bytes follow that are not a certificate")]),
        (DER + OTHER + b"text", [ONE, Member(REFUSED, OTHER, UNKNOWN),
                                 Member(REFUSED, b"text", "4 bytes follow that are not a certificate")]),
        (b"\n" + DER, [Member(REFUSED, b"\n" + DER, "expected a certificate or PKCS#7, found bytes of an unknown "
                              "format, which begin with 0a 30 82 01")]),
        (OTHER + b"text", [Member(REFUSED, OTHER, UNKNOWN)]),
        (OTHER + b"\x31\0", [Member(REFUSED, OTHER, UNKNOWN)]),
        (OTHER + b"\x30\x05", [Member(REFUSED, OTHER, UNKNOWN)]),
        (b"\x31\0", [Member(REFUSED, b"\x31\0", "expected a certificate or PKCS#7, found bytes of an unknown format, "
                            "which begin with 31 00")]),
        (b"\x02\x05", [Member(REFUSED, b"\x02\x05", "expected a certificate or PKCS#7, found bytes of an unknown "
                              "format, which begin with 02 05")]),
        (b"{}", [Member(REFUSED, b"{}", "expected a certificate or PKCS#7, found JSON")]),
        (b"\x30\x05\0", [Member(REFUSED, b"\x30\x05\0", "the certificate or PKCS#7 is cut short: it should have 7 "
                                "bytes, and has 3")]),
        (DER + b"\x30\x05\xff", [ONE, Member(REFUSED, b"\x30\x05\xff", "the certificate or PKCS#7 is cut short: it "
                                             "should have 7 bytes, and has 3")]),
        (b"\x30\xc2\x82", [Member(REFUSED, b"\x30\xc2\x82", "a certificate or PKCS#7 in DER that was saved as text, "
                                  "in UTF-8; export the certificates again, as PEM")]),
        (LIST + DER, [Member(CRL, LIST), ONE]),
        (PRIVATE, [Member(KEY, PRIVATE)]),
        (seq(ENUM), [Member(REFUSED, seq(ENUM), "expected a certificate or PKCS#7, found an OCSP response")]),
    ],
)  # fmt: skip
def test_what_a_file_or_block_holds_is_named_element_by_element(data: bytes, found: list[Member]) -> None:
    assert list(members(data)) == found


def test_what_follows_a_trusted_certificate_is_openssls_own() -> None:
    assert list(members(DER + OTHER, trusted=True)) == [ONE]
    assert list(members(DER + OTHER + DER, trusted=True)) == [ONE, ONE]
    assert list(members(OTHER, trusted=True)) == [Member(REFUSED, OTHER, UNKNOWN)]
    assert list(members(DER + OTHER)) == [ONE, Member(REFUSED, OTHER, UNKNOWN)]


@pytest.mark.parametrize(
    ("last", "name"),
    [("01", "PKCS#7 data without certificates"), ("03", "PKCS#7 enveloped data, which is encrypted"),
     ("06", "PKCS#7 encrypted data")],
)  # fmt: skip
def test_another_kind_of_pkcs7_is_named(last: str, name: str) -> None:
    data = cms(f"06092a864886f70d0107{last}", b"")
    assert list(members(data)) == [Member(REFUSED, data, f"expected a certificate, found {name}")]


def test_a_number_is_no_identifier_of_pkcs7() -> None:
    data = cms("02092a864886f70d010701", b"")
    assert list(members(data)) == [Member(REFUSED, data, UNKNOWN)]


def test_pkcs7_of_another_kind_without_a_name_is_not_known() -> None:
    data = cms("06092a864886f70d010705", b"")
    assert list(members(data)) == [Member(REFUSED, data, UNKNOWN)]


def test_the_members_of_pkcs7_have_no_order_and_lists_come_last() -> None:
    data = pkcs7(INT, encoded(EXPLICIT_0, DER + SEQ), encoded(0xA1, LIST), encoded(EXPLICIT_0, DER))
    one = Member(CERTIFICATE, DER, of_set=True)
    assert list(members(data)) == [one, Member(CERTIFICATE, SEQ, of_set=True), one, Member(CRL, LIST)]


@pytest.mark.parametrize(
    ("tag", "name"),
    [(0xA0, "a PKCS#6 extended certificate"), (0xA1, "an attribute certificate"),
     (0xA2, "an attribute certificate"), (0xA3, "something that is not a certificate")],
)  # fmt: skip
def test_each_member_of_pkcs7_that_is_no_certificate_is_named_by_its_number(tag: int, name: str) -> None:
    other = encoded(tag, b"")
    assert list(members(pkcs7(encoded(EXPLICIT_0, DER + other)))) == [
        Member(CERTIFICATE, DER, of_set=True),
        Member(REFUSED, other, f"member 2 of the PKCS#7 is {name}", of_set=True),
    ]


@pytest.mark.parametrize("data", [pkcs7(), pkcs7(INT, SEQ), pkcs7(encoded(EXPLICIT_0, b""))])
def test_pkcs7_without_a_certificate_says_so(data: bytes) -> None:
    assert list(members(data)) == [Member(REFUSED, data, "the PKCS#7 has no certificate")]


def test_pkcs7_of_lists_alone_has_lists() -> None:
    assert list(members(pkcs7(encoded(0xA1, LIST)))) == [Member(CRL, LIST)]


@pytest.mark.parametrize(
    "content",
    [b"", SEQ + SEQ, encoded(EXPLICIT_0, b""), encoded(0xA1, SEQ), encoded(EXPLICIT_0, INT),
     encoded(EXPLICIT_0, seq(encoded(EXPLICIT_0, b"\x30\x05")))],
)  # fmt: skip
def test_pkcs7_that_is_damaged_says_so(content: bytes) -> None:
    data = cms("06092a864886f70d010702", content)
    reason = "the PKCS#7 is damaged, so that its certificates cannot be separated"
    assert list(members(data)) == [Member(REFUSED, data, reason)]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (certificate(*SIX), CERTIFICATE),
        (certificate(encoded(EXPLICIT_0, b""), *SIX, b"\xa3\0"), CERTIFICATE),
        (certificate(encoded(0xA1, b""), *SIX), REFUSED),
        (certificate(*SIX[:5]), REFUSED),
        (certificate(*SIX[1:], INT), REFUSED),
        (certificate(*SIX, signature=OCTETS), REFUSED),
        (certificate(*SIX) + b"\0", CERTIFICATE),
        (seq(seq(*SIX), SEQ, BITS, INT), REFUSED),
        (seq(b"\x30\x02\x02\x05", SEQ, BITS), REFUSED),
        (seq(seq(*SIX), SEQ), REFUSED),
        (seq(b"\x30\x05"), REFUSED),
    ],
)
def test_a_certificate_is_known_by_its_parts_and_fields(data: bytes, kind: str) -> None:
    assert [member.kind for member in members(data)] == [kind]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (LIST, CRL),
        (certificate(SEQ, SEQ, UTC), CRL),
        (certificate(INT, SEQ, SEQ, GENERAL), CRL),
        (certificate(INT, SEQ, SEQ, SEQ, UTC), CRL),
        (certificate(INT, SEQ, SEQ, SEQ, SEQ, UTC), ""),
        (certificate(INT, UTC, SEQ), ""),
        (certificate(INT, SEQ, SEQ, encoded(EXPLICIT_0, b"")), "a certificate request"),
        (certificate(INT, SEQ, SEQ), ""),
        (certificate(INT, SEQ, SEQ, encoded(EXPLICIT_0, b""), UTC), CRL),
        (seq(PKCS12_OF_NOTHING), "PKCS#12"),
        (seq(INT, SEQ, SEQ), ""),
        (seq(INT, SEQ, OCTETS), KEY),
        (seq(INT, SEQ, OCTETS, SEQ), KEY),
        (seq(INT, OCTETS), KEY),
        (seq(INT, OCTETS, SEQ), KEY),
        (seq(*[INT] * 9), KEY),
        (seq(*[INT] * 6), KEY),
        (seq(*[INT] * 5), "a public key or parameters of one"),
        (seq(INT, INT), "a public key or parameters of one"),
        (seq(INT), ""),
        (seq(ENUM), "an OCSP response"),
        (seq(seq(IDENTIFIER), BITS), "a public key"),
        (seq(seq(IDENTIFIER, INT), BITS), "a public key"),
        (seq(seq(IDENTIFIER), OCTETS), KEY),
        (seq(seq(IDENTIFIER), BITS, OCTETS), KEY),
        (seq(seq(IDENTIFIER), SEQ), ""),
        (seq(seq(INT), BITS), ""),
        (seq(SEQ, BITS), ""),
        (seq(), ""),
        (seq(b"\x30\x02\x06\x05"), ""),
        (encoded(0x31, INT + INT), ""),
    ],
)
def test_an_element_that_is_no_certificate_is_named_by_its_shape(data: bytes, name: str) -> None:
    assert der_name(only(data)) == name


BAG = bytes.fromhex("060b2a864886f70d010c0a01")
ENCRYPTED = bytes.fromhex("06092a864886f70d010706")


@pytest.mark.parametrize(
    ("more", "keys"),
    [(b"", "holds no"), (BAG + b"\x01", "holds a"), (BAG + b"\x02", "holds a"), (BAG + b"\x03", "holds no"),
     (ENCRYPTED, "may hold a"), (ENCRYPTED + BAG + b"\x02", "holds a")],
)  # fmt: skip
def test_pkcs12_says_what_is_seen_of_its_keys_without_a_password(more: bytes, keys: str) -> None:
    data = seq(PKCS12_OF_NOTHING, encoded(0x04, more))
    said = f"PKCS#12, which {keys} private key; export the certificates alone, as PEM"
    assert list(members(data)) == [Member(REFUSED, data, f"expected a certificate or PKCS#7, found {said}")]
    assert container_of(data) == said


@pytest.mark.parametrize(
    ("data", "container"),
    [
        (b"", ""),
        (DER, ""),
        (b"\x30\x05", ""),
        (b"0 text", ""),
        (b"PK\x03\x04...xl/workbook.xml", WORKBOOK),
        (b"PK\x03\x04...word/document.xml", "a word-processor document"),
        (b"PK\x03\x04...", "a ZIP archive; unpack it"),
        (b"xl/ word/", ""),
        (b"\xd0\xcf\x11\xe0....W\0o\0r\0k\0b\0o\0o\0k\0", WORKBOOK),
        (b"\xd0\xcf\x11\xe0....W\0o\0r\0d\0", "a Microsoft Office document"),
        (b"\xd0\xcf\x11\xe0....xl/", "a Microsoft Office document"),
        (b"\x1f\x8b..", "a gzip archive; unpack it"),
        (b"7z\xbc\xaf", "a 7-Zip archive; unpack it"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\xfe\xed\xfe\xed", "a Java keystore (JKS); export its certificates as PEM"),
        (b"\xce\xce\xce\xce", "a Java keystore (JCEKS); export its certificates as PEM"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"SQLite format 3", ""),
        (b"ssh-rsa AAAA", ""),
        (b"{}", ""),
        (b" %PDF", ""),
    ],
)
def test_a_container_is_named_that_has_to_be_unpacked_or_converted(data: bytes, container: str) -> None:
    assert container_of(data) == container
    if container:
        assert name_of(data) == container


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"SQLite format 3\0", "a database"),
        (b"ssh-ed25519 AAAA", "an SSH public key"),
        (b"ecdsa-sha2-nistp256 AAAA", "an SSH public key"),
        (b"{\\rtf1", "a word-processor document; save it as plain text"),
        (b"{}", "JSON"),
        (b"\xef\xbb\xbf\r\n\t {}", "JSON"),
        (b"version https://git-lfs.github.com/spec/v1",
         "a Git LFS pointer; fetch the file itself with git lfs pull"),
        (b"Certificate:\n", "a certificate as text, as openssl x509 -text prints it; export it as PEM"),
        (b"http://a", "a URL; save the file that it points to here"),
        (b"https://a", "a URL; save the file that it points to here"),
        (b"\0\0\0", "only zero bytes, 3 of them; export the file again"),
        (b"30 82 01 02 03 04 05 06", "a hex dump; export the certificates as PEM"),
        (b"00000000: 3082 0102 0304 0506", "a hex dump; export the certificates as PEM"),
        (b"0x30,0x82,0x01,0x02,0x03,0x04,0x05,0x06",
         "a hex dump; export the certificates as PEM"),
        (b"30 82 01 02 03 04 05", 'text without a certificate'),
        (b"<!DOCTYPE html>", "a web page, perhaps a login page; save the certificate itself"),
        (b" " * 1990 + b"<html>...", "a web page, perhaps a login page; save the certificate itself"),
        (b" " * 1995 + b"<html>", "a web page, perhaps a login page; save the certificate itself"),
        (b" " * 1996 + b"<html>", "XML"),
        (b"\n <a/>", "XML"),
        (b"PuTTY-User-Key-File-2: ssh-rsa", "a PuTTY private key"),
        (b"#" * 81 + b"PuTTY-User-Key-File", "a PuTTY private key"),
        (b"#" * 82 + b"PuTTY-User-Key-File", 'text without a certificate'),
        (b"\xef\xbb\xbf\r\n\t notes\nmore", 'text without a certificate'),
        (b"notes \nmore", 'text without a certificate'),
        (b"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq",
         'text without a certificate'),
        (b"a\x01cde", 'text without a certificate'),
        (b"a\xfcb\x02cde\x7f", "bytes of an unknown format, which begin with 61 fc 62 02"),
        (b"a\xfcb\x02cdef", "bytes of an unknown format, which begin with 61 fc 62 02"),
        (b"a\xfcbcdefg", 'text without a certificate'),
        (b"x{}", 'text without a certificate'),
        (b"\0x\0", "bytes of an unknown format, which begin with 00 78 00"),
        (b"\x01\x02", "bytes of an unknown format, which begin with 01 02"),
        (b"", "bytes of an unknown format, which begin with "),
    ],
)  # fmt: skip
def test_a_file_without_a_certificate_is_named_by_how_it_begins(data: bytes, name: str) -> None:
    assert name_of(data) == name


@pytest.mark.parametrize(
    ("data", "is_page"),
    [(b"<html>", True), (b"<!doctype  HTML>", True), (b"x<BODY a>", True), (b"<head>", True), (b"<header>", False),
     (b"html", False), (b" " * 1995 + b"<head", True), (b" " * 1996 + b"<head", False)],
)  # fmt: skip
def test_a_web_page_is_known_by_its_first_2000_octets(data: bytes, is_page: bool) -> None:
    assert is_web_page(data) is is_page


@pytest.mark.parametrize(
    ("data", "holds"),
    [
        (b"-----BEGIN PRIVATE KEY-----", True),
        (b"x\n-----begin rsa private key--", True),
        (b"BEGIN PGP PRIVATE KEY BLOCK-----", True),
        (b"PRIVATE KEY", False),
        (b"PRIVATE KEY-", False),
        (b"PuTTY-User-Key-File-3", True),
        (b"PuTTY-User-Key-File-x", False),
        ("BEGIN PRIVATE KEY-----".encode("utf-16-le"), True),
        ("BEGIN PUBLIC KEY-----".encode("utf-16-le"), False),
        (PRIVATE, True),
        (DER, False),
        (b"\x30\x05\x02", False),
        (b"x" + PRIVATE, False),
        (b"\x31" + PRIVATE[1:], False),
        (b"", False),
    ],
)
def test_a_private_key_is_found_in_any_file(data: bytes, holds: bool) -> None:
    assert holds_private_key(data) is holds
