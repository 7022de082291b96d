"""The reader for odd certificates reads good ones as cryptography does: each field, by the library and by hand."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import cryptography_vectors
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from mcuaudit.decode import certificate as reader
from mcuaudit.decode import odd_certificate
from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.decode.certificate_source import certificates_from
from mcuaudit.decode.contents import REFUSED, container_of, members, name_of
from mcuaudit.decode.peers import decode_peers
from mcuaudit.decode.tlv import children, only
from mcuaudit.decode.values import name_list
from mcuaudit.domain.certificate import Certificate
from tests.authority import Authority, encoded, p256_key
from tests.odd_encodings import pem, pkcs7_of, signed, with_extension

ROOT = Authority.root("Root", key=p256_key(91))
LEAF = ROOT.leaf("mcu", san=["DNS:mcu.example.com"])

DIFFERENT = {
    "custom/mismatch_inner_outer_sig_algorithm.der": {"signature_algorithm", "signature_hash"},
    "scottishpower-bitstring-dn.pem": {"subject_text"},
    "unique_identifier.pem": {"subject_text"},
    "v1_cert.pem": {"signature_algorithm", "signature_hash"},
}
"""The files that the two read differently, with the fields: what RFC 5280 forbids in them has no one right reading."""
BY_HAND = {"utf8-dnsname.pem": {"dns_names"}}
"""The library reads a DNS name in UTF-8, where RFC 5280 has ASCII."""
_HOW_IT_WAS_READ = ("unreadable", "oddly_encoded")
NAMES = ("#x", " x", "x ", 'a,b+c"d\\e<f>;g=h', "x\0y", "Söllner", "", "\U0001f512")


def corpus() -> dict[str, bytes]:
    """The DER of every certificate that cryptography reads without a complaint, of those that it ships and our own."""
    found = {f"our own {text!r}": Authority.root(text or "x", key=p256_key(90)).der for text in NAMES}
    root = Path(cryptography_vectors.__file__).parent / "x509"
    for file in sorted(root.rglob("*")):
        data = file.read_bytes() if file.suffix in (".pem", ".crt", ".der", ".cer") else b""
        load = x509.load_pem_x509_certificate if b"-----BEGIN" in data else x509.load_der_x509_certificate
        try:
            der = load(data).public_bytes(Encoding.DER)
            reader._record(der)
        except Exception:  # noqa: BLE001 - what the library refuses is not for this test
            continue
        found[file.relative_to(root).as_posix()] = der
    return found


def contents(one: Certificate) -> dict[str, object]:
    names = (field.name for field in dataclasses.fields(one))
    return {name: getattr(one, name) for name in names if name not in _HOW_IT_WAS_READ}


def refuse(*_: object) -> None:
    raise ValueError


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("by_hand", [False, True])
def test_good_certificates_are_read_alike(by_hand: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    read = corpus()
    assert len(read) > 400
    if by_hand:
        monkeypatch.setattr(odd_certificate, "_by_library", refuse)
    different = {}
    for name, der in read.items():
        one, other = contents(reader._record(der)), contents(reader._odd_record(der))
        fields = {key for key in one if one[key] != other[key]}
        if fields:
            different[name] = fields
    assert different == DIFFERENT | (BY_HAND if by_hand else {})


@pytest.mark.filterwarnings("ignore")
def test_by_hand_nothing_of_our_extensions_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odd_certificate, "_by_library", refuse)
    san = ["DNS:a.example.com", "URI:sip:a@b", "IP:10.1.2.3", "IP:2001:db8::1", "email:a@b.example", "dir:somebody"]
    leaf = ROOT.leaf("mcu", san=san, purposes=["serverAuth"], key_usage=["digital_signature", "key_agreement"])
    read = reader._odd_record(leaf.der)
    assert read.unreadable == ()
    assert contents(read) == contents(reader._record(leaf.der))


def odd(extension: str, value: bytes) -> Certificate:
    return reader.decode_certificate(with_extension(LEAF.der, ROOT, extension, value))


@pytest.mark.parametrize(
    ("extension", "value"),
    [
        ("extKeyUsage", encoded(0x30, b"\x0c\x01x")),
        ("keyUsage", encoded(0x03, b"\x08\xff")),
        ("basicConstraints", encoded(0x30, b"\x01\x01\xff\x02\x01\x00\x05\x00")),
        ("nameConstraints", encoded(0x30, encoded(0xA0, encoded(0x30, encoded(0xA7, b""))))),
        ("nameConstraints", encoded(0x30, encoded(0xA2, encoded(0x30, encoded(0x82, b"a"))))),
    ],
)
def test_an_extension_that_says_nothing_clear_is_unreadable(extension: str, value: bytes) -> None:
    assert odd(extension, value).unreadable == (extension,)


@pytest.mark.parametrize("side", [0xA0, 0xA1])
@pytest.mark.parametrize(
    ("base", "kind"),
    [
        (encoded(0x87, bytes(6)), "iPAddress"),
        (encoded(0x87, bytes(9)), "iPAddress"),
        (encoded(0x87, b"\x0a\0\0\0\xff\0\xff\0"), "iPAddress"),
        (encoded(0x82, b"\xfc"), "dNSName"),
        (encoded(0x81, b"\xfc"), "rfc822Name"),
        (encoded(0x86, b"\xfc"), "uniformResourceIdentifier"),
    ],
)
def test_a_constraint_that_is_not_of_its_form_is_malformed_and_the_others_are_read(
    side: int, base: bytes, kind: str
) -> None:
    both = encoded(0x30, base) + encoded(0x30, encoded(0x82, b"a"))
    read = odd("nameConstraints", encoded(0x30, encoded(side, both)))
    found = read.name_constraints
    assert found is not None
    assert (read.unreadable, found.malformed) == ((), (kind,))
    assert (found.permitted_dns, found.excluded_dns) == ((("a",), ()) if side == 0xA0 else (None, ("a",)))


def test_bits_beyond_the_used_ones_of_a_key_usage_do_not_count() -> None:
    read = odd("keyUsage", encoded(0x03, b"\x05\xbf"))
    assert read.key_usage == frozenset({"digitalSignature", "keyEncipherment"})


def test_an_entry_that_is_not_ascii_keeps_its_place_and_its_octets() -> None:
    read = odd("subjectAltName", encoded(0x30, encoded(0x82, b"caf\xe9.example.com") + encoded(0x82, b"b.example.com")))
    assert read.dns_names == ("caf\\xe9.example.com", "b.example.com")
    assert read.unreadable == ("subjectAltName entry 1 (dNSName)",)


def test_what_follows_a_unique_identifier_is_read() -> None:
    fields = [field.whole for field in children(children(only(LEAF.der))[0])]
    fields.insert(-1, encoded(0x81, b"\0\1"))
    read = reader._odd_record(signed(fields, ROOT))
    assert read.dns_names == ("mcu.example.com",)


DUMP = "a hex dump; export the certificates as PEM"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\n <feed/>", "XML"),
        (b"\xef\xbb\xbf\r\n{}", "JSON"),
        (b"\n<HTML>", "a web page, perhaps a login page; save the certificate itself"),
        (b"hello\nworld", "text without a certificate"),
        (b"30820198 a0030201", DUMP),
        (b"00000000: 3082 0198 3082 013e  0...0..>", DUMP),
        (b"00000000  30 82 01 98 30 82 01 3e  |0...0..>|", DUMP),
        (b"0000000 30 82 01 98 30 82 01 3e", DUMP),
        (b"30:82:01:98:30:82:01:3E", DUMP),
        (b"0x30, 0x82, 0x01, 0x98, 0x30, 0x82, 0x01, 0x3e", DUMP),
        (b"decade of faces", "text without a certificate"),
        (b"Certificate:\n    Data:", "a certificate as text, as openssl x509 -text prints it; export it as PEM"),
        (b"https://pki.example.com/root.crt", "a URL; save the file that it points to here"),
        (b"caf\xe9 au lait", "text without a certificate"),
        (b"\x01\x02\x83ab\x7f", "bytes of an unknown format, which begin with 01 02 83 61"),
    ],
)
def test_what_is_no_certificate_is_named_by_how_it_begins(data: bytes, name: str) -> None:
    assert name_of(data) == name


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x1f\x8b\x08", "a gzip archive; unpack it"),
        (b"PK\x03\x04..", "a ZIP archive; unpack it"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\x89PNG", "a picture"),
        (b"SQLite format 3", ""),
        (b"{", ""),
        (b"ssh-rsa AAAA", ""),
    ],
)
def test_containers_are_told_from_text_by_how_they_begin(data: bytes, name: str) -> None:
    assert container_of(data) == name


@pytest.mark.parametrize("data", [b"1\0", b"\2\1\5", b"\x1f\x85\5\0"])
def test_what_begins_as_nothing_known_is_refused_once(data: bytes) -> None:
    (member,) = members(data)
    assert (member.kind, member.data) == (REFUSED, data)
    assert member.reason.startswith("expected a certificate or PKCS#7, found ")


def test_enveloped_data_is_named() -> None:
    envelope = encoded(0x30, bytes.fromhex("06092a864886f70d010703") + encoded(0xA0, encoded(0x30, b"")))
    (problem,) = decode_bundle(envelope, 10).problems
    assert "enveloped data, which is encrypted" in problem.reason


def test_a_certificate_with_an_odd_field_is_a_source_like_any_other() -> None:
    der = with_extension(LEAF.der, ROOT, "subjectAltName", encoded(0x30, encoded(0x82, b"caf\xe9.example.com")))
    (read,) = certificates_from(pem(der))
    assert read.unreadable


def test_der_in_a_row_keeps_its_order_and_a_set_has_none() -> None:
    root, leaf = ROOT.der, LEAF.der
    assert [one.certificate.der for one in decode_bundle(root + leaf, 10).certificates] == [root, leaf]
    assert [one.certificate.der for one in decode_bundle(pkcs7_of(root, leaf), 10).certificates] == [leaf, root]


def test_a_set_that_lost_its_end_entity_has_none() -> None:
    broken = encoded(0x30, b"\2\1\1")
    assert decode_bundle(pkcs7_of(ROOT.der, broken), 10).first_lost
    assert not decode_bundle(pkcs7_of(LEAF.der, broken), 10).first_lost
    nothing = decode_bundle(pkcs7_of(broken), 10)
    assert (nothing.certificates, nothing.damaged, nothing.end_entity) == ((), True, None)


def test_names_of_other_kinds_are_read() -> None:
    read = odd("subjectAltName", encoded(0x30, encoded(0x82, b"b.example.com") + encoded(0xA3, encoded(0x30, b""))))
    assert (read.dns_names, read.other_name_kinds, read.unreadable) == (("b.example.com",), ("x400Address",), ())


def test_base64_that_is_not_whole_was_cut_short() -> None:
    block = b"-----BEGIN CERTIFICATE-----\nMIIBQ\n-----END CERTIFICATE-----\n"
    (problem,) = decode_bundle(block, 10).problems
    assert "5 characters of base64, which is not whole: it is truncated" in problem.reason


@pytest.mark.parametrize("text", ["a.example.com, b.example.com; ", " a.example.com b.example.com,"])
def test_a_list_of_names_ends_where_its_separators_end(text: str) -> None:
    assert name_list(text) == ["a.example.com", "b.example.com"]


def test_the_name_of_a_file_with_a_control_character_is_refused() -> None:
    data = b'[[peer]]\nname = "room"\nconnections = []\ncertificate = "peers/\\u0001.pem"\n'
    (problem,) = decode_peers(data).problems
    assert "certificate" in problem.where
    assert "write paths with forward slashes" in problem.reason
