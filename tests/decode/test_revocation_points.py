"""Distribution points: which list they mean, for which reasons, and what is no distribution point."""

from __future__ import annotations

from typing import Any

import pytest

from mcuaudit.decode.certificate_parts import stand_in
from mcuaudit.decode.revocation_points import (
    Extension,
    PointsOfCertificate,
    distribution_points,
    extension_of,
    general_names,
    list_scope,
    points_of_certificate,
)
from mcuaudit.decode.tlv import BadEncodingError, encoded, only
from mcuaudit.domain.revocation_list import ALL_REASONS, DistributionPoint, ListScope, PointName

URL = encoded(0x86, b"http://c/a.crl")
CN = encoded(0x30, bytes.fromhex("0603550403") + encoded(0x0C, b"a"))
FULL = encoded(0xA0, encoded(0xA0, URL))
RELATIVE = encoded(0xA0, encoded(0xA1, CN))
TO_URL = PointName(full=((0x86, b"http://c/a.crl"),))


def sequence(*parts: bytes) -> bytes:
    return encoded(0x30, b"".join(parts))


def extension(identifier: str, value: bytes, critical: bytes = b"") -> bytes:
    return sequence(encoded(0x06, bytes.fromhex(identifier)), critical, encoded(0x04, value))


@pytest.mark.parametrize(
    ("fields", "point"),
    [
        (b"", DistributionPoint()),
        (FULL, DistributionPoint(TO_URL)),
        (
            encoded(0xA0, encoded(0xA0, URL + encoded(0x82, b"c"))),
            DistributionPoint(PointName(full=((0x86, b"http://c/a.crl"), (0x82, b"c")))),
        ),
        (RELATIVE, DistributionPoint(PointName(relative=CN))),
        (encoded(0x81, b"\x06\x40"), DistributionPoint(reasons=frozenset({"keyCompromise"}))),
        (encoded(0xA2, encoded(0xA4, b"x")), DistributionPoint(issuers=((0xA4, b"x"),))),
        (encoded(0xA2, b""), DistributionPoint(issuers=())),
        (
            FULL + encoded(0x81, b"\x00\x20") + encoded(0xA2, encoded(0xA4, b"x")),
            DistributionPoint(TO_URL, frozenset({"cACompromise"}), ((0xA4, b"x"),)),
        ),
    ],
)
def test_a_point_has_a_name_reasons_and_issuers(fields: bytes, point: DistributionPoint) -> None:
    assert distribution_points(sequence(sequence(fields))) == (point,)
    assert distribution_points(sequence(sequence(fields), sequence())) == (point, DistributionPoint())


OTHER_ELEMENT = "has an element of the wrong type"
UNKNOWN_FIELD = "has a distribution point with an unknown field"
UNKNOWN_NAME = "has a distribution point with an unknown kind of name"
NO_BITS = "has reasons that are not a BIT STRING"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (encoded(0x31, b""), OTHER_ELEMENT),
        (sequence() * 2, "is followed by other octets"),
        (sequence(encoded(0x31, FULL)), OTHER_ELEMENT),
        *((sequence(sequence(encoded(tag, b""))), UNKNOWN_FIELD) for tag in (0x80, 0x82, 0x83, 0xA1, 0xA3)),
        (sequence(sequence(encoded(0xA0, encoded(0xA2, URL)))), UNKNOWN_NAME),
        (sequence(sequence(encoded(0xA0, encoded(0x80, URL)))), UNKNOWN_NAME),
        (sequence(sequence(encoded(0x81, b""))), NO_BITS),
        (sequence(sequence(encoded(0x81, b"\x08\x80"))), NO_BITS),
        (sequence(sequence(encoded(0xA0, b""))), "not enough values to unpack (expected 1, got 0)"),
        (sequence(sequence(encoded(0xA0, encoded(0xA0, URL) * 2))), "too many values to unpack (expected 1)"),
    ],
)
def test_what_is_no_distribution_point_is_refused(value: bytes, words: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - its words are compared below
        distribution_points(value)
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("content", "reasons"),
    [
        ("0780", set()),
        ("0640", {"keyCompromise"}),
        ("0520", {"cACompromise"}),
        ("0410", {"affiliationChanged"}),
        ("0308", {"superseded"}),
        ("0204", {"cessationOfOperation"}),
        ("0102", {"certificateHold"}),
        ("0001", {"privilegeWithdrawn"}),
        ("070080", {"aACompromise"}),
        ("007fff", ALL_REASONS),
        ("00ff", ALL_REASONS - {"aACompromise"}),
        ("00", set()),
        ("07", set()),
        ("00000040", set()),
        ("000001", set()),
    ],
)
def test_each_bit_of_reasons_has_its_word(content: str, reasons: set[str]) -> None:
    (point,) = distribution_points(sequence(sequence(encoded(0x81, bytes.fromhex(content)))))
    assert point.reasons == reasons
    assert list_scope(sequence(encoded(0x83, bytes.fromhex(content)))).reasons == reasons


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (b"", {}),
        (FULL, {"name": TO_URL}),
        (RELATIVE, {"name": PointName(relative=CN)}),
        (encoded(0x81, b"\xff"), {"only_user": True}),
        (encoded(0x82, b"\xff"), {"only_ca": True}),
        (encoded(0x84, b"\x01"), {"indirect": True}),
        (encoded(0x85, b"\xff"), {"only_attribute": True}),
        (encoded(0x81, b"\x00"), {}),
        (encoded(0x85, b""), {}),
        (
            FULL + encoded(0x82, b"\xff") + encoded(0x83, b"\x06\x40") + encoded(0x84, b"\xff"),
            {"name": TO_URL, "only_ca": True, "indirect": True, "reasons": frozenset({"keyCompromise"})},
        ),
    ],
)
def test_a_list_says_of_which_certificates_it_is(fields: bytes, said: dict[str, Any]) -> None:
    assert list_scope(sequence(fields)) == ListScope(**said)


