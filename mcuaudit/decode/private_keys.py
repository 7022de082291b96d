"""Private keys in the octets of a file, whatever the file is: PEM, DER, PuTTY, JWK, and stores of keys."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from mcuaudit.decode.contents import KEY, PKCS12, der_name, pkcs12_in_words
from mcuaudit.decode.tlv import BadEncodingError, tlv_at

_LABEL: Final = re.compile(rb"(?i)PRIVATE KEY(?: BLOCK)?\s*-{2,}|PuTTY-User-Key-File-\d")
_LABEL_IN_TEXT: Final = re.compile(_LABEL.pattern.decode())
_BODY: Final = re.compile(
    r"(?is)BEGIN [^\n-]*PRIVATE KEY[^\n-]*-{2,}(.*?)(?:-{2,} ?END|\Z)|PuTTY-User-Key-File-\d(.*?)(?:Private-MAC|\Z)"
)
_JWK: Final = re.compile(rb'"kty"\s*:')
_OF_JWK: Final = re.compile(r'"(?:d|p|q|dp|dq|qi|k)"\s*:\s*"([A-Za-z0-9_=-]{16,})"')
_BASE64: Final = re.compile(r"(?<![A-Za-z0-9+/])M[CDEFGHI][A-Za-z0-9+/]{2}(?:[A-Za-z0-9+/]|\\n|\s){36,}={0,2}")
"""A row of base64 that may begin a SEQUENCE, which a key is."""
_LINE: Final = re.compile(r"[A-Za-z0-9+/=_-]{16,}")
_JKS: Final = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
_ENTRY_OF_A_KEY: Final = 1
_HEAD: Final = 12


def holds_private_key(data: bytes) -> bool:
    """Whether a file of any kind holds a private key, or a store of keys that is locked with a password."""
    if _LABEL.search(data) or _in_der(data) or _in_keystore(data):
        return True
    if b"\0" in data and _LABEL.search(data.replace(b"\0", b"")):
        return True
    if _JWK.search(data) and _OF_JWK.search(data.decode("latin-1")):
        return True
    return any(True for _ in _in_base64(data))


def line_of_key(file: BinaryIO) -> int:
    """The line of the first key in a file of any size, which is read in pieces; 0 without one."""
    line, before = 1, b""
    while piece := file.read(_PIECE):
        part = before + piece
        plain = part.replace(b"\0", b"")
        if found := _LABEL.search(plain):
            return line + plain.count(b"\n", 0, found.start())
        before = part[-_OVERLAP:]
        line += part[: len(part) - len(before)].count(b"\n")
    return 0


_PIECE: Final = 1 << 20
_OVERLAP: Final = 256


def label_of_key(text: str) -> int:
    """Where the first line is that announces a private key; -1 without one."""
    found = _LABEL_IN_TEXT.search(text)
    return found.start() if found else -1


def key_lines(text: str) -> Iterator[tuple[int, str]]:
    """Where each key in a text begins, and each row of its characters, which no message may repeat."""
    for found in _BODY.finditer(text):
        body = found[1] if found[1] is not None else found[2]
        yield from ((found.start(), row) for row in _LINE.findall(body))
    if '"kty"' in text:
        yield from ((found.start(), found[1]) for found in _OF_JWK.finditer(text))
    for position, row in _in_base64(text.encode("latin-1", "replace")):
        yield from ((position, part) for part in _LINE.findall(row))


def _in_der(data: bytes) -> bool:
    if data[:1] != b"\x30":
        return False
    try:
        element, _ = tlv_at(data)
    except BadEncodingError:
        return False
    name = der_name(element)
    return name == KEY or (name == PKCS12 and "holds no private key" not in pkcs12_in_words(element.whole))


def _in_keystore(data: bytes) -> bool:
    """Whether a Java keystore has an entry of a key; entries of certificates are skipped."""
    if data[:4] not in _JKS:
        return False
    if data[:4] == _JKS[1]:
        return True
    position, version = _HEAD, int.from_bytes(data[4:8], "big")
    for _ in range(int.from_bytes(data[8:12], "big")):
        if int.from_bytes(data[position : position + 4], "big") == _ENTRY_OF_A_KEY:
            return True
        position += 4
        position += 2 + int.from_bytes(data[position : position + 2], "big") + 8
        if version > 1:
            position += 2 + int.from_bytes(data[position : position + 2], "big")
        position += 4 + int.from_bytes(data[position : position + 4], "big")
        if position >= len(data):
            break
    return False


def _in_base64(data: bytes) -> Iterator[tuple[int, str]]:
    """Rows of base64 without a label that are a key in DER, with their places."""
    text = data.decode("latin-1")
    for found in _BASE64.finditer(text):
        row = re.sub(r"\\n|\s", "", found[0])
        try:
            octets = base64.b64decode(row[: len(row) // 4 * 4])
            element, _ = tlv_at(octets)
        except (binascii.Error, BadEncodingError):
            continue
        if der_name(element) == KEY:
            yield found.start(), found[0]
