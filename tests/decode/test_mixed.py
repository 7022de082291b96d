"""Files of PEM and DER: where the elements of DER are, and which text is around them."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from mcuaudit.decode import mixed
from mcuaudit.decode.contents import KEY, Member
from mcuaudit.decode.mixed import NEITHER, Part, parts, place_of_octets, text_of
from mcuaudit.decode.tlv import EXPLICIT_0, SEQUENCE, encoded
from tests.authority import Authority

ROOT = Authority.root("Root", key=ed25519.Ed25519PrivateKey.from_private_bytes(bytes([7] * 32)), serial=1001)
CERTIFICATE, REFUSED = "certificate", "refused"
HELD = (Member(CERTIFICATE, ROOT.der),)
PEM = ROOT.pem
LIKE_ONE = b"\x30\x80"
"""What looks like the beginning of an element and is none."""


@pytest.mark.parametrize("data", [b"", b"text", PEM, b"a\n" + PEM + b"b\n", ROOT.der, ROOT.der + b"text"])
def test_a_file_of_one_kind_is_one_part(data: bytes) -> None:
    assert parts(data) == [Part(0, len(data))]


@pytest.mark.parametrize("mark", [b"-----BEGIN X", b"--- begin x", b"-----  BEGIN"])
def test_der_before_between_and_behind_text_is_found(mark: bytes) -> None:
    size = len(ROOT.der)
    assert parts(ROOT.der + mark) == [Part(0, size, HELD), Part(size, size + len(mark))]
    assert parts(mark + ROOT.der) == [Part(0, len(mark)), Part(len(mark), len(mark) + size, HELD)]
    both = ROOT.der + mark + b"\n" + ROOT.der
    begin = size + len(mark) + 1
    assert parts(both) == [Part(0, size, HELD), Part(size, begin), Part(begin, begin + size, HELD)]


def test_elements_in_a_row_are_parts_of_their_own() -> None:
    size = len(ROOT.der)
    found = parts(PEM + ROOT.der + ROOT.der + b"end")
    at = len(PEM)
    assert found == [
        Part(0, at),
        Part(at, at + size, HELD),
        Part(at + size, at + 2 * size, HELD),
        Part(at + 2 * size, at + 2 * size + 3),
    ]


def test_an_element_does_not_reach_over_a_mark_of_pem() -> None:
    """A certificate that is cut off before a block is not completed with the octets of the block."""
    data = ROOT.der[:100] + PEM + b"x" * 300
    assert parts(data) == [Part(0, len(data))]


def test_a_known_thing_that_is_no_certificate_is_a_part_too() -> None:
    key = b"\x30\x81\x05\x02\x01\x01\x04\x00"
    assert parts(PEM + key) == [Part(0, len(PEM)), Part(len(PEM), len(PEM) + 8, (Member(KEY, key),))]


def test_a_known_thing_that_is_refused_is_a_part_with_its_name() -> None:
    answer = b"\x30\x81\x03\x0a\x01\x00"
    reason = "expected a certificate or PKCS#7, found an OCSP response"
    assert parts(PEM + answer)[1:] == [Part(len(PEM), len(PEM) + 6, (Member(REFUSED, answer, reason),))]


def test_pkcs7_is_a_part_if_one_of_its_members_is_a_certificate() -> None:
    other = encoded(0xA1, b"")
    sets = encoded(EXPLICIT_0, other + ROOT.der)
    identifier = bytes.fromhex("06092a864886f70d010702")
    whole = encoded(SEQUENCE, identifier + encoded(EXPLICIT_0, encoded(SEQUENCE, sets)))
    ((start, end, found),) = parts(PEM + whole)[1:]
    assert (start, end, [member.kind for member in found]) == (
        len(PEM),
        len(PEM) + len(whole),
        [REFUSED, CERTIFICATE],
    )


def test_an_element_that_is_not_known_is_text() -> None:
    unknown = b"\x30\x81\x03\x02\x01\x01"
    assert parts(PEM + unknown) == [Part(0, len(PEM) + len(unknown))]


def test_a_certificate_right_behind_what_only_looks_like_an_element_is_found() -> None:
    at = len(PEM) + len(LIKE_ONE)
    assert parts(PEM + LIKE_ONE + ROOT.der) == [Part(0, at), Part(at, at + len(ROOT.der), HELD)]


def test_after_too_many_beginnings_of_elements_the_rest_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert mixed._MOST == 1000
    monkeypatch.setattr(mixed, "_MOST", 3)
    allowed = PEM + LIKE_ONE * 3
    assert parts(allowed) == [Part(0, len(allowed))]
    data = allowed + LIKE_ONE + ROOT.der
    assert parts(data) == [Part(0, len(allowed)), Part(len(allowed), len(data), (Member(REFUSED, b"", NEITHER),))]


def test_what_is_an_element_does_not_count_as_one_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mixed, "_MOST", 2)
    data = PEM + ROOT.der * 3 + LIKE_ONE * 2
    assert [len(part.members) for part in parts(data)] == [0, 1, 1, 1, 0]


class Case(NamedTuple):
    before: bytes
    shown: bytes


@pytest.mark.parametrize(
    "case",
    [
        Case(b"", b""),
        Case(b"abc", b"   "),
        Case(b"a\nbc", b"\n  "),
        Case(b"a\rbc", b"\n  "),
        Case(b"a\r\nbc", b"\n  "),
        Case(b"a\n\r\rb\r\n", b"\n\n\n\n"),
        Case(b"a\n", b"\n"),
        Case(b"a\r", b"\n"),
        Case(b"\n\nabc\r", b"\n\n\n"),
    ],
)
def test_text_stands_below_as_many_lines_and_blanks_as_in_the_file(case: Case) -> None:
    data = case.before + b"text" + b"rest"
    start = len(case.before)
    assert text_of(data, Part(start, start + 4)) == case.shown + b"text"


def test_a_line_break_of_which_half_belongs_to_der_is_one() -> None:
    assert text_of(b"a\r\ntext", Part(2, 7)) == b"\ntext"
    assert text_of(b"a\n\ntext", Part(2, 7)) == b"\n\ntext"
    assert text_of(b"a\rtext\n", Part(2, 7)) == b"\ntext\n"


@pytest.mark.parametrize(
    ("text", "place"),
    [("", None), ("text\n\v\t\x1b\0\x7f", None), ("a\x01", 1), ("ab\x06\x01", 2), ("\x10", 0), ("\x19", 0),
     ("\x1c", 0), ("\x1f", 0), ("\x07\x08\x0b\x0f\x1a\x1b", None)],
)  # fmt: skip
def test_the_first_octet_that_no_text_has_is_found(text: str, place: int | None) -> None:
    assert place_of_octets(text) == place