@pytest.mark.parametrize("tag", [0x80, 0x86, 0xA1, 0xA3])
def test_a_list_with_a_scope_of_an_unknown_field_is_refused(tag: int) -> None:
    with pytest.raises(BadEncodingError, match=r"^has an issuingDistributionPoint with an unknown field$"):
        list_scope(sequence(encoded(tag, b"")))
    with pytest.raises(BadEncodingError, match=f"^{OTHER_ELEMENT}$"):
        list_scope(encoded(0x31, FULL))


def test_names_are_kept_by_tag_and_content() -> None:
    assert general_names(only(sequence(URL, encoded(0xA4, CN)))) == ((0x86, b"http://c/a.crl"), (0xA4, CN))


@pytest.mark.parametrize(
    ("critical", "said"),
    [(b"", False), (b"\x01\x01\xff", True), (b"\x01\x01\x01", True), (b"\x01\x01\x00", False), (b"\x01\x00", False)],
)
def test_an_extension_has_an_identifier_a_flag_and_a_value(critical: bytes, said: bool) -> None:
    assert extension_of(only(extension("551d1f", b"v", critical))) == Extension("2.5.29.31", said, b"v")


NO_PARTS = "has an extension without an identifier or a value"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (sequence(encoded(0x06, b"\x55")), NO_PARTS),
        (sequence(encoded(0x06, b"\x55"), b"\x01\x01\xff"), NO_PARTS),
        (sequence(encoded(0x06, b"\x55"), encoded(0x04, b""), encoded(0x04, b"")), NO_PARTS),
        (sequence(encoded(0x06, b"\x55"), encoded(0x05, b"")), NO_PARTS),
        (sequence(encoded(0x02, b"\x55"), encoded(0x04, b"")), NO_PARTS),
        (encoded(0x31, encoded(0x06, b"\x55") + encoded(0x04, b"")), OTHER_ELEMENT),
    ],
)
def test_what_is_no_extension_is_refused(parts: bytes, words: str) -> None:
    with pytest.raises(BadEncodingError, match=f"^{words}$"):
        extension_of(only(parts))


POINTS, NAMES = extension("551d1f", sequence(sequence(FULL))), extension("551d12", sequence(URL))
TWO_POINTS = extension("551d1f", sequence(sequence(FULL), sequence()))
UNREADABLE_POINTS, UNREADABLE_NAMES = extension("551d1f", b"x"), extension("551d12", encoded(0x31, URL))
POINT, NAME = (DistributionPoint(TO_URL),), ((0x86, b"http://c/a.crl"),)


@pytest.mark.parametrize(
    ("extensions", "found"),
    [
        (b"", PointsOfCertificate()),
        (POINTS, PointsOfCertificate(POINT)),
        (NAMES, PointsOfCertificate((), NAME)),
        (NAMES + POINTS, PointsOfCertificate(POINT, NAME)),
        # The first of two, and what stands before an extension that has no end.
        (POINTS + TWO_POINTS, PointsOfCertificate(POINT)),
        (POINTS + sequence() + NAMES, PointsOfCertificate(POINT)),
        (UNREADABLE_POINTS + NAMES, PointsOfCertificate()),
        (POINTS + UNREADABLE_NAMES, PointsOfCertificate(POINT)),
    ],
)
def test_a_certificate_says_where_its_revocation_lists_are(extensions: bytes, found: PointsOfCertificate) -> None:
    assert points_of_certificate(stand_in(extension=extensions)) == found


def test_what_is_no_certificate_has_no_points() -> None:
    assert points_of_certificate(b"x") == PointsOfCertificate()


def test_extensions_that_are_no_sequence_have_no_points() -> None:
    der = stand_in(extension=POINTS)
    other = der.replace(encoded(0xA3, sequence(POINTS)), encoded(0xA2, sequence(POINTS)))
    assert other != der
    assert points_of_certificate(other) == PointsOfCertificate()
