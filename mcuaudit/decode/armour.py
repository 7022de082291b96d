"""PEM however it was pasted: blocks between BEGIN and END, with the octets in them and the line of each.

Byte order marks, UTF-16, invisible characters, no-break spaces, indentation, quotes, the ``> `` of a mail, the ``#`` of
a comment, text on the BEGIN line, more or fewer dashes, small letters, several marks on a line, a written ``\\n``, and
blanks within the base64 (RFC 7468, section 2) do not matter.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mcuaudit.errors import Undecodable

# Characters without a width, as mail programs, web pages and Windows editors leave them.
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u00ad\u180e"))
_BLANK = dict.fromkeys(
    map(ord, "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\f"),
    " ",
)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-") | {0x2014: "--", 0x2015: "--"}
_TIDY = {**_INVISIBLE, **_BLANK, **_DASHES}

_WRITTEN_BREAK = re.compile(r"(?:\\r)?\\n|\\r")
_BREAK = "\v"
_CHARACTERS = {"\\/": "/", "\\u002b": "+", "\\u002f": "/", "\\u003d": "="}
_WRITTEN_CHARACTER = re.compile(r"\\/|\\u00(?:2b|2f|3d)", re.IGNORECASE)
"""Stands for a line break that is written as two characters, and does not count as a line of the file."""

_MARK = re.compile(r"-{3,}[ ]*(BEGIN|END)[ ]+([A-Z0-9][A-Z0-9 #./]*?)[ ]*(?:-{3,6}(?!-)|-{5})", re.IGNORECASE)
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*:")
_QUOTES = "\"'`\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"
_OTHER = re.compile(r"[^A-Za-z0-9+/=]")
_SHORTEST_ON_BEGIN_LINE = 32
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: .*)?$", re.MULTILINE)

# Nearly every file: whole blocks of certificates, with text between them at most. `re` finds them without a look at
# each line; anything odd in the text sends the file to the patient reader.
_PLAIN = re.compile(
    rb"^-----BEGIN CERTIFICATE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END CERTIFICATE-----(?=[\r\n]|\Z)", re.MULTILINE
)
_ODD = re.compile(rb"-- *(?:BEGIN|END)|MI[A-P][A-Za-z0-9+/]{40}|<<<<<<<|>>>>>>>|[^\t\r\n -~]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its label in capitals, the line of its BEGIN, and its octets or why there are none."""

    label: str
    line: int
    data: bytes | None
    fault: str = ""
    fault_line: int = 0

    def octets(self) -> bytes:
        """The octets of the block.

        Raises:
            Undecodable: it is not complete, or not base64.
        """
        if self.data is None:
            raise Undecodable(self.fault, f"line {self.fault_line or self.line}")
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
        found.append(Block("CERTIFICATE", line, octets))
        after = block.end()
        line += block[0].count(b"\n")
    between.append(data[after:])
    return None if not found or _ODD.search(b" ".join(between)) else found


def text_of(data: bytes) -> str:
    """The characters of a file, in whatever encoding a program left it; every line break is one character."""
    text = _decoded(data).translate(_TIDY).replace("\r\n", "\n").replace("\r", "\n")
    if "BEGIN" in text.upper() and "\\" in text:
        text = _WRITTEN_BREAK.sub(_BREAK, text)
        # JSON may escape what base64 consists of.
        text = _WRITTEN_CHARACTER.sub(lambda found: _CHARACTERS[found[0].lower()], text)
    return text


