"""PEM however it was pasted: blocks between BEGIN and END, with the octets in them and the line of each.

Byte order marks, UTF-16, invisible characters, no-break spaces, indentation, quotes, the ``> `` of a mail, line
numbers, text on the BEGIN line, more or fewer dashes, small letters, several marks on a line, a written ``\\n``,
quoted-printable, base64url, and blanks within the base64 (RFC 7468, section 2) do not matter.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mcuaudit.decode.characters import Characters, line_start
from mcuaudit.decode.left_over import places
from mcuaudit.decode.margins import QUOTES
from mcuaudit.decode.pasted import body_of
from mcuaudit.errors import Undecodable

# Every repetition is possessive or has an end, so that a file of dashes or blanks takes no longer than another one. A
# mark may begin within a row of dashes where five of them close the one before it.
_MARK = re.compile(
    r"(?:(?<!-)|(?<=[^-]-{5}))-{3,}+[ ]{0,64}(BEGIN|END)[ ]{1,64}([A-Z0-9][A-Z0-9 #./]{0,64}?)"
    r"[ ]{0,64}(?:-{3,6}(?!-)|-{5})",
    re.IGNORECASE,
)

# Nearly every file: whole blocks of certificates, with text between them at most. `re` finds them without a look at
# each line; anything odd in the text sends the file to the patient reader.
_PLAIN = re.compile(
    rb"^-----BEGIN CERTIFICATE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END CERTIFICATE-----(?=[\r\n]|\Z)", re.MULTILINE
)
_ODD = re.compile(
    rb"-- *(?:BEGIN|END)|hl=|distrust|untrust|trusted|abled?\b|activ|habilit|vertraut|aktiviert|aktiv\b|hidden|display:"
    rb"|<(?:template|noscript|script|style)|<<|#\+|\[s"
    rb"|MI[A-P][A-Za-z0-9+/]{40}|<<<<<<<|>>>>>>>|serial ?number|[^\t\r\n -~]|\[-|-\]"
    # Whatever may begin a comment of more than a line.
    rb"|<(?:[!#%]|del|strike|comment|s[ >])|/[*+]|\(\*|\{[-#%{!]|#[|\[]|--\[|~~"
    rb"|^[ \t]*(?:[#\\.]?(?:if|begin)|=[a-z]|__|###?\s*$|[^\sA-Za-z0-9=*#-]{2,}\s*$)",
    re.IGNORECASE | re.MULTILINE,
)
_SHORT = 200
"""A text that is too short for a certificate."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its label in capitals, line and position of its BEGIN, its octets or why there are none, and where."""

    label: str
    line: int
    data: bytes | None
    where: str
    fault: str = ""
    position: int = 0

    def octets(self) -> bytes:
        """The octets of the block.

        Raises:
            Undecodable: it is not complete, or not base64.
        """
        if self.data is None:
            raise Undecodable(self.fault, self.where)
        return self.data


def plain_blocks(data: bytes) -> list[Block] | None:
    """The blocks of a file of certificates without anything odd; None if there is none, or anything else in it."""
    found: list[Block] = []
    between: list[bytes] = []
    line, after = 1, 0
    for block in _PLAIN.finditer(data):
        between.append(data[after : block.start()])
        line += between[-1].count(b"\n")
        try:
            octets = base64.b64decode(block[1].translate(None, b"\r\n"), validate=True)
        except binascii.Error:
            return None
        found.append(Block("CERTIFICATE", line, octets, f"line {line}"))
        after = block.end()
        line += block[0].count(b"\n")
    between.append(data[after:])
    if any(map(_ODD.search, between)) or any(map(_may_hold, between)):
        return None
    return found or None


def _may_hold(text: bytes) -> bool:
    """Whether a text without anything odd may hold a certificate nevertheless."""
    return len(text) > _SHORT and next(places(text.decode("ascii")), None) is not None


def is_armoured(text: str) -> bool:
    """Whether there is a BEGIN or END mark in it."""
    return _MARK.search(text) is not None


def blocks(characters: Characters) -> Iterator[Block | tuple[int, str]]:
    """The blocks of a file in order, and the text between them, each with the position at which it begins."""
    text = characters.text
    marks = list(_MARK.finditer(text))
    after, number, above = 0, 0, 0
    while number < len(marks):
        mark = marks[number]
        line, character = characters.place(mark.start())
        # Of several blocks on one line, a line alone would name the first.
        where = f"line {line}, character {character}" if line == above else f"line {line}"
        yield after, text[after : mark.start()]
        following = marks[number + 1] if number + 1 < len(marks) else None
        label = _label(mark)
        if mark[1].upper() == "END":
            yield Block(
                label, line, None, where, f'there is no "-----BEGIN {label}-----" before this END line', mark.start()
            )
            after, number = mark.end(), number + 1
        elif following is None or following[1].upper() == "BEGIN" or _label(following) != label:
            closing = following if following and following[1].upper() == "END" else None
            fault = _incomplete(label, _label(closing) if closing else "")
            yield Block(label, line, None, where, fault, mark.start())
            number += 2 if closing else 1
            after = closing.end() if closing else following.start() if following else len(text)
        else:
            yield _block(characters, mark, following, where)
            after, number = following.end(), number + 2
        above = characters.line(after - 1)
    yield after, text[after:]


def _label(mark: re.Match[str]) -> str:
    return " ".join(mark[2].upper().split())


def _incomplete(label: str, other: str) -> str:
    if other:
        return f'no "-----END {label}-----" line, but one for "{other}"'
    return f'no "-----END {label}-----" line; the file is truncated or was only partly copied'


def _block(characters: Characters, begin: re.Match[str], end: re.Match[str], where: str) -> Block:
    text, label, line = characters.text, _label(begin), characters.line(begin.start())
    if "PRIVATE KEY" in label:
        return Block(label, line, b"", where, position=begin.start())
    margin = text[line_start(text, begin.start()) : begin.start()].strip().rstrip(QUOTES).strip()
    body = body_of(text[begin.end() : end.start()], margin)
    if body.position is not None:
        where = "line {}, character {}".format(*characters.place(begin.end() + body.position))
    return Block(label, line, body.data, where, body.fault, begin.start())
