"""Certificates read field by field: what one odd field costs, and that it costs nothing else."""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509

from mcuaudit.decode.odd_certificate import OddFields, algorithm_identifier, key_identifier, odd_fields
from mcuaudit.decode.tlv import BadEncodingError, encoded
from mcuaudit.domain.certificate import NO_NOT_AFTER, NO_NOT_BEFORE
from tests.decode.times import TIMES, time

ALGORITHM = bytes.fromhex("300506032b6570")
KEY = bytes.fromhex("302a300506032b6570032100") + bytes(32)
VERSION = b"\xa0\x03\x02\x01\x02"
NO_NAME = b"\x30\x00"


def sequence(*parts: bytes) -> bytes:
    return encoded(0x30, b"".join(parts))


def name(*texts: bytes, kind: str = "550403", tag: int = 0x0C) -> bytes:
    """A name of several attributes of one kind, CN if it is not given."""
    kind_octets = encoded(0x06, bytes.fromhex(kind))
    return sequence(*(encoded(0x31, sequence(kind_octets, encoded(tag, text))) for text in texts))


SUBJECT, ISSUER = name(b"mcu"), name(b"CA")
FROM, TO = time("261101000000Z"), time("271101000000Z")
SIGNATURE = b"\x03\x03\x00\xab\xcd"


def certificate(
    *after_key: bytes,
    version: bytes = VERSION,
    serial: bytes = b"\x02\x01\x05",
    issuer: bytes = ISSUER,
    validity: bytes = FROM + TO,
    subject: bytes = SUBJECT,
    key: bytes = KEY,
    signature: bytes = SIGNATURE,
) -> bytes:
    fields = (version, serial, ALGORITHM, issuer, sequence(validity), subject, key, *after_key)
    return sequence(sequence(*fields), sequence(b"\x06\x01\x2a"), signature)


def extension(number: str, value: bytes, critical: bytes = b"") -> bytes:
    """`number` is the last arc below 2.5.29, or the octets in hex."""
    octets = bytes([0x55, 0x1D, int(number)]) if len(number) < 4 else bytes.fromhex(number)
    return sequence(encoded(0x06, octets), critical, encoded(0x04, value))


def extensions(*found: bytes) -> bytes:
    return encoded(0xA3, sequence(*found))


def read(*after_key: bytes, **fields: bytes) -> OddFields:
    return odd_fields(certificate(*after_key, **fields))


def faults(found: OddFields) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return found.fields["unreadable"], found.fields["oddly_encoded"]


ENCODING = ("encoding",)


def test_a_certificate_is_read_whole() -> None:
    der = certificate()
    assert odd_fields(der) == OddFields(
        fields={
            "der": der,
            "sha256": hashlib.sha256(der).hexdigest(),
            "version": 3,
            "serial_number": 5,
            "subject": SUBJECT,
            "issuer": ISSUER,
            "subject_text": "CN=mcu",
            "issuer_text": "CN=CA",
            "common_names": ("mcu",),
            "email_attributes": (),
            "not_before": datetime(2026, 11, 1, tzinfo=UTC),
            "not_after": datetime(2027, 11, 1, tzinfo=UTC),
            "unreadable": (),
            "oddly_encoded": ENCODING,
        },
        values={},
        overrides={},
        critical=frozenset(),
        key=KEY,
        algorithm=ALGORITHM,
        to_be_signed=sequence(VERSION, b"\x02\x01\x05", ALGORITHM, ISSUER, sequence(FROM, TO), SUBJECT, KEY),
    )


def test_what_is_no_certificate_is_refused() -> None:
    for data in (b"", sequence(), sequence(sequence(), ALGORITHM, SIGNATURE)):
        with pytest.raises(BadEncodingError):
            odd_fields(data)


