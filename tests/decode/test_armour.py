"""PEM between BEGIN and END: the blocks of a file, the text between them, and what is wrong with a block."""

from __future__ import annotations

import base64

import pytest

from mcuaudit.decode.armour import Block, blocks, is_armoured, plain_blocks
from mcuaudit.decode.characters import Characters
from mcuaudit.decode.tlv import BIT_STRING, SEQUENCE, encoded
from mcuaudit.errors import Undecodable


def certificate(signature: bytes) -> bytes:
    """What has the parts of a certificate, and no more."""
    inner = encoded(SEQUENCE, b"\x02\x01\x05" + b"\x30\x00" * 5)
    return encoded(SEQUENCE, inner + b"\x30\x00" + encoded(BIT_STRING, signature))


ONE, OTHER = certificate(b"\0one"), certificate(b"\0other" * 20)


def pem(data: bytes, label: str = "CERTIFICATE") -> str:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(data).decode()}-----END {label}-----\n"


def read(text: str) -> list[Block | tuple[int, str]]:
    return list(blocks(Characters(text.encode())))


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("before", ["", "subject: CN=a\n\n", "x" * 199 + "\n"])
def test_a_plain_file_is_its_blocks_with_their_lines(ends: str, before: str) -> None:
    text = f"{before}{pem(ONE)}between\n{pem(OTHER)}behind"
    second = before.count("\n") + pem(ONE).count("\n") + 2
    first = before.count("\n") + 1
    assert plain_blocks(text.replace("\n", ends).encode()) == [
        Block("CERTIFICATE", first, ONE, f"line {first}"),
        Block("CERTIFICATE", second, OTHER, f"line {second}"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text",
        pem(ONE, "X509 CERTIFICATE"),
        pem(ONE).replace("MBcw", "MB=cw"),
        pem(ONE) + "-----BEGIN X-----\n",
        "<!-- x\n" + pem(ONE),
        pem(ONE) + "\u00fc",
        "# serial number: 1\n" + pem(ONE),
        " " + pem(ONE),
        pem(ONE).rstrip("\n") + "x",
        pem(ONE) + "MIIB" + "A" * 40,
        pem(ONE) + "30 82 01 0a " * 40,
        "x\n" + pem(ONE) + "=begin\n" + pem(OTHER),
    ],
)
def test_a_file_with_anything_odd_is_not_plain(text: str) -> None:
    assert plain_blocks(text.encode()) is None


def test_a_text_that_may_hold_a_certificate_is_odd_from_201_characters_on() -> None:
    digits = "3082010a" * 24
    assert plain_blocks((pem(ONE) + digits.ljust(199)).encode()) is not None
    assert plain_blocks((pem(ONE) + "3082010a" * 25).encode()) is None
    assert plain_blocks(("3082010a" * 25 + "\n" + pem(ONE)).encode()) is None


def test_every_letter_of_base64_is_read_in_a_plain_file() -> None:
    data = certificate(b"\0" + bytes(range(180, 256)))
    assert plain_blocks(pem(data).encode()) == [Block("CERTIFICATE", 1, data, "line 1")]


@pytest.mark.parametrize(
    ("text", "armoured"),
    [("", False), ("BEGIN X", False), ("-----BEGIN X-----", True), ("--- begin x ---", True), ("-----END X-----", True),
     ("--BEGIN X-----", False), ("-----BEGIN X--", False), ("-----BEGIN -----", False)],
)  # fmt: skip
def test_a_mark_is_known_in_any_case_and_with_three_dashes_at_least(text: str, armoured: bool) -> None:
    assert is_armoured(text) is armoured


def test_blocks_come_in_order_with_the_text_between_them() -> None:
    first, second = pem(ONE), pem(OTHER, "X509 CERTIFICATE")
    text = f"a\n{first}b\n{second}c"
    begin = 2 + len(first) + 2
    line = 2 + first.count("\n") + 1
    assert read(text) == [
        (0, "a\n"),
        Block("CERTIFICATE", 2, ONE, "line 2", "", 2),
        (2 + len(first) - 1, "\nb\n"),
        Block("X509 CERTIFICATE", line, OTHER, f"line {line}", "", begin),
        (begin + len(second) - 1, "\nc"),
    ]


def test_a_file_without_blocks_is_text() -> None:
    assert read("text") == [(0, "text")]


def test_labels_are_compared_in_capitals_and_without_further_blanks() -> None:
    text = "-----begin x509  certificate-----\n" + base64.b64encode(ONE).decode() + "\n-----END X509 CERTIFICATE-----"
    assert read(text)[1] == Block("X509 CERTIFICATE", 1, ONE, "line 1", "", 0)


def test_an_end_without_a_begin_is_a_block_with_that_fault() -> None:
    fault = 'there is no "-----BEGIN X-----" before this END line'
    assert read("a\n-----END X-----\nb") == [
        (0, "a\n"),
        Block("X", 2, None, "line 2", fault, 2),
        (17, "\nb"),
    ]
    assert read("-----end x-----")[1] == Block("X", 1, None, "line 1", fault, 0)


