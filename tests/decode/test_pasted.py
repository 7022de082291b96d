"""The text between BEGIN and END as people paste it: its octets, or which character does not belong there and why."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable

import pytest

from mcuaudit.decode.pasted import Body, body_of
from mcuaudit.decode.tlv import BIT_STRING, SEQUENCE, encoded

AGAIN = "copy the block or export the file again"


def certificate(signature: bytes) -> bytes:
    """What has the parts of a certificate, and no more."""
    inner = encoded(SEQUENCE, b"\x02\x01\x05" + b"\x30\x00" * 5)
    return encoded(SEQUENCE, inner + b"\x30\x00" + encoded(BIT_STRING, signature))


PLAIN = certificate(b"\0" + b"signature" * 12)
SIGNS = certificate(b"\0" + bytes(range(180, 256)) + b"\xef\xbe\xfb")
"""Its base64 has "+" and "/"."""
EVEN = certificate(b"\0" + b"signature" * 12 + b"x")
"""Its base64 has no padding."""
SHORT = certificate(b"\0" + b"abcd" * 3)
"""Its base64 has padding of two signs."""


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def wrapped(data: bytes, width: int = 40) -> list[str]:
    text = base64_of(data)
    return [text[at : at + width] for at in range(0, len(text), width)]


def block(lines: list[str]) -> str:
    return "\n" + "\n".join(lines) + "\n"


def each(change: Callable[[int, str], str], data: bytes = PLAIN) -> str:
    return block([change(number, line) for number, line in enumerate(wrapped(data), start=1)])


@pytest.mark.parametrize("data", [PLAIN, SIGNS, SHORT, SHORT + PLAIN])
@pytest.mark.parametrize(
    "spelling",
    [
        lambda lines: block(lines),
        lambda lines: block(lines).rstrip("\n"),
        lambda lines: block(lines).replace("\n", "\v"),
        lambda lines: "".join(lines),
        lambda lines: block([f"  {line} " for line in lines]),
        lambda lines: block([" ".join(line) for line in lines]),
        lambda lines: block(["Proc-Type: 4,CLEAR", "DEK-Info: a", "", *lines]),
        lambda lines: block([lines[0], "", "---", *lines[1:]]),
        lambda lines: " a remark" + block(lines),
        lambda lines: block(lines) + "# ",
        lambda lines: "\\" + block([f"{line}\\" for line in lines]),
        lambda lines: block([f'"{line}",' for line in lines]),
        lambda lines: block([f"'{line}' +" for line in lines]),
        lambda lines: block([f"\u201c{line}\u201d;" for line in lines]),
        lambda lines: block([f'"{line}' for line in lines]),
        lambda lines: block([f"{line};" for line in lines]),
        lambda lines: block([f"{number}: {line}" for number, line in enumerate(lines, start=7)]),
        lambda lines: block([f"   {number}  {line}" for number, line in enumerate(lines)]),
        lambda lines: block([f"a.pem:{number}:{line}" for number, line in enumerate(lines, start=98)]),
        lambda lines: " a remark" + block([f"{number}] {line}" for number, line in enumerate(lines, start=1)]),
        lambda lines: block([f"  a.pem:{number}:{line}" for number, line in enumerate(lines, start=98)]),
        lambda lines: "\n \n".join(["", *[f"{number}: {line}" for number, line in enumerate(lines, start=7)]]),
        lambda lines: block([" ".join(f'"{line}"' for line in lines)]),
        lambda lines: block([f"{line}=" for line in lines]).replace("+", "=2B").replace("/", "=2f"),
        lambda lines: block(lines).replace("+", "-").replace("/", "_") + "# ",
        lambda lines: " a remark of more than thirty-two characters" + block(lines),
        lambda lines: " " + "A" * 31 + block(lines),
        lambda lines: block([f"> {line}" for line in lines]),
        lambda lines: block([f"| {line}" for line in lines]),
        lambda lines: block([f"+{line}" for line in lines]),
        lambda lines: block([("+ -"[number % 3]) + line for number, line in enumerate(lines)]),
        lambda lines: block([quopri.encodestring(line.encode()).decode() for line in lines]),
        lambda lines: block([f"{line}=" for line in lines[:-1]] + [lines[-1].replace("=", "=3D")]),
        lambda lines: block(lines).replace("+", "-").replace("/", "_"),
    ],
)
def test_each_way_of_writing_gives_the_octets(spelling: Callable[[list[str]], str], data: bytes) -> None:
    assert body_of(spelling(wrapped(data)), "") == Body(data)


@pytest.mark.parametrize("margin", ["#", "> >", "NN"])
def test_the_margin_of_the_begin_line_is_taken_from_each_line(margin: str) -> None:
    assert body_of(each(lambda _, line: f"{margin}{line}") + margin, margin) == Body(PLAIN)


def test_what_is_read_has_no_fault_and_no_place() -> None:
    assert tuple(body_of(block(wrapped(PLAIN)), "")) == (PLAIN, "", None, "")
    assert tuple(body_of("\n", ""))[1:] == ("the block is empty", None, "")


HELLO = b"hello, this is no certificate and has no sign"
FIRST, SECOND = base64_of(HELLO)[:32], base64_of(HELLO)[32:]


@pytest.mark.parametrize(
    ("text", "margin"),
    [
        (f"\n{FIRST}\n{SECOND}", ""),
        (f"\n{FIRST[:9]} {FIRST[9:]}\n{SECOND}===", ""),
        (f"\n  N{FIRST}\n   N{SECOND}\n", "N"),
        (f" a remark\nN{FIRST}\n\nN{SECOND}\n", "N"),
        (f" a remark\nN {FIRST}\n\nN {SECOND}\n", "N"),
        (f"{FIRST}\n{SECOND}", ""),
        (f'"{FIRST} "\n"{SECOND}"', ""),
        (f'"{FIRST} \\\n"{SECOND}\\', ""),
        (f"{FIRST} ;\n{SECOND} ,", ""),
        (f"\n'{FIRST}' + \"x\"\n\"{SECOND}\" . 'x'\n", ""),
        (f"\n{FIRST}\n{SECOND}\n==", ""),
    ],
)
def test_base64_of_anything_is_read_without_margin_remark_and_quotes(text: str, margin: str) -> None:
    assert body_of(text, margin) == Body(HELLO)


@pytest.mark.parametrize(
    ("text", "margin", "words"),
    [
        ("\nQUJx\n", "", "QUJx"),
        ('\n"QUJx\n"QUJx"\n', "", "QUJxQUJx"),
        ("\nTWFu\nNWFu\n", "N", "TWFuNWFu"),
        ("\nxWFu\nTWFu\n", "N", "xWFuTWFu"),
        (f"{'A' * 32}\nTWFu\n", "", "A" * 32 + "TWFu"),
        (f"{'A' * 31}\nTWFu\n", "", "TWFu"),
    ],
)
def test_letters_that_may_be_a_margin_or_sign_stay_where_they_are_none(text: str, margin: str, words: str) -> None:
    assert body_of(text, margin) == Body(base64.b64decode(words))


@pytest.mark.parametrize("text", ["==", "\n=\n", "--"])
def test_signs_alone_are_an_empty_block(text: str) -> None:
    assert body_of(text, "").data in (None, b"")


def test_a_long_first_line_of_letters_is_not_taken_for_a_remark() -> None:
    assert body_of(" " + "A" * 32 + block(wrapped(PLAIN)), "") == Body(bytes(24) + PLAIN)


@pytest.mark.parametrize(
    "lines",
    [
        [f"{10 * number}: {line}" for number, line in enumerate(wrapped(PLAIN), start=1)],
        [
            f"1: {wrapped(PLAIN)[0]}",
            "a remark",
            *[f"{n}: {line}" for n, line in enumerate(wrapped(PLAIN)[1:], start=2)],
        ],
        [f"> {wrapped(PLAIN, 100)[0]}", wrapped(PLAIN, 100)[1]],
        [wrapped(PLAIN, 100)[0], f"> {wrapped(PLAIN, 100)[1]}"],
        [*[f"> {line}" for line in wrapped(PLAIN)[:-1]], wrapped(PLAIN)[-1][:3] + "!" + wrapped(PLAIN)[-1][3:]],
        [base64_of(SIGNS).replace("+", "-", 1)],
        [wrapped(PLAIN)[0], "Name: value", *wrapped(PLAIN)[1:]],
        ["A=", *wrapped(PLAIN)],
        [f"  {wrapped(PLAIN)[0]}", f"  {wrapped(PLAIN)[1]}", f"  > {wrapped(PLAIN)[2]}", *wrapped(PLAIN)[3:]],
        [base64.urlsafe_b64encode(SIGNS + b"text").decode()],
    ],
)
def test_what_does_not_stand_before_every_line_is_not_taken_away(lines: list[str]) -> None:
    found = body_of(block(lines), "")
    assert (found.data, bool(found.fault)) == (None, True)


def test_a_sign_of_a_difference_is_taken_away_only_from_lines_that_all_have_one() -> None:
    lines = wrapped(PLAIN)
    found = body_of(block([f"+{lines[0]}", *[f"x{line}" for line in lines[1:]]]), "")
    assert found == Body(base64.b64decode("+" + "x".join(lines) + "="))


def test_a_sign_behind_the_margin_is_named_where_it_stands() -> None:
    fault = f'"=" is not a base64 character: {AGAIN}'
    assert body_of("\n=QQ==\n  ==  \n", "=") == Body(None, fault, 10, "=")


def test_a_margin_that_one_line_has_not_is_none() -> None:
    lines = wrapped(EVEN, 100)
    length = len(base64_of(EVEN)) + len(lines) - 1
    text = block([f"N{line}" for line in lines[:-1]] + lines[-1:])
    assert length % 4 == 1
    fault = f"the block has {length} characters of base64, which is not whole: it is truncated"
    assert body_of(text, "N") == Body(None, fault)


def test_two_certificates_with_padding_between_them_are_both_read() -> None:
    text = base64_of(SHORT) + "\n" + base64_of(PLAIN)
    assert base64_of(SHORT).endswith("==")
    assert body_of(f"\n{text}\n", "") == Body(SHORT + PLAIN)
    assert body_of("\n" + " ".join(text) + "\n", "") == Body(SHORT + PLAIN)


@pytest.mark.parametrize("text", ["", "\n\n", "\v", "\n---\n", "\nProc-Type: 4,CLEAR\n"])
def test_a_block_without_base64_is_empty(text: str) -> None:
    assert body_of(text, "") == Body(None, "the block is empty")


def test_base64_of_something_else_is_given_as_it_is() -> None:
    assert body_of("\naGVsbG8\n", "") == Body(b"hello")
    assert body_of("aGVsbG8=", "") == Body(b"hello")


@pytest.mark.parametrize("more", ["A", "AAAAA"])
def test_base64_that_cannot_be_whole_is_truncated(more: str) -> None:
    length = len(base64_of(EVEN)) + len(more)
    fault = f"the block has {length} characters of base64, which is not whole: it is truncated"
    assert body_of(block([*wrapped(EVEN), more]), "") == Body(None, fault)


LINES = wrapped(SIGNS)


def wrong(
    character: str, shown: str, line: int, column: int, *, before: str = "", more: str = AGAIN
) -> tuple[str, Body]:
    """A block with a character that does not belong there, and what is said of it."""
    lines = [before + part for part in LINES]
    lines[line] = lines[line][: column + len(before)] + character + lines[line][column + len(before) :]
    text = block(lines)
    position = 1 + sum(len(part) + 1 for part in lines[:line]) + len(before) + column
    return text, Body(None, f"{shown} is not a base64 character: {more}", position, character)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        wrong("!", '"!"', 0, 0),
        wrong("!", '"!"', 1, 3),
        wrong("\u00fc", '"\u00fc" (U+00FC)', 1, 3),
        wrong(":", '":"', 1, 5),
        wrong("-", '"-"', 1, 5),
        wrong("!", '"!"', 1, 5, before="   "),
        wrong("!", '"!"', 0, 2, before="    "),
    ],
)
def test_a_character_that_does_not_belong_is_named_with_its_position(text: str, body: Body) -> None:
    assert body_of(text, "") == body


def test_behind_quotes_and_margins_the_position_is_that_in_the_text() -> None:
    lines = [f'> "{line}"' for line in LINES]
    text = block([lines[0], lines[1].replace(LINES[1], LINES[1][:7] + "!" + LINES[1][7:]), *lines[2:]])
    found = body_of(text, ">")
    assert (found.position, found.character) == (text.index("!"), "!")


@pytest.mark.parametrize("behind", ["QUJD", "QQ=="])
def test_what_stands_behind_the_padding_does_not_belong_there(behind: str) -> None:
    lines = wrapped(SHORT)
    text = block([*lines, "", behind])
    expected = f'"{behind[0]}" is not a base64 character: {AGAIN}'
    assert body_of(text, "") == Body(None, expected, text.rindex("\n" + behind) + 1, behind[0])


def test_padding_within_a_line_does_not_belong_there() -> None:
    text = "\nQUI= QUJD\n"
    assert body_of(text, "") == Body(None, f'"=" is not a base64 character: {AGAIN}', 4, "=")


def test_a_long_first_line_is_base64_and_a_short_one_a_remark() -> None:
    text = base64_of(PLAIN)
    assert body_of(f" {text[:32]}\n{text[32:]}\n", "") == Body(PLAIN)
    assert body_of(f" {text[:31]}\n{text}\n", "") == Body(PLAIN)
    assert body_of(f" {text[:30]}: {text[:10]}\n{text}\n", "") == Body(PLAIN)


class TestAdvice:
    """What the text looks like in which a character does not belong."""

    def test_numbers_before_lines(self) -> None:
        lines = [f"{number}: {line}" for number, line in enumerate(LINES, start=1)]
        text = block([lines[0] + "!", "  ", *lines[1:]])
        fault = f"the lines begin with numbers, and without them there is no certificate: {AGAIN}"
        assert body_of(text, "") == Body(None, f'":" is not a base64 character; {fault}', 2, ":")

    @pytest.mark.parametrize("sign", ["=3D", "=2F", "=2b", "=0A", "=0d", "=\nQQ", "=  \n  QQ", "=\vQQ"])
    def test_quoted_printable(self, sign: str) -> None:
        text = block([LINES[0], LINES[1][:10] + sign + LINES[1][10:] + "!", LINES[2]])
        fault = (
            "the text looks like quoted-printable of a mail: save the attachment of the mail as a file, or export the "
            "certificate again"
        )
        assert body_of(text, "").fault.partition("; ")[2] == fault

    def test_padding_at_the_end_is_no_sign_of_quoted_printable(self) -> None:
        text = block([*LINES[:-1], "!" + LINES[-1].rstrip("=") + "="])
        assert body_of(text, "").fault == f'"!" is not a base64 character: {AGAIN}'

    @pytest.mark.parametrize("line", ["--More--", "-- More --", "  --more-- (23%)", "---(MORE 23%)---"])
    def test_the_end_of_a_page(self, line: str) -> None:
        text = block([LINES[0], line, *LINES[1:]])
        fault = body_of(text, "").fault
        assert fault.partition("; ")[2] == 'a terminal wrote "--More--" at the end of its page: remove that line'

    @pytest.mark.parametrize("sign", ["-", "_"])
    def test_base64url(self, sign: str) -> None:
        text = "\nQUJD" + sign + "QUJD\n"
        fault = (
            f'"{sign}" is not a base64 character; the text looks like base64url, which has "-" and '
            f'"_" instead of "+" and "/": {AGAIN}'
        )
        assert body_of(text, "") == Body(None, fault, 5, sign)
        for other in "+/":
            assert body_of(text + other, "").fault == f'"{sign}" is not a base64 character: {AGAIN}'