@pytest.mark.parametrize(
    ("encoding", "version", "unreadable", "odd"),
    [
        (b"", 1, (), ENCODING),
        (b"\xa0\x03\x02\x01\x02", 3, (), ENCODING),
        (b"\xa0\x03\x02\x01\x00", 1, (), ("version",)),
        (b"\xa0\x03\x02\x01\x01", 2, (), ("version",)),
        (b"\xa0\x03\x02\x01\x03", 4, (), ("version",)),
        (b"\xa0\x04\x02\x02\x00\xfe", 255, (), ("version",)),
        (b"\xa0\x04\x02\x02\x00\xff", 3, ("version",), ()),
        (b"\xa0\x03\x02\x01\xff", 3, ("version",), ()),
        (b"\xa0\x03\x02\x01\xfe", 3, ("version",), ()),
        (b"\xa0\x04\x02\x02\x00\x02", 3, ("version",), ()),
        (b"\xa0\x02\x02\x00", 3, ("version",), ()),
        (b"\xa0\x03\x04\x01\x02", 3, ("version",), ()),
        (b"\xa0\x00", 3, ("version",), ()),
    ],
)
def test_each_version_is_read_or_unreadable(
    encoding: bytes, version: int, unreadable: tuple[str, ...], odd: tuple[str, ...]
) -> None:
    found = read(version=encoding)
    assert (found.fields["version"], *faults(found)) == (version, unreadable, odd)


@pytest.mark.parametrize(
    ("serial", "number", "unreadable"),
    [
        (b"\x02\x01\x00", 0, ()),
        (b"\x02\x01\xff", -1, ()),
        (b"\x02\x02\x01\x00", 256, ()),
        (b"\x02\x02\x00\x80", 128, ()),
        (b"\x02\x00", 0, ("serialNumber",)),
        (b"\x02\x02\x00\x05", 5, ("serialNumber",)),
        (b"\x02\x02\xff\xff", -1, ("serialNumber",)),
        (b"\x02\x02\x00\x7f", 127, ("serialNumber",)),
        (b"\x02\x02\xff\x7f", -129, ()),
        (b"\x02\x02\xff\x80", -128, ("serialNumber",)),
        (b"\x02\x02\x80\x00", -32768, ()),
        (b"\x02\x03\x80\x00\xff", -8388353, ()),
        (b"\x02\x02\x01\xff", 511, ()),
    ],
)
def test_a_serial_number_has_its_shortest_form(serial: bytes, number: int, unreadable: tuple[str, ...]) -> None:
    found = read(serial=serial)
    assert (found.fields["serial_number"], found.fields["unreadable"]) == (number, unreadable)


@pytest.mark.parametrize(
    ("key", "kept", "unreadable"),
    [
        (b"\x30\x81\x2a" + KEY[2:], KEY, ()),
        (sequence(b"\x30\x05\x06"), sequence(b"\x30\x05\x06"), ("subjectPublicKeyInfo",)),
    ],
)
def test_a_key_is_der_or_unreadable(key: bytes, kept: bytes, unreadable: tuple[str, ...]) -> None:
    found = read(key=key)
    assert (found.key, found.fields["unreadable"]) == (kept, unreadable)


def test_a_signature_has_whole_octets() -> None:
    assert faults(read(signature=b"\x03\x02\x01\xaa")) == (("signatureValue",), ())


@pytest.mark.parametrize(
    ("encoding", "text", "unreadable", "odd"),
    [
        (name(b"a", b"b"), "CN=b,CN=a", (), ()),
        (NO_NAME, "", (), ()),
        (name(b"\xff"), "CN=\\\\xff", ("",), ()),
        (name(b"a", tag=0x04), "CN=#040161", ("",), ()),
        (name(b"\xe9", tag=0x13), "CN=\\\\xe9", (" CN",), ()),
        (name(b"\xe9", b"\xe8", tag=0x13), "CN=\\\\xe8,CN=\\\\xe9", (" CN",), ()),
        (name(b"\xe9", b"a", kind="55040a", tag=0x13), "O=a,O=\\\\xe9", (" O",), ()),
        (name("é".encode("latin-1"), tag=0x14), "CN=é", (), ("",)),
        (sequence(b"\x31\x05\x30"), "", ("",), ()),
        (sequence(b"\x05\x00"), "", ("",), ()),
    ],
)
def test_a_name_is_read_odd_or_unreadable(
    encoding: bytes, text: str, unreadable: tuple[str, ...], odd: tuple[str, ...]
) -> None:
    for field in ("subject", "issuer"):
        found = read(**{field: encoding})
        assert (found.fields[field], found.fields[f"{field}_text"]) == (encoding, text)
        assert found.fields["unreadable"] == tuple(f"{field}{part}" for part in unreadable)
        if odd:
            assert found.fields["oddly_encoded"] == (field,)
        else:
            assert found.fields["oddly_encoded"] == (() if unreadable else ENCODING)


