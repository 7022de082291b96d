"""TOML that people write, with errors that say what to change; and values as TOML writes them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from mcuaudit.errors import Undecodable

_QUOTES: Final = "“”„‟‘’‚‛«»‹›″′＂＇`´"
_AT: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_SHORTENED: Final = 500
"""The most lines that are taken away one by one to find where a text or list begins that does not end."""
_MOST_PARSED: Final = 1 << 19
"""So many characters are parsed in that search."""
_MOST_PARTS: Final = 50
"""Most parts of a dotted key: the time and memory of the parser grow with their square."""
_PART: Final = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_LONG_KEY: Final = re.compile(rf"""(?<![A-Za-z0-9_."'\\-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{_MOST_PARTS},}}""")


def load_toml(data: bytes) -> dict[str, Any]:
    """The content of a TOML file, with or without a byte order mark.

    Raises:
        Undecodable: the file is not TOML in UTF-8; `where` has the line, `reason` what to change.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Undecodable(_other_encoding(data, data[error.start]), f"line {line}") from error
    if "\0" in text:
        raise Undecodable(_other_encoding(data, 0), "line 1")
    _refuse_long_keys(text)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _explained(str(error), text.splitlines()) from error
    except RecursionError as error:
        raise Undecodable("invalid TOML: too many brackets within each other") from error


def _refuse_long_keys(text: str) -> None:
    """Refuse a key of very many parts, before the parser sees it."""
    for number, line in enumerate(text.split("\n") if text.count(".") >= _MOST_PARTS else (), start=1):
        # In a comment or a text there may be as many, and no harm; no setting needs that.
        if line.count(".") >= _MOST_PARTS and _LONG_KEY.search(line):
            reason = f"a key of more than {_MOST_PARTS} parts; the settings have at most four"
            raise Undecodable(reason, f"line {number}")


def _other_encoding(data: bytes, octet: int) -> str:
    if not data.strip(b"\0"):
        return "expected UTF-8, found only zero bytes; copy the file again"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or octet == 0:
        return "expected UTF-8, found UTF-16, which some Windows editors call Unicode; save the file as UTF-8"
    try:
        character = bytes([octet]).decode("cp1252")
    except UnicodeDecodeError:
        return "expected UTF-8, found another encoding; save the file as UTF-8"
    reason = f"expected UTF-8, found {character} in cp1252, which Windows editors call ANSI; save the file as UTF-8"
    return f"{reason}. {_straight(character)}" if character in _QUOTES else reason


def _straight(character: str) -> str:
    name = unicodedata.name(character, "quotation mark").lower()
    return f'{character} is a {name} (U+{ord(character):04X}), as word processors put it in; write the straight "'


def _explained(said: str, lines: list[str]) -> Undecodable:
    """The error of the parser with its line, and what to change where that can be seen in the line."""
    at = _AT.search(said)
    said = _AT.sub("", said)
    number = int(at[1]) if at and at[1] else _where_it_begins(lines)
    line = lines[number - 1] if number <= len(lines) else ""
    column = int(at[2]) if at and at[2] else 0
    hint = _hint(said, line, line[column - 1 :].strip() if column else "")
    return Undecodable(f"invalid TOML: {said}{f'. {hint}' if hint else ''}", f"line {number}" if number else "")


def _where_it_begins(lines: list[str]) -> int:
    """The line after the longest beginning of the file that is TOML; 0 if the file is too long to look for it."""
    tries = _MOST_PARSED // (1 + sum(map(len, lines)))
    for taken in range(1, min(len(lines), _SHORTENED, tries) + 1):
        try:
            tomllib.loads("\n".join(lines[: len(lines) - taken]))
        except (tomllib.TOMLDecodeError, RecursionError):
            continue
        return len(lines) - taken + 1
    return 0


_BACKSLASH: Final = (
    "A backslash begins an escape in a text with double quotes; write paths with forward slashes, as in "
    '"peers/room.pem"'
)


def _hint(said: str, line: str, rest: str) -> str:
    outside = line.split("#", 1)[0]
    if "'\\'" in said or "hex value" in said or ("\\" in outside and "escape" in said.lower()):
        return _BACKSLASH
    typographic = next((character for character in outside if character in _QUOTES), "")
    if typographic and re.search("value|Unterminated|Expected|Illegal", said):
        return _straight(typographic)
    if "Unterminated" in said or "Illegal character '\\n'" in said:
        return 'A text ends with the same quotation mark that it begins with, on the same line: "'
    if "Unclosed array" in said:
        return "A comma or ] is missing before this"
    word = re.match(r"\w+", rest)
    if word and word[0].lower() in ("true", "false", "yes", "no", "on", "off"):
        on = word[0].lower() in ("true", "yes", "on")
        return f"Write {'true' if on else 'false'}, in lower case and without quotes"
    if "Invalid value" in said and word:
        return f'Put text in double quotes: "{rest.split("#", 1)[0].strip()[:60]}"'
    if "Expected '='" in said and ":" in outside:
        return "Write = between a key and its value"
    if "overwrite" in said or "twice" in said:
        return "The key or table is there a second time; keep one of them"
    if re.search(r"=\s*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", outside):
        return "Write dates as 2026-11-23"
    return ""


def toml_key(key: str) -> str:
    """A key as TOML writes it, in quotes where it needs them."""
    plain = key.replace("_", "").replace("-", "")
    return key if plain.isascii() and plain.isalnum() else _text(key)


def toml_value(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{toml_key(str(key))} = {toml_value(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return str(value)


def shown(value: Any) -> str:
    """A value in a message: as TOML writes it, and at most 80 characters of it."""
    text = toml_value(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + "".join(mark if mark.isprintable() else f"\\U{ord(mark):08x}" for mark in escaped) + '"'
