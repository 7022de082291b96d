"""One revocation list, made octet by octet: what is read of it, what is named as unreadable, and what is refused."""

from __future__ import annotations

import dataclasses
import hashlib
import warnings
from datetime import UTC, datetime
from typing import Any

import pytest

from mcuaudit.decode.revocation_list import decode_list_once, decode_revocation_list
from mcuaudit.decode.tlv import encoded
from mcuaudit.domain.revocation_list import DistributionPoint, Entry, ListScope, PointName, RevocationList
from mcuaudit.errors import Undecodable
from tests.decode.times import TIMES, time

ALGORITHM, OUTER = bytes.fromhex("300506032b6570"), bytes.fromhex("300506032b6571")
VERSION = b"\x02\x01\x01"
KEEP = b"\x03\x03\x00\xab\xcd"


def sequence(*parts: bytes) -> bytes:
    return encoded(0x30, b"".join(parts))


def name(text: bytes, tag: int = 0x0C) -> bytes:
    return sequence(encoded(0x31, sequence(bytes.fromhex("0603550403"), encoded(tag, text))))


ISSUER, OTHER = name(b"CA"), name(b"Other CA")


THIS, NEXT = time("261101000000Z"), time("261201000000Z")
ON, OFF = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


def extension(identifier: str, value: bytes, *, critical: bool = False) -> bytes:
    """`identifier` is the last arc below 2.5.29, or the octets in hex."""
    octets = bytes([0x55, 0x1D, int(identifier)]) if len(identifier) < 4 else bytes.fromhex(identifier)
    return sequence(encoded(0x06, octets), b"\x01\x01\xff" if critical else b"", encoded(0x04, value))


def entry(serial: int, *extensions: bytes, on: bytes = THIS) -> bytes:
    return sequence(encoded(0x02, bytes([serial])), on, sequence(*extensions) if extensions else b"")


def revocation_list(
    *rest: bytes, before: bytes = VERSION + ALGORITHM + ISSUER + THIS, signature: bytes = KEEP
) -> bytes:
    return sequence(sequence(before, *rest), OUTER, signature)


def extensions(*found: bytes) -> bytes:
    return encoded(0xA0, sequence(*found))


def fields(found: RevocationList) -> dict[str, Any]:
    return {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}


def read(*rest: bytes) -> RevocationList:
    return decode_revocation_list(revocation_list(*rest))


def test_a_list_is_read_whole() -> None:
    row = entry(5, extension("21", b"\x0a\x01\x01"))
    rest = (NEXT, sequence(row, entry(0x80)), extensions(extension("20", b"\x02\x01\x07")))
    der = revocation_list(*rest)
    assert fields(decode_revocation_list(der)) == {
        "der": der,
        "sha256": hashlib.sha256(der).hexdigest(),
        "issuer": ISSUER,
        "issuer_text": "CN=CA",
        "this_update": ON,
        "next_update": OFF,
        "to_be_signed": sequence(VERSION + ALGORITHM + ISSUER + THIS, *rest),
        "inner_algorithm": ALGORITHM,
        "outer_algorithm": OUTER,
        "signature": b"\xab\xcd",
        "entries": {(0, 5): Entry(ON, "keyCompromise"), (0, -128): Entry(ON, "unspecified")},
        "entry_issuers": ((ISSUER,),),
        "number": 7,
        "base_number": None,
        "authority_key_identifier": None,
        "authority_issuer": None,
        "authority_serial_number": None,
        "scope": None,
        "freshest": (),
        "unknown_critical": (),
        "unreadable": (),
    }
    assert fields(decode_list_once(der)) == fields(decode_revocation_list(der))
    assert decode_list_once(der) is decode_list_once(der)


@pytest.mark.parametrize("version", [b"", VERSION])
def test_each_part_after_this_update_may_be_absent(version: bytes) -> None:
    before = version + ALGORITHM + ISSUER + THIS
    for rest in ((), (sequence(),), (extensions(),), (sequence(), extensions())):
        found = decode_revocation_list(revocation_list(*rest, before=before))
        assert (found.this_update, found.next_update, found.entries, found.unreadable) == (ON, None, {}, ())


THREE_PARTS = "does not have the three parts of a CRL"
ITS_FIELDS = "does not have the fields of a CRL"