def test_the_names_that_programs_look_for_are_those_of_the_subject() -> None:
    subject = sequence(name(b"a", b"b")[2:], name(b"c@d", kind="2a864886f70d010901", tag=0x16)[2:])
    found = read(subject=subject).fields
    assert (found["common_names"], found["email_attributes"]) == (("a", "b"), ("c@d",))


def test_a_name_is_kept_in_der() -> None:
    found = read(subject=b"\x30\x81" + SUBJECT[1:])
    assert (found.fields["subject"], found.fields["subject_text"]) == (SUBJECT, "CN=mcu")
    assert faults(found) == ((), ("subject",))


# Validity


@pytest.mark.parametrize(("encoding", "expected"), TIMES)
def test_each_end_of_the_validity_is_read_alone(encoding: bytes, expected: datetime | None) -> None:
    begin = read(validity=encoding + TO).fields
    assert (begin["not_before"], begin["not_after"]) == (expected or NO_NOT_BEFORE, datetime(2027, 11, 1, tzinfo=UTC))
    assert begin["unreadable"] == (() if expected else ("notBefore",))
    end = read(validity=FROM + encoding).fields
    assert (end["not_before"], end["not_after"]) == (datetime(2026, 11, 1, tzinfo=UTC), expected or NO_NOT_AFTER)
    assert end["unreadable"] == (() if expected else ("notAfter",))


@pytest.mark.parametrize("validity", [b"", FROM, FROM + TO + TO, FROM + b"\x17\x0d"])
def test_a_validity_has_two_ends(validity: bytes) -> None:
    found = read(validity=validity).fields
    assert (found["not_before"], found["not_after"]) == (NO_NOT_BEFORE, NO_NOT_AFTER)
    assert found["unreadable"] == ("notBefore", "notAfter")


# Extensions

CA, BER_CA = sequence(b"\x01\x01\xff"), b"\x30\x81\x03\x01\x01\xff"
TRUE, ONE, FALSE = b"\x01\x01\xff", b"\x01\x01\x01", b"\x01\x01\x00"
BASIC = x509.oid.ExtensionOID.BASIC_CONSTRAINTS
IS_CA = {BASIC: x509.BasicConstraints(ca=True, path_length=None)}
UNIQUE = (encoded(0x81, b"x"), encoded(0x82, b"x"), encoded(0xA1, b"x"), encoded(0xA2, b"x"))
ALL = ("extensions",)


@pytest.mark.parametrize(
    ("after_key", "values", "unreadable"),
    [
        ((), {}, ()),
        ((extensions(),), {}, ()),
        ((extensions(extension("19", CA)),), IS_CA, ()),
        ((*UNIQUE, extensions(extension("19", CA))), IS_CA, ()),
        ((encoded(0xA4, b""), extensions(extension("19", CA))), IS_CA, ALL),
        ((encoded(0xA3, b""), extensions(extension("19", CA))), IS_CA, ALL),
        ((encoded(0xA3, encoded(0x31, b"")),), {}, ALL),
        ((encoded(0x83, b""),), {}, ALL),
        # What stands before an extension without an end is read, and after one without parts as well.
        ((extensions(extension("19", CA), b"\x30\x05\x06"),), IS_CA, ALL),
        ((extensions(sequence(), extension("19", CA)),), IS_CA, ALL),
    ],
)
def test_extensions_are_read_as_far_as_they_have_an_end(
    after_key: tuple[bytes, ...], values: Any, unreadable: tuple[str, ...]
) -> None:
    found = read(*after_key)
    assert (found.values, found.overrides, found.fields["unreadable"]) == (values, {}, unreadable)


