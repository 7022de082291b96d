"""The octets of a block of PEM whose lines a person, an editor or a mail program changed.

What is between BEGIN and END is read as base64 first. Where that gives no certificate, it is read without the numbers
or signs before its lines, as quoted-printable, and as base64url; what becomes a whole certificate in exactly one way
counts.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeGuard

from mcuaudit.decode.characters import BASE64URL, BREAK, lines_of, named
from mcuaudit.decode.contents import REFUSED, members
from mcuaudit.decode.margins import QUOTES

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*:")
_OTHER = re.compile(r"[^A-Za-z0-9+/= ]")
_AFTER_PADDING = re.compile(r"=(?= *[^= ])")
_NOT_IN_A_LONG_LINE = re.compile(r"[^A-Za-z0-9+/=_-]")
_SHORTEST_ON_BEGIN_LINE = 32
_AGAIN = "copy the block or export the file again"

_NUMBERED = re.compile(r"(?:[^ :]{1,200}:)? *(\d{1,7})(?: *([:.|)\]>-]) *| +|$)(.*)")
_SIGNS = re.compile(r"^[^A-Za-z0-9+/=]+")
_QUOTED = re.compile(r"=(?:([0-9A-Fa-f]{2})| *\n)")
_QUOTED_INSIDE = re.compile(r"=3[Dd]|=2[BbFf]|=0[AaDd]|= *\n *[A-Za-z0-9+/]")
_NEXT_PAGE = re.compile(r"^\W*-{2,} ?\(?more", re.IGNORECASE | re.MULTILINE)
_BETWEEN_QUOTES = re.compile(rf"[{QUOTES},\\\s]+")
_WHOLE = re.compile(r"[A-Za-z0-9+/]+={0,2}")


class Body(NamedTuple):
    """The octets of a block, or why there are none.

    Where a character does not belong there, `position` says where it is, counted from the end of the BEGIN mark.
    """

    data: bytes | None
    fault: str = ""
    position: int | None = None
    character: str = ""


def body_of(text: str, margin: str) -> Body:
    """The octets between BEGIN and END; `margin` is what stands before BEGIN on its line."""
    plain = _plain(text, margin)
    if _is_whole(plain.data):
        return plain
    others = set(_otherwise(text, margin))
    if len(others) == 1:
        return Body(others.pop())
    return plain if plain.data is not None else plain._replace(fault=_advice(text, plain))


def _advice(text: str, plain: Body) -> str:
    """The fault of a block with what its text looks like."""
    fault = plain.fault
    lines = [line for line in lines_of(text) if line.strip()]
    if _without_numbers(lines):
        return f"{fault}; the lines begin with numbers, and without them there is no certificate: {_AGAIN}"
    if _QUOTED_INSIDE.search(text.replace(BREAK, "\n")):
        return (
            f"{fault}; the text looks like quoted-printable of a mail: save the attachment of the mail as a file, or "
            "export the certificate again"
        )
    if _NEXT_PAGE.search(text):
        return f'{fault}; a terminal wrote "--More--" at the end of its page: remove that line'
    if plain.character in ("-", "_") and not re.search("[+/]", text):
        return f'{fault}; the text looks like base64url, which has "-" and "_" instead of "+" and "/": {_AGAIN}'
    return f"{fault}: {_AGAIN}" if plain.character else fault


def _plain(text: str, margin: str) -> Body:
    """The text read as base64; else the first character that does not belong in it."""
    found: list[str] = []
    for part, at in _parts(text, margin):
        if not re.search("[A-Za-z0-9=]", part) or (not found and _HEADER.match(part)):
            continue
        wrong = _OTHER.search(part) or _AFTER_PADDING.search(part)
        if wrong or (found and "=" in found[-1]):
            here = wrong.start() if wrong else 0
            fault = f"{named(part[here])} is not a base64 character"
            return Body(None, fault, at + here, part[here])
        found.append(part.replace(" ", ""))
    return _octets("".join(found))


def _octets(words: str) -> Body:
    if not words:
        return Body(None, "the block is empty")
    bare = words.rstrip("=")
    if -len(bare) % 4 == 3:
        return Body(None, f"the block has {len(words)} characters of base64, which is not whole: it is truncated")
    try:
        return Body(base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True))
    except ValueError:
        return Body(None, "the block is not base64")


def _parts(text: str, margin: str) -> Iterator[tuple[str, int]]:
    """The lines without margin, quotes and a remark on the BEGIN line, and where in `text` each begins."""
    lines = lines_of(text)
    bare = [part.strip() for part in lines]
    margin = margin if all(part.startswith(margin) for part in bare[1:-1] if part) else ""
    first = _without_quotes(bare[0])
    if any(bare[1:]) and not (len(first) >= _SHORTEST_ON_BEGIN_LINE and not _NOT_IN_A_LONG_LINE.search(first)):
        bare[0] = ""  # a remark on the BEGIN line
    bare[-1] = bare[-1] if re.search("[A-Za-z0-9]", bare[-1]) else ""
    at = 0
    for part, original in zip(bare, lines, strict=True):
        rest = part.removeprefix(margin)
        inner = _without_quotes(rest.strip())
        yield inner, at + original.find(inner, original.find(part) + len(part) - len(rest))
        at += len(original) + 1


def _without_quotes(part: str) -> str:
    """The text of a line without the quotes, commas and signs of a programming language around it."""
    if part[:1] in QUOTES:
        part = part[1:]
        closing = [part.find(quote) for quote in QUOTES if quote in part]
        return part[: min(closing)].strip() if closing else part.rstrip("\\").strip()
    return part.rstrip("\\,;" + QUOTES).strip()


def _otherwise(text: str, margin: str) -> Iterator[bytes]:
    """The octets of each other way to read the text that gives whole certificates."""
    lines = [line for line in lines_of(text) if line.strip()]
    pasted = [part for part, _ in _parts(text, margin)]
    yield from _several(pasted)
    in_quotes = _octets(_BETWEEN_QUOTES.sub("", text)).data
    if _is_whole(in_quotes):
        yield in_quotes
    for written in (pasted, _without_numbers(lines), _without_a_sign(lines), _without_signs(lines)):
        joined = "\n".join(written)
        for words in {joined, _QUOTED.sub(_unquoted, joined)}:
            words = re.sub(r"\s", "", words)
            words = words if re.search("[+/]", words) else words.translate(BASE64URL)
            data = _octets(words).data if _WHOLE.fullmatch(words) else None
            if _is_whole(data):
                yield data


def _several(lines: Sequence[str]) -> Iterator[bytes]:
    """The octets of several whole certificates in one block, each with padding at its end."""
    parts = [_octets(part).data for part in re.findall("[^=]+={0,2}", "".join(lines).replace(" ", ""))]
    whole = [part for part in parts if _is_whole(part)]
    if parts and len(whole) == len(parts):
        yield b"".join(whole)


def _unquoted(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else ""


def _is_whole(data: bytes | None) -> TypeGuard[bytes]:
    """Whether it is certificates, or PKCS#7 with some, and nothing else."""
    return data is not None and all(member.kind != REFUSED for member in members(data))


def _without_numbers(lines: Sequence[str]) -> list[str]:
    """The lines without numbers that rise by one from line to line; none if they do not."""
    found = [_NUMBERED.fullmatch(line.strip()) for line in lines]
    # The first line is the rest of the BEGIN line, in which there may be a remark or nothing.
    found = found[1:] if found[:1] == [None] else found
    numbered = [line for line in found if line]
    numbers = [int(line[1]) for line in numbered]
    if not numbers or len(numbers) < len(found) or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return []
    # A sign that is not behind each number belongs to the line: base64url has lines that begin with "-".
    signs = {line[2] for line in numbered if line[3]}
    return [line[3] if len(signs) == 1 else f"{line[2] or ''}{line[3]}" for line in numbered]


def _without_a_sign(lines: Sequence[str]) -> list[str]:
    """The lines without the first character, as ``diff`` writes it; none if they have others."""
    return [line[1:] for line in lines] if all(line[0] in "+- " for line in lines) else []


def _without_signs(lines: Sequence[str]) -> list[str]:
    """The lines without what stands before them and is not base64, if most lines have that."""
    signs = sum(_SIGNS.match(line.strip()) is not None for line in lines)
    return [_SIGNS.sub("", line) for line in lines] if 2 * signs > len(lines) else []