@pytest.mark.parametrize(
    ("der", "words"),
    [
        (b"", "is cut short"),
        (revocation_list() + b"\x00", "is followed by other octets"),
        (encoded(0x31, revocation_list()), "has an element of the wrong type"),
        (sequence(sequence(), OUTER), THREE_PARTS),
        (sequence(sequence(), OUTER, KEEP, KEEP), THREE_PARTS),
        (sequence(sequence(), KEEP, OUTER), THREE_PARTS),
        (revocation_list(before=b""), ITS_FIELDS),
        (revocation_list(before=VERSION), ITS_FIELDS),
        (revocation_list(before=VERSION + ALGORITHM + ISSUER), ITS_FIELDS),
        (revocation_list(before=VERSION + VERSION + ALGORITHM + ISSUER + THIS), ITS_FIELDS),
        (revocation_list(before=ALGORITHM + THIS + ISSUER), ITS_FIELDS),
        (revocation_list(before=THIS + ALGORITHM + ISSUER), ITS_FIELDS),
        (revocation_list(before=b"\x30\x05\x02"), "is cut short: it should have 7 bytes, and has 3"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(der: bytes, words: str) -> None:
    with pytest.raises(Undecodable) as refused:
        decode_revocation_list(der)
    assert refused.value.reason == f"not a certificate revocation list (CRL): it {words}"


@pytest.mark.parametrize(
    ("signature", "kept"),
    [
        (b"\x03\x01\x00", b""),
        (b"\x03\x02\x00\x01", b"\x01"),
        (b"\x03\x02\x01\x02", b""),
        (b"\x03\x00", b""),
        (b"\x03\x03\x00\x00\x02", b"\x00\x02"),
    ],
)
def test_a_signature_has_whole_octets(signature: bytes, kept: bytes) -> None:
    assert decode_revocation_list(revocation_list(signature=signature)).signature == kept


@pytest.mark.parametrize(
    ("issuer", "text"),
    [
        (name(b"CA, Ltd"), "CN=CA\\, Ltd"),
        (name("Ä".encode()), "CN=Ä"),
        (name(b"\xe9", 0x13), "CN=\\\\xe9"),
        (name(b"\x05", 0x02), "CN=#020105"),
        (sequence(), ""),
        (sequence(b"\x05\x00"), ""),
        (sequence(encoded(0x31, sequence(encoded(0x06, b""), encoded(0x0C, b"a")))), ""),
    ],
)
def test_the_issuer_is_shown_as_certificates_show_theirs(issuer: bytes, text: str) -> None:
    found = decode_revocation_list(revocation_list(before=VERSION + ALGORITHM + issuer + THIS))
    assert (found.issuer, found.issuer_text) == (issuer, text)


def test_an_issuer_with_a_country_of_three_letters_is_read_without_a_warning() -> None:
    issuer = sequence(encoded(0x31, sequence(bytes.fromhex("0603550406"), encoded(0x13, b"DEU"))))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert decode_revocation_list(revocation_list(before=ALGORITHM + issuer + THIS)).issuer_text == "C=DEU"


@pytest.mark.parametrize(("encoding", "expected"), TIMES)
def test_a_time_is_read_in_the_two_forms_of_rfc_5280(encoding: bytes, expected: datetime | None) -> None:
    found = decode_revocation_list(revocation_list(before=ALGORITHM + ISSUER + encoding))
    assert (found.this_update, found.unreadable) == (expected, () if expected else ("thisUpdate",))
    if encoding[0] != 0x16:
        found = read(encoding)
        assert (found.next_update, found.unreadable) == (expected, () if expected else ("nextUpdate",))
    entered = read(sequence(entry(5, on=encoding)))
    assert (entered.entries, entered.unreadable) == ({(0, 5): Entry(expected, "unspecified")}, ())


@pytest.mark.parametrize(
    "rest",
    [(encoded(0x16, b"x"),), (NEXT, NEXT), (extensions(), sequence()), (extensions(), extensions()), (sequence(), NEXT),
     (encoded(0xA1, b""),)],
)  # fmt: skip
def test_what_has_no_place_in_a_list_makes_it_unreadable(rest: tuple[bytes, ...]) -> None:
    assert read(*rest).unreadable == ("tbsCertList",)


# Entries


@pytest.mark.parametrize(
    ("code", "reason"),
    [(0, "unspecified"), (1, "keyCompromise"), (2, "cACompromise"), (3, "affiliationChanged"), (4, "superseded"),
     (5, "cessationOfOperation"), (6, "certificateHold"), (8, "removeFromCRL"), (9, "privilegeWithdrawn"),
     (10, "aACompromise")],
)  # fmt: skip
@pytest.mark.parametrize("critical", [False, True])
def test_an_entry_has_its_reason(code: int, reason: str, critical: bool) -> None:
    found = read(sequence(entry(5, extension("21", bytes([0x0A, 1, code]), critical=critical)), entry(6)))
    assert found.entries == {(0, 5): Entry(ON, reason), (0, 6): Entry(ON, "unspecified")}
    assert (found.unknown_critical, found.unreadable) == ((), ())


@pytest.mark.parametrize(
    "unreadable",
    [
        extension("21", b"\x0a\x01\x07"),
        extension("21", b"\x0a\x01\x0b"),
        extension("21", b"\x0a\x02\x01\x00"),
        extension("21", b"\x02\x01\x01"),
        extension("21", b""),
        extension("29", encoded(0x31, b"")),
        sequence(),
    ],
)
def test_an_entry_with_unreadable_extensions_may_be_of_any_issuer(unreadable: bytes) -> None:
    found = read(sequence(entry(4), entry(5, unreadable), entry(6)))
    unspecified = Entry(ON, "unspecified")
    assert found.entries == {(0, 4): unspecified, (1, 5): unspecified, (1, 6): unspecified}
    assert found.entry_issuers == ((ISSUER,), ())
    assert found.unreadable == ("crlEntryExtensions",)


def of_issuer(*names: bytes) -> bytes:
    return extension("29", sequence(*(encoded(0xA4, one) for one in names)), critical=True)


def test_an_entry_is_of_the_issuer_that_it_or_one_above_it_names() -> None:
    rows = (
        entry(1),
        entry(2, of_issuer(OTHER)),
        entry(3),
        entry(4, of_issuer(OTHER, ISSUER)),
        entry(5, of_issuer(ISSUER)),
        entry(2, of_issuer(OTHER), extension("21", b"\x0a\x01\x01")),
        entry(6, extension("21", b"\x0a\x01\x01")),
    )
    found = read(sequence(*rows))
    no_reason, compromised = Entry(ON, "unspecified"), Entry(ON, "keyCompromise")
    assert found.entry_issuers == ((ISSUER,), (OTHER,), (OTHER, ISSUER))
    # Of two entries of one certificate, the first counts.
    assert found.entries == {
        (0, 1): no_reason, (1, 2): no_reason, (1, 3): no_reason, (2, 4): no_reason, (0, 5): no_reason,
        (1, 6): compromised,
    }  # fmt: skip
    assert (found.unknown_critical, found.unreadable) == ((), ())


def test_a_name_of_another_kind_is_no_issuer_of_an_entry() -> None:
    found = read(sequence(entry(5, extension("29", sequence(encoded(0x86, b"x"), encoded(0xA4, OTHER))))))
    assert found.entry_issuers == ((ISSUER,), (OTHER,))


UNKNOWN, UNKNOWN_2 = "2a03", "2a04"


def test_critical_extensions_that_are_not_known_are_named() -> None:
    rows = sequence(
        entry(1, extension(UNKNOWN, b"", critical=True), extension("24", b"", critical=True)),
        entry(2, extension("2a05", b"")),
        entry(3, extension("20", b"", critical=True)),
    )
    found = read(rows, extensions(extension(UNKNOWN_2, b"", critical=True), extension("2a06", b"")))
    assert found.unknown_critical == ("1.2.3", "1.2.4", "2.5.29.20")
    assert (list(found.entries), found.unreadable) == ([(0, 1), (0, 2), (0, 3)], ())


def test_at_most_20_critical_extensions_are_named() -> None:
    many = [extension(f"2a{number:02x}", b"", critical=True) for number in range(0x10, 0x26)]
    for count in (19, 20, 21):
        expected = tuple(f"1.2.{number}" for number in range(16, 16 + min(count, 20)))
        assert read(extensions(*reversed(many[:count]))).unknown_critical == expected


@pytest.mark.parametrize(
    "row",
    [
        sequence(encoded(0x02, b""), THIS),
        sequence(encoded(0x04, b"\x05"), THIS),
        sequence(encoded(0x02, b"\x05")),
        sequence(encoded(0x02, b"\x05"), THIS, sequence(), sequence()),
        encoded(0x31, encoded(0x02, b"\x05") + THIS),
        b"\x30\x05",
    ],
)
def test_the_entries_before_one_that_is_none_are_kept(row: bytes) -> None:
    field = encoded(0x30, entry(4) + row) if row != b"\x30\x05" else encoded(0x30, entry(4) + row + b"\x02")
    found = read(field)
    assert (list(found.entries), found.unreadable) == ([(0, 4)], ("revokedCertificates",))


def test_many_unreadable_entries_are_named_once() -> None:
    bad = [entry(number, extension("21", b"")) for number in (1, 2, 3)]
    assert read(sequence(*bad)).unreadable == ("crlEntryExtensions",)


# Extensions of the list


POINT = sequence(encoded(0xA0, encoded(0xA0, encoded(0x86, b"http://c"))))
NAMED = PointName(full=((0x86, b"http://c"),))


@pytest.mark.parametrize(
    ("number", "value", "said"),
    [
        ("20", b"\x02\x01\x00", {"number": 0}),
        ("20", b"\x02\x02\x01\x00", {"number": 256}),
        ("27", b"\x02\x01\x07", {"base_number": 7}),
        ("28", POINT, {"scope": ListScope(NAMED)}),
        ("35", sequence(encoded(0x80, b"k")), {"authority_key_identifier": b"k"}),
        ("46", sequence(POINT), {"freshest": (DistributionPoint(NAMED),)}),
        ("18", sequence(encoded(0x86, b"x")), {}),
    ],
)
@pytest.mark.parametrize("critical", [False, True])
def test_each_extension_of_a_list_gives_its_field(number: str, value: bytes, said: Any, critical: bool) -> None:
    found, without = read(extensions(extension(number, value, critical=critical))), read()
    changed = {key: value for key, value in fields(found).items() if value != fields(without)[key]}
    assert {key: value for key, value in changed.items() if key not in ("der", "sha256", "to_be_signed")} == said


@pytest.mark.parametrize(
    ("number", "value", "word"),
    [
        ("20", b"\x02\x01\xff", "cRLNumber"),
        ("20", b"\x02\x00", "cRLNumber"),
        ("20", b"\x04\x01\x01", "cRLNumber"),
        ("27", b"", "deltaCRLIndicator"),
        ("28", b"\x31\x00", "issuingDistributionPoint"),
        ("35", sequence(encoded(0x83, b"")), "authorityKeyIdentifier"),
        ("46", b"\x31\x00", "freshestCRL"),
    ],
)
def test_an_extension_that_cannot_be_read_is_named(number: str, value: bytes, word: str) -> None:
    other = "27" if number == "20" else "20"
    found = read(extensions(extension(number, value, critical=True), extension(other, b"\x02\x01\x09")))
    assert (found.unreadable, found.unknown_critical) == ((word,), ())
    assert (found.number, found.base_number) == ((None, 9) if number == "20" else (9, None))


@pytest.mark.parametrize(
    ("number", "value", "word"),
    [
        ("20", b"\x02\x01\x00", "cRLNumber"),
        ("27", b"\x02\x01\x07", "deltaCRLIndicator"),
        ("28", POINT, "issuingDistributionPoint"),
        ("35", sequence(), "authorityKeyIdentifier"),
        ("46", sequence(POINT), "freshestCRL"),
        ("18", sequence(), "issuerAltName"),
        (UNKNOWN, b"", "1.2.3"),
    ],
)
def test_an_extension_that_stands_twice_is_unreadable(number: str, value: bytes, word: str) -> None:
    other = extension("2a09", b"")
    assert read(extensions(extension(number, value), other)).unreadable == ()
    assert read(extensions(extension(number, value), other, extension(number, value))).unreadable == (word,)


@pytest.mark.parametrize(
    "field",
    [encoded(0xA0, b""), encoded(0xA0, encoded(0x31, b"")), encoded(0xA0, sequence(sequence())),
     encoded(0xA0, sequence(extension("20", b"\x02\x01\x09"), sequence()))],
)  # fmt: skip
def test_extensions_that_cannot_be_read_are_named_as_a_whole(field: bytes) -> None:
    assert read(field).unreadable == ("crlExtensions",)