def _decoded(data: bytes) -> str:
    for mark, encoding in (
        (b"\xff\xfe\0\0", "utf-32"),
        (b"\0\0\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    start = data[:400]
    if start.count(0) > len(start) // 4:
        even, odd = start[::2].count(0), start[1::2].count(0)
        if max(even, odd) > len(start) // 4 and min(even, odd) < max(even, odd) // 4 + 1:
            return data.decode("utf-16-be" if even > odd else "utf-16-le", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1").replace("\u00ef\u00bb\u00bf", "")


def is_armoured(text: str) -> bool:
    """Whether there is a BEGIN or END mark in it."""
    return _MARK.search(text) is not None


def conflict(text: str) -> range | None:
    """The lines between the first and the last mark of an unresolved merge conflict of git; None without one."""
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return None
    lines = [line_of(text, found.start()) for found in _CONFLICT.finditer(text)]
    if not lines:
        return None
    closed = len(lines) > 1
    return range(lines[0], lines[-1] + 1 if closed else text.count("\n") + 2)


def line_of(text: str, position: int) -> int:
    """The number of the line of a position."""
    return text.count("\n", 0, position) + 1


def blocks(text: str) -> Iterator[Block | tuple[int, str]]:
    """The blocks of `text` in order, and the text between them, each with the line on which it begins."""
    marks = list(_MARK.finditer(text))
    after, number, line, counted = 0, 0, 1, 0
    while number < len(marks):
        mark = marks[number]
        line += text.count("\n", counted, mark.start())
        counted = mark.start()
        yield line_of(text, after) if after else 1, text[after : mark.start()]
        following = marks[number + 1] if number + 1 < len(marks) else None
        label = _label(mark)
        if mark[1].upper() == "END":
            yield Block(label, line, None, f'there is no "-----BEGIN {label}-----" before this END line')
            after, number = mark.end(), number + 1
        elif following is None or following[1].upper() == "BEGIN" or _label(following) != label:
            closed = following is not None and following[1].upper() == "END"
            yield Block(label, line, None, _incomplete(label, _label(following) if closed and following else ""))
            number += 2 if closed else 1
            after = following.end() if closed and following else following.start() if following else len(text)
        else:
            yield _block(text, mark, following, label, line)
            after, number = following.end(), number + 2
    yield line_of(text, after), text[after:]


def _label(mark: re.Match[str]) -> str:
    return " ".join(mark[2].upper().split())


def _incomplete(label: str, other: str) -> str:
    found = f', but one of "{other}"' if other else "; the file was cut short or copied in part"
    return f'the block has no line "-----END {label}-----"{found}'


def _block(text: str, begin: re.Match[str], end: re.Match[str], label: str, line: int) -> Block:
    if "PRIVATE KEY" in label:
        return Block(label, line, b"")
    start = text.rfind("\n", 0, begin.start()) + 1
    start = max(start, text.rfind(_BREAK, 0, begin.start()) + 1)
    margin = text[start : begin.start()].strip().rstrip(_QUOTES).strip()
    words, fault, at = _base64(text[begin.end() : end.start()], margin, line)
    if fault:
        return Block(label, line, None, fault, at)
    if not words:
        return Block(label, line, None, "the block is empty")
    padding = -len(words.rstrip("=")) % 4
    if padding == 3:
        return Block(
            label, line, None, f"the block has {len(words)} characters of base64, which is not whole: it was cut short"
        )
    try:
        return Block(label, line, base64.b64decode(words.rstrip("=") + "=" * padding, validate=True))
    except binascii.Error:
        return Block(label, line, None, "the block is not base64")


def _base64(body: str, margin: str, line: int) -> tuple[str, str, int]:
    """The base64 of a block; else the first character that does not belong in it, in words, and its line."""
    lines = re.split(f"(\n|{_BREAK})", body)
    written, breaks = lines[::2], [1 if mark == "\n" else 0 for mark in lines[1::2]] + [0]
    bare = [part.strip() for part in written]
    margin = margin if margin and all(part.startswith(margin) for part in bare[1:-1] if part) else ""
    first = _without_quotes(bare[0])
    if any(bare[1:]) and not (len(first) >= _SHORTEST_ON_BEGIN_LINE and not _OTHER.search(first)):
        bare[0] = ""  # a remark on the BEGIN line
    bare[-1] = "" if len(bare) > 1 and not re.search("[A-Za-z0-9]", bare[-1]) else bare[-1]
    found: list[str] = []
    for part, original, step in zip(bare, written, breaks, strict=True):
        here, line = line, line + step
        part = _without_quotes(part.removeprefix(margin).strip() if margin else part)
        if not re.search("[A-Za-z0-9=]", part) or (not found and _HEADER.match(part)):
            continue
        words = part.replace(" ", "")
        wrong = _OTHER.search(words) or re.search("=[^=]", words)
        if wrong or (found and "=" in found[-1]):
            character = words[wrong.start()] if wrong else words[0]
            column = original.find(character) + 1
            return (
                "",
                f'line {here}, character {column}: "{character}" does not belong in the base64 of the block',
                here,
            )
        found.append(words)
    return "".join(found), "", 0


def _without_quotes(part: str) -> str:
    """The text of a line without the quotes, commas and signs of a programming language around it."""
    if part[:1] in _QUOTES and part[:1]:
        part = part[1:]
        closing = [part.find(quote) for quote in _QUOTES if quote in part]
        return part[: min(closing)].strip() if closing else part.rstrip("\\").strip()
    return part.rstrip("\\,;" + _QUOTES).strip()