NO_PARTS = (
    sequence(),
    encoded(0x31, extension("19", CA)[2:]),
    sequence(encoded(0x04, b"\x55\x1d\x13"), encoded(0x04, CA)),
    sequence(encoded(0x06, b"\x55\x1d\x13")),
    sequence(encoded(0x06, b"\x55\x1d\x13"), TRUE),
    sequence(encoded(0x06, b"\x55\x1d\x13"), encoded(0x05, CA)),
    sequence(encoded(0x06, b"\x55\x1d\x13"), encoded(0x04, CA), encoded(0x04, CA)),
    sequence(encoded(0x06, b""), encoded(0x04, CA)),
    extension("19", CA, b"\x01\x00"),
    extension("19", CA, b"\x01\x02\xff\xff"),
)


@pytest.mark.parametrize("encoding", NO_PARTS)
def test_an_extension_without_its_parts_may_be_any(encoding: bytes) -> None:
    found = read(extensions(encoding))
    assert (found.values, found.overrides, found.critical, found.fields["unreadable"]) == ({}, {}, frozenset(), ALL)


@pytest.mark.parametrize(
    ("flag", "critical", "odd"),
    [(b"", False, ENCODING), (TRUE, True, ENCODING), (ONE, True, ("basicConstraints",)),
     (FALSE, False, ("basicConstraints",))],
)  # fmt: skip
def test_an_extension_is_critical_by_its_flag(flag: bytes, critical: bool, odd: tuple[str, ...]) -> None:
    found = read(extensions(extension("19", CA, flag)))
    assert found.values == IS_CA
    assert found.critical == ({"2.5.29.19"} if critical else set())
    assert faults(found) == ((), odd)


def test_an_extension_in_ber_is_read_by_the_library_in_der() -> None:
    found = read(extensions(extension("19", BER_CA)))
    assert (found.values, found.overrides, faults(found)) == (IS_CA, {}, ((), ("basicConstraints",)))


def test_an_address_of_a_subject_is_read_by_the_library() -> None:
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("10.1.2.3"))])
    found = read(extensions(extension("17", sequence(encoded(0x87, bytes([10, 1, 2, 3]))))))
    assert (found.values, found.overrides, faults(found)) == ({names.oid: names}, {}, ((), ENCODING))


SAN = {"has_subject_alternative_name": True}
KINDS = ("dns_names", "uris", "ip_addresses", "email_addresses", "directory_names", "other_name_kinds")


@pytest.mark.parametrize(
    ("number", "value", "overrides", "unreadable", "odd"),
    [
        (
            "17",
            sequence(encoded(0x82, b"\xff")),
            SAN | dict.fromkeys(KINDS, ()) | {"dns_names": ("\\xff",)},
            ("subjectAltName entry 1 (dNSName)",),
            (),
        ),
        (
            "17",
            sequence(encoded(0x87, bytes(8))),
            SAN | dict.fromkeys(KINDS, ()),
            ("subjectAltName entry 1 (iPAddress)",),
            (),
        ),
        (
            "17",
            sequence(encoded(0x87, bytes(4)), encoded(0x87, bytes(32))),
            SAN | dict.fromkeys(KINDS, ()) | {"ip_addresses": (ipaddress.ip_address("0.0.0.0"),)},
            ("subjectAltName entry 2 (iPAddress)",),
            (),
        ),
        ("17", b"\x31\x00", SAN, ("subjectAltName",), ()),
        ("17", b"", SAN, ("subjectAltName",), ()),
        (
            "19",
            sequence(b"\x01\x01\xff", b"\x02\x02\x00\x03"),
            {"is_ca": True, "path_length": 3},
            (),
            ("basicConstraints",),
        ),
        ("19", b"\x31\x00", {}, ("basicConstraints",), ()),
        (
            "33",
            sequence(sequence(b"\x06\x01\x2a", b"\x06\x01\x2b")),
            {"policy_mappings": (("1.2", "1.3"),)},
            (),
            ENCODING,
        ),
        ("33", sequence(), {}, ("policyMappings",), ()),
        ("16", b"\x31\x00", {}, ("privateKeyUsagePeriod",), ()),
        ("15", b"\x03\x00", {}, ("keyUsage",), ()),
        ("32", sequence(sequence()), {}, ("certificatePolicies",), ()),
        ("2b06010505070118", b"\x31\x00", {}, ("tlsFeature",), ()),
    ],
)
def test_an_extension_that_the_library_refuses_is_read_by_hand(
    number: str, value: bytes, overrides: Any, unreadable: tuple[str, ...], odd: tuple[str, ...]
) -> None:
    found = read(extensions(extension(number, value)))
    assert (found.overrides, faults(found)) == (overrides, (unreadable, odd))
    assert found.values == {}