def test_a_begin_without_an_end_reaches_to_the_end_of_the_file() -> None:
    fault = 'no "-----END X-----" line; the file is truncated or was only partly copied'
    text = "-----BEGIN X-----\nMIIB\n"
    assert read(text) == [(0, ""), Block("X", 1, None, "line 1", fault, 0), (len(text), "")]


def test_a_begin_before_another_begin_ends_there() -> None:
    fault = 'no "-----END X-----" line; the file is truncated or was only partly copied'
    half = "-----BEGIN X-----\nMIIB\n"
    whole = pem(ONE)
    assert read(half + whole) == [
        (0, ""),
        Block("X", 1, None, "line 1", fault, 0),
        (len(half), ""),
        Block("CERTIFICATE", 3, ONE, "line 3", "", len(half)),
        (len(half + whole) - 1, "\n"),
    ]


def test_a_block_is_not_ended_by_a_begin_mark_of_its_own_label() -> None:
    fault = 'no "-----END CERTIFICATE-----" line; the file is truncated or was only partly copied'
    half = "-----BEGIN CERTIFICATE-----\nMIIB\n"
    assert [part for part in read(half + pem(ONE)) if isinstance(part, Block)] == [
        Block("CERTIFICATE", 1, None, "line 1", fault, 0),
        Block("CERTIFICATE", 3, ONE, "line 3", "", len(half)),
    ]


def test_a_begin_behind_the_text_of_another_block_is_named_by_its_character() -> None:
    found = [part for part in read("-----BEGIN X-----\nA-----BEGIN Y-----") if isinstance(part, Block)]
    assert [part.where for part in found] == ["line 1", "line 2, character 2"]


@pytest.mark.parametrize("before", ["> '", "> ' ", "  > \u201c", ">"])
def test_a_margin_is_what_stands_before_a_quotation_mark(before: str) -> None:
    found = read(f"{before}-----BEGIN X-----\n>aGVsbG8=\n{before}-----END X-----")[1]
    assert found == Block("X", 1, b"hello", "line 1", "", len(before))


def test_an_end_with_another_label_closes_a_block_that_is_not_complete() -> None:
    text = "-----BEGIN X-----\nMIIB\n-----END Y-----\n"
    fault = 'no "-----END X-----" line, but one for "Y"'
    assert read(text + pem(ONE)) == [
        (0, ""),
        Block("X", 1, None, "line 1", fault, 0),
        (len(text) - 1, "\n"),
        Block("CERTIFICATE", 4, ONE, "line 4", "", len(text)),
        (len(text + pem(ONE)) - 1, "\n"),
    ]


def test_of_several_blocks_on_a_line_the_further_ones_are_named_by_their_character() -> None:
    one = pem(ONE).replace("\n", " ").strip()
    found = [part for part in read(f"{one} {one}\n{one}") if isinstance(part, Block)]
    assert [part.where for part in found] == ["line 1", f"line 1, character {len(one) + 2}", "line 2"]
    assert [part.line for part in found] == [1, 1, 2]
    cut = "-----END X----- -----END Y-----\n-----END Z-----"
    assert [part.where for part in read(cut) if isinstance(part, Block)] == ["line 1", "line 1, character 17", "line 2"]


@pytest.mark.parametrize("label", ["PRIVATE KEY", "RSA PRIVATE KEY", "PGP PRIVATE KEY BLOCK"])
def test_of_a_private_key_no_octet_is_kept(label: str) -> None:
    text = f"x\n-----BEGIN {label}-----\n!\n-----END {label}-----"
    assert read(text)[1] == Block(label, 2, b"", "line 2", "", 2)


def test_a_character_that_does_not_belong_is_placed_in_the_file() -> None:
    text = "x\n-----BEGIN X-----\nQUJD\nQU!D\n-----END X-----"
    fault = '"!" is not a base64 character: copy the block or export the file again'
    assert read(text)[1] == Block("X", 2, None, "line 4, character 3", fault, 2)


@pytest.mark.parametrize("margin", ["> ", "NN ", "> '", " 12: "])
def test_what_stands_before_the_begin_mark_is_taken_from_each_line(margin: str) -> None:
    text = "".join(f"{margin}{line}\n" for line in pem(OTHER).splitlines())
    assert read(f"x\n{text}")[1] == Block("CERTIFICATE", 2, OTHER, "line 2", "", 2 + len(margin))


def test_the_octets_of_a_block_are_given_or_refused_with_its_fault_and_place() -> None:
    assert Block("X", 1, b"abc", "line 1").octets() == b"abc"
    assert Block("X", 1, b"", "line 1").octets() == b""
    with pytest.raises(Undecodable) as refused:
        Block("X", 1, None, "line 1, character 2", "it is cut").octets()
    assert (refused.value.reason, refused.value.where) == ("it is cut", "line 1, character 2")


def test_a_block_has_no_fault_and_stands_at_the_beginning_unless_it_says_otherwise() -> None:
    made = Block("X", 1, b"", "line 1")
    assert (made.fault, made.position) == ("", 0)
