"""What cannot be read in a certificate leaves open what rests on it, and nothing else; OpenSSL agrees."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509
from OpenSSL import crypto

from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.identity import Matcher, match
from mcuaudit.identity.presented import PresentedIdentifiers
from mcuaudit.pkix import PathOutcome, PathValidator, TrustStore, purpose_outcome
from tests.authority import LONG_AGO, NOW, Authority, encoded, name, p256_key
from tests.odd_encodings import extensions_of, fields_of, signed, value_of, with_extension, with_extensions, with_field

ROOT = Authority.root("Root", key=p256_key(8_001))
ISSUING = ROOT.intermediate("Issuing", key=p256_key(8_002))
HOST = "mcu.example.com"
LEAF = ISSUING.leaf(HOST, key=p256_key(8_003), san=[f"DNS:{HOST}"], purposes=["serverAuth", "clientAuth"])
GOOD = encoded(0x82, HOST.encode())
ISSUER = x509.DirectoryName(ROOT.certificate.subject).value.public_bytes()
KEY_IDENTIFIER = ISSUING.record.authority_key_identifier or b""


def attribute(kind: str, tag: int, value: bytes) -> bytes:
    return encoded(0x31, encoded(0x30, encoded(0x06, bytes.fromhex(kind)) + encoded(tag, value)))


def judged(leaf: bytes, issuing: bytes = ISSUING.der, root: bytes = ROOT.der) -> PathOutcome:
    first, second, anchor = map(decode_certificate, (leaf, issuing, root))
    return PathValidator(NOW).validate(first, [second], TrustStore([anchor]), chain_complete=True)


def openssl_accepts(leaf: bytes, issuing: bytes = ISSUING.der, root: bytes = ROOT.der) -> bool:
    one, other, anchor = (crypto.load_certificate(crypto.FILETYPE_ASN1, der) for der in (leaf, issuing, root))
    store = crypto.X509Store()
    store.add_cert(anchor)
    store.set_time(NOW.replace(tzinfo=None))
    try:
        crypto.X509StoreContext(store, one, [other]).verify_certificate()
    except crypto.X509StoreContextError:
        return False
    return True


def san(*entries: bytes) -> bytes:
    return with_extension(LEAF.der, ISSUING, "subjectAltName", encoded(0x30, b"".join(entries)))


def leaf(extension: str, value: bytes, critical: bytes = b"") -> bytes:
    return with_extension(LEAF.der, ISSUING, extension, value, critical=critical)


def subject(*attributes: bytes) -> bytes:
    return with_field(LEAF.der, ISSUING, "subject", encoded(0x30, b"".join(attributes)))


CN = attribute("550403", 0x0C, HOST.encode())
SAN_VALUE = value_of(LEAF.der, "subjectAltName") or b""
POLICY = encoded(0x06, bytes.fromhex("2a0304"))
CPS = encoded(0x06, bytes.fromhex("2b06010505070201"))

ACCEPTED = {
    "x400Address": san(GOOD, encoded(0xA3, encoded(0x30, b""))),
    "ediPartyName": san(GOOD, encoded(0xA5, encoded(0xA1, encoded(0x0C, b"x")))),
    "iPAddress of 8 octets": san(GOOD, encoded(0x87, bytes(8))),
    "Latin-1 in a dNSName": san(GOOD, encoded(0x82, b"z\xfcrich.example.com")),
    "Latin-1 in a URI": san(GOOD, encoded(0x86, b"sip:z\xfcrich.example.com")),
    "Latin-1 in an address of mail": san(GOOD, encoded(0x81, b"j\xfcrg@example.com")),
    "TeletexString": subject(attribute("55040a", 0x14, b"S\xf6llner"), CN),
    "an empty relative name": subject(encoded(0x31, b""), CN),
    "& in a PrintableString": subject(attribute("55040a", 0x13, b"A & B @ C_D"), CN),
    "a postal address": subject(attribute("550410", 0x30, encoded(0x0C, b"Street 1")), CN),
    "cA FALSE": leaf("basicConstraints", encoded(0x30, b"\x01\x01\x00")),
    "critical FALSE": leaf("subjectAltName", SAN_VALUE, b"\x01\x01\x00"),
    "critical 1": leaf("subjectAltName", SAN_VALUE, b"\x01\x01\x01"),
    "a long length": leaf("subjectAltName", b"\x30\x82\x00" + bytes([len(GOOD)]) + GOOD),
    "an open length": leaf("subjectAltName", b"\x30\x80" + GOOD + b"\0\0"),
    "an odd list of SCTs": leaf("signedCertificateTimestampList", encoded(0x04, b"\0\x05abc")),
    "an odd policy qualifier": leaf(
        "certificatePolicies", encoded(0x30, encoded(0x30, POLICY + encoded(0x30, encoded(0x30, CPS + b"\x05\x00"))))
    ),
    "Latin-1 in an issuerAltName": leaf("issuerAltName", encoded(0x30, encoded(0x82, b"\xfc"))),
    "an x400Address in a distribution point": leaf(
        "cRLDistributionPoints",
        encoded(0x30, encoded(0x30, encoded(0xA0, encoded(0xA0, encoded(0xA3, encoded(0x30, b"")))))),
    ),
    "a TLS feature that nobody knows": leaf("tlsFeature", encoded(0x30, b"\x02\x01\x4d")),
    "version 2": with_field(LEAF.der, ISSUING, "version", encoded(0xA0, b"\x02\x01\x01")),
}


@pytest.mark.parametrize("odd", ACCEPTED)
def test_what_openssl_accepts_is_read_and_trusted(odd: str) -> None:
    der = ACCEPTED[odd]
    assert openssl_accepts(der)
    assert judged(der).outcome is Outcome.PASS
    found = decode_certificate(der)
    assert found.unreadable or found.oddly_encoded
    assert (found.common_names, found.not_after, found.public_key_sha256) == (
        LEAF.record.common_names,
        LEAF.record.not_after,
        LEAF.record.public_key_sha256,
    )
    assert match(found, HOST, "rfc9525").outcome is Outcome.PASS, "the good name counts"


@pytest.mark.parametrize(
    "parts", [b"", encoded(0xA0, encoded(0x0C, b"x")), encoded(0xA1, encoded(0x0C, b"x") * 2)],
    ids=["nothing", "an assigner alone", "two parties"],
)  # fmt: skip
def test_what_is_no_party_name_of_edi_leaves_the_names_unreadable(parts: bytes) -> None:
    der = san(GOOD, encoded(0xA5, parts))
    assert not openssl_accepts(der)
    assert decode_certificate(der).unreadable == ("subjectAltName",)


HALVES = {
    "a serial number without an issuer": encoded(0x82, ROOT.record.serial_number.to_bytes(2, "big")),
    "an issuer without a serial number": encoded(0xA1, encoded(0xA4, ISSUER)),
}


@pytest.mark.parametrize("half", HALVES)
def test_half_an_authority_key_identifier_counts_as_in_openssl(half: str) -> None:
    good = encoded(0x30, encoded(0x80, KEY_IDENTIFIER) + HALVES[half])
    wrong = encoded(0x30, encoded(0x80, KEY_IDENTIFIER[:-1] + b"\0") + HALVES[half])
    for value, expected in ((good, True), (wrong, False)):
        issuing = with_extension(ISSUING.der, ROOT, "authorityKeyIdentifier", value)
        assert openssl_accepts(LEAF.der, issuing) is expected
        assert (judged(LEAF.der, issuing).outcome is Outcome.PASS) is expected


OPEN = {
    "authorityKeyIdentifier": b"\x30\x03\x80\x05a",
    "basicConstraints": b"\x30\x03\x04\x01\x01",
    "keyUsage": b"\x03\x02\x09\x06",
    "nameConstraints": encoded(0x30, encoded(0xA0, encoded(0x30, encoded(0xA7, b"")))),
    "extKeyUsage": encoded(0x30, b"\x0c\x01x"),
    "subjectKeyIdentifier": b"\x30\x00",
    "cRLDistributionPoints": encoded(0x30, encoded(0x30, encoded(0xA7, b""))),
}


@pytest.mark.parametrize("extension", OPEN)
def test_an_extension_of_a_ca_that_cannot_be_read_leaves_the_path_open(extension: str) -> None:
    issuing = with_extension(ISSUING.der, ROOT, extension, OPEN[extension])
    assert decode_certificate(issuing).unreadable == (extension,)
    found = judged(LEAF.der, issuing)
    assert (found.outcome, found.reason_code) == (Outcome.OPEN, "unreadable_field")
    assert f"fields that cannot be read: {extension}" in found.reason
    assert not openssl_accepts(LEAF.der, issuing) or extension == "nameConstraints"


def test_what_openssl_accepts_of_a_ca_passes() -> None:
    constraints = encoded(0x30, encoded(0xA0, encoded(0x30, encoded(0x82, b"example.com") + b"\x80\x01\x00")))
    issuing = with_extension(ISSUING.der, ROOT, "nameConstraints", constraints, critical=b"\x01\x01\xff")
    assert decode_certificate(issuing).oddly_encoded == ("nameConstraints",)
    assert openssl_accepts(LEAF.der, issuing)
    assert judged(LEAF.der, issuing).outcome is Outcome.PASS
    elsewhere = with_extension(
        ISSUING.der,
        ROOT,
        "nameConstraints",
        constraints.replace(b"example.com", b"example.org"),
        critical=b"\x01\x01\xff",
    )
    assert judged(LEAF.der, elsewhere).outcome is Outcome.FAIL
    assert not openssl_accepts(LEAF.der, elsewhere)


def test_under_constraints_a_name_that_cannot_be_read_is_open() -> None:
    constraints = encoded(0x30, encoded(0xA0, encoded(0x30, encoded(0x82, b"example.com"))))
    issuing = with_extension(ISSUING.der, ROOT, "nameConstraints", constraints, critical=b"\x01\x01\xff")
    assert judged(subject(attribute("550403", 0x0C, b"\xfc")), issuing).outcome is Outcome.OPEN
    for entry in (encoded(0x87, bytes(8)), encoded(0x81, b"\xfc")):
        assert judged(san(GOOD, entry), issuing).outcome is Outcome.PASS, "constraints of its kind there are none"
        assert judged(san(encoded(0x82, b"a.test"), entry), issuing).outcome is Outcome.FAIL


MALFORMED_ENTRIES = {
    0x87: (b"\xc0\0\2\0\xff\xff\xff\0", bytes(8), b"\xc0\0\2\1"),
    0x81: (b"example.com", b"\xfc@example.com", b"a@b@example.com", b"a@", b"a@example.com"),
    0x82: (b"example.com", b"m\xfcller.example.com", HOST.encode()),
    0x86: (b".example.com", b"https://m\xfc.example.com", b"https://mcu.example.com"),
}


@pytest.mark.parametrize("side", [0xA0, 0xA1], ids=["permitted", "excluded"])
@pytest.mark.parametrize("tag", MALFORMED_ENTRIES)
def test_an_entry_that_is_not_of_its_form_fails_under_constraints_of_its_kind(tag: int, side: int) -> None:
    base, *malformed, sound = MALFORMED_ENTRIES[tag]
    issuing = constrained(side, encoded(tag, base))
    for entry in malformed:
        assert judged(san(encoded(tag, entry)), issuing).openssl_error == 53
    assert judged(san(encoded(tag, sound)), issuing).openssl_error == (None if side == 0xA0 else 48)


MALFORMED_BASES = {
    "three octets": (0x87, b"\x0a\0\0", b"\x0a\0\0\1"),
    "a mask with gaps": (0x87, b"\x0a\0\0\0\xff\0\xff\0", b"\x0a\0\0\1"),
    "nine octets": (0x87, bytes(9), b"\x0a\0\0\1"),
    "Latin-1": (0x82, b"\xfc", HOST.encode()),
    "a wildcard": (0x82, b"*.example.com", HOST.encode()),
    "two at signs": (0x81, b"a@b@example.com", b"a@example.com"),
    "nothing": (0x81, b"", b"a@example.com"),
}


@pytest.mark.parametrize("side", [0xA0, 0xA1], ids=["permitted", "excluded"])
@pytest.mark.parametrize("kind", MALFORMED_BASES)
def test_a_constraint_that_is_not_of_its_form_fails_names_of_its_kind(kind: str, side: int) -> None:
    tag, base, name = MALFORMED_BASES[kind]
    issuing = constrained(side, encoded(tag, base))
    assert decode_certificate(issuing).unreadable == ()
    found = judged(san(encoded(tag, name)), issuing)
    assert found.openssl_error == 53
    assert "constraint of CN=Issuing,O=Example on such names is malformed" in found.reason
    other = encoded(0x82, HOST.encode()) if tag == 0x87 else encoded(0x87, b"\x0a\0\0\1")
    assert judged(san(other), issuing).openssl_error is None, "it does not matter to names of other kinds"


def constrained(side: int, base: bytes) -> bytes:
    constraints = encoded(0x30, encoded(side, encoded(0x30, base)))
    return with_extension(ISSUING.der, ROOT, "nameConstraints", constraints, critical=b"\x01\x01\xff")


def test_a_self_signed_root_with_an_odd_name_is_a_root() -> None:
    odd = encoded(0x30, attribute("55040a", 0x14, b"S\xf6llner") + attribute("550403", 0x0C, b"Root"))
    fields = fields_of(ROOT.der)
    fields[3] = fields[5] = odd
    root = signed(fields, ROOT)
    issuing = with_field(ISSUING.der, ROOT, "issuer", odd)
    assert openssl_accepts(LEAF.der, issuing, root)
    assert judged(LEAF.der, issuing, root).outcome is Outcome.PASS
    assert decode_certificate(root).subject_text == "CN=Root,O=S\xf6llner"


def test_a_signature_by_another_key_is_found_in_an_odd_certificate() -> None:
    other = Authority.root("Root", key=p256_key(8_009))
    forged = with_extension(LEAF.der, other, "basicConstraints", encoded(0x30, b"\x01\x01\x00"))
    assert judged(forged).reason_code == "signature"


def test_an_expired_certificate_stays_expired_whatever_is_odd() -> None:
    old = ISSUING.leaf(HOST, key=p256_key(8_003), not_before=LONG_AGO, not_after=datetime(2026, 1, 1, tzinfo=UTC))
    odd = with_extension(old.der, ISSUING, "subjectAltName", encoded(0x30, b"\x82\x05a"))
    assert decode_certificate(odd).unreadable == ("subjectAltName",)
    assert judged(odd).reason_code == "expired"


@pytest.mark.parametrize(
    ("entries", "outcome", "code"),
    [
        ((GOOD, encoded(0x87, bytes(8))), Outcome.PASS, None),
        ((encoded(0x82, b"other.example.com"), encoded(0x87, bytes(8))), Outcome.OPEN, "unreadable_name"),
        ((encoded(0x82, b"other.example.com"), encoded(0x88, bytes.fromhex("2a03"))), Outcome.FAIL, None),
    ],
)
@pytest.mark.parametrize("standard", ["mcu", "rfc5922", "rfc9525", "vcs", "cucm"])
def test_a_name_that_cannot_be_read_could_match(
    standard: str, entries: tuple[bytes, ...], outcome: Outcome, code: str | None
) -> None:
    der = with_field(san(*entries), ISSUING, "subject", name("nobody").public_bytes())
    found = match(der, HOST, standard)
    assert found.outcome is outcome
    assert code is None or found.reason_code == code


def test_without_readable_extensions_a_common_name_proves_nothing() -> None:
    der = with_extensions(LEAF.der, ISSUING, [*extensions_of(LEAF.der)[:1], b"\x30\x7f"])
    found = decode_certificate(der)
    assert found.unreadable == ("extensions",)
    assert match(found, HOST, "mcu").outcome is Outcome.OPEN
    assert judged(der).outcome is Outcome.OPEN


def test_a_purpose_that_cannot_be_read_is_open_and_one_that_is_missing_fails() -> None:
    odd = decode_certificate(leaf("extKeyUsage", encoded(0x30, b"\x0c\x01x")))
    assert purpose_outcome((odd, ISSUING.record), "serverAuth").outcome is Outcome.OPEN
    lacking = ISSUING.leaf(HOST, purposes=["codeSigning"]).record
    assert purpose_outcome((lacking, ISSUING.record), "serverAuth").outcome is Outcome.FAIL
    usage = decode_certificate(leaf("keyUsage", b"\x03\x02\x09\x06"))
    assert purpose_outcome((usage, ISSUING.record), "serverAuth").lacking == "keyUsage"


@pytest.mark.parametrize(
    ("time", "readable"), [(b"260101000000Z", True), (b"2601010000Z", False), (b"260101000000+0100", False)]
)
def test_a_time_of_another_form_is_not_guessed(time: bytes, readable: bool) -> None:
    validity = encoded(0x30, encoded(0x17, time) + encoded(0x17, b"270101000000Z"))
    found = decode_certificate(with_field(LEAF.der, ISSUING, "validity", validity))
    assert ("notBefore" not in found.unreadable) is readable
    assert found.not_after == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_common_name_counts_if_another_field_than_a_name_is_unreadable() -> None:
    """Only where all extensions are unreadable may a subjectAltName be hidden among them."""
    bare = ISSUING.leaf(HOST)
    odd = with_extension(bare.der, ISSUING, "extKeyUsage", encoded(0x30, b"\x0c\x01x"))
    found = decode_certificate(odd)
    assert found.unreadable == ("extKeyUsage",)
    assert match(found, HOST, "mcu").outcome is match(bare.der, HOST, "mcu").outcome is Outcome.PASS


@pytest.mark.parametrize(("standard", "outcome"), [("mcu", Outcome.PASS), ("vcs", Outcome.OPEN)])
def test_a_common_name_counts_beside_another_attribute_that_is_unreadable(standard: str, outcome: Outcome) -> None:
    """For an Expressway it is open as every name in the CN alone is (reading A24)."""
    bare = ISSUING.leaf(HOST, key=p256_key(8_003))
    der = with_field(bare.der, ISSUING, "subject", encoded(0x30, attribute("55040a", 0x0C, b"\xe9") + CN))
    assert decode_certificate(der).unreadable == ("subject",)
    found = match(der, HOST, standard)
    assert (found.outcome, found.found_in) == (outcome, "cn")


def test_of_several_names_the_readings_of_the_open_ones_count() -> None:
    wild = ISSUING.leaf("x", san=["DNS:*.example.com", "DNS:other.example.org"]).record
    found = Matcher().match_all(wild, (HOST, "other.example.org"), "mcu")
    assert (found.outcome, found.readings) == (Outcome.OPEN, ("A7", "A5"))
    none = Matcher().match_all(ISSUING.leaf("x", san=["DNS:x"]).record, (HOST, "y"), "mcu")
    assert (none.outcome, none.readings) == (Outcome.FAIL, ())


def test_a_name_that_fails_for_certain_does_not_decide_beside_an_unreadable_one() -> None:
    """An https: URI is refused (A3); the entry that cannot be read might match."""
    der = with_field(
        san(encoded(0x86, f"https://{HOST}".encode()), encoded(0x82, b"z\xfcrich.example.com")),
        ISSUING, "subject", name("nobody").public_bytes(),
    )  # fmt: skip
    found = match(der, HOST, "mcu")
    assert (found.outcome, found.reason_code) == (Outcome.OPEN, "unreadable_name")


@pytest.mark.parametrize(
    ("uri", "is_domain", "is_unreadable"),
    [
        ("sip:mcu.example.com", True, False),
        ("sip:10.1.2.3", True, False),
        ("sip:[2001:db8::1]", True, False),
        ("sip:a_b!.example.com", False, True),
        ("sip:user@mcu.example.com", False, False),
    ],
)
def test_a_sip_uri_is_a_domain_an_address_or_unreadable(uri: str, is_domain: bool, is_unreadable: bool) -> None:
    names = PresentedIdentifiers(ISSUING.leaf("x", san=[f"URI:{uri}"]).record)
    assert (names.has_sip_domain, names.has_unreadable_sip_uri) == (is_domain, is_unreadable)


def test_an_oddly_encoded_ca_signs_as_any_other() -> None:
    """Its key is read from the bytes themselves, where the whole cannot be loaded."""
    value = value_of(ISSUING.der, "basicConstraints") or b""
    odd = {
        "critical 1": with_extension(ISSUING.der, ROOT, "basicConstraints", value, critical=b"\x01\x01\x01"),
        "version 2": with_field(ISSUING.der, ROOT, "version", encoded(0xA0, b"\x02\x01\x01")),
    }
    for der in odd.values():
        assert openssl_accepts(LEAF.der, der)
        assert judged(LEAF.der, der).outcome is Outcome.PASS