def test_policy_mappings_with_an_odd_flag_are_oddly_encoded() -> None:
    mappings = sequence(sequence(b"\x06\x01\x2a", b"\x06\x01\x2b"))
    for flag, odd in ((TRUE, ENCODING), (ONE, ("policyMappings",))):
        found = read(extensions(extension("33", mappings, flag)))
        assert (found.overrides, faults(found)) == ({"policy_mappings": (("1.2", "1.3"),)}, ((), odd))
        assert found.critical == {"2.5.29.33"}


@pytest.mark.parametrize(("number", "value", "word"), [("19", CA, "basicConstraints"), ("2a03", b"x", "1.2.3")])
def test_an_extension_that_stands_twice_is_unreadable(number: str, value: bytes, word: str) -> None:
    twice = read(extensions(extension(number, value), extension("14", b"\x04\x01a"), extension(number, value)))
    assert faults(twice) == ((word,), ())


def test_what_is_odd_twice_is_named_once_and_in_its_order() -> None:
    found = read(
        extensions(extension("19", CA, ONE), extension("14", b"\x04\x01a", ONE), extension("2a03", b"x", ONE)),
        version=b"\xa0\x03\x02\x01\x01",
        issuer=name(b"\xe9", tag=0x14),
        subject=name(b"\xe9", tag=0x14),
    )
    odd = ("subject", "issuer", "basicConstraints", "subjectKeyIdentifier", "1.2.3", "version")
    assert faults(found) == ((), odd)
    assert found.critical == {"2.5.29.19", "2.5.29.14", "1.2.3"}


def test_all_that_is_unreadable_is_named_in_order() -> None:
    found = read(
        extensions(extension("19", b"\x31\x00"), sequence(), sequence()),
        version=b"\xa0\x00",
        serial=b"\x02\x00",
        subject=name(b"\xff"),
        issuer=name(b"\xe9", tag=0x13),
        validity=FROM,
        key=sequence(b"\x30\x05\x06"),
        signature=b"\x03\x00",
    )
    assert faults(found)[0] == (
        "subject", "issuer CN", "notBefore", "notAfter", "basicConstraints", "extensions", "version",
        "subjectPublicKeyInfo", "signatureValue", "serialNumber",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "identifier"),
    [
        (KEY, "1.3.101.112"),
        (sequence(ALGORITHM), "1.3.101.112"),
        (sequence(sequence(b"\x06\x01\x2a", ALGORITHM)), "1.2"),
        (b"", ""),
        (sequence(), ""),
        (sequence(sequence()), ""),
        (sequence(sequence(b"\x06\x00")), ""),
        (KEY + b"x", ""),
    ],
)
def test_the_kind_of_a_key_is_the_identifier_of_its_algorithm(key: bytes, identifier: str) -> None:
    assert key_identifier(key) == identifier


@pytest.mark.parametrize(
    ("algorithm", "identifier"),
    [(ALGORITHM, "1.3.101.112"), (sequence(b"\x06\x01\x2a", b"\x05\x00"), "1.2"), (b"", ""), (sequence(), ""),
     (sequence(b"\x06\x01\x80"), "")],
)  # fmt: skip
def test_a_signature_algorithm_has_an_identifier(algorithm: bytes, identifier: str) -> None:
    assert algorithm_identifier(algorithm) == identifier
