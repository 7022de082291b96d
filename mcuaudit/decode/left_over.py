"""What is left of a text after reading: remarks, or something that may hold a certificate in a form that is not read.

There are too many forms to name. What they have in common: many letters and digits that are not words. A certificate
has hundreds of them on adjacent lines, a fingerprint or a serial number has not. Longer ones that are known by their
label (the modulus and signature of `openssl x509 -text`, the signatures of a mail) are remarks, unless there is the
name or an extension of a certificate in them.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from mcuaudit.decode.dense import characters_of_data, is_boundary, starts_mail_field, unexplained
from mcuaudit.decode.in_words import unread_in_words
from mcuaudit.decode.scattered import parsed_at, scattered_at

MAY_HOLD: Final = (
    "this may be a certificate in a format that mcuaudit does not read. If it is one, put it into the file as PEM; "
    "if it is not, "
    "remove it"
)
IN_WORDS: Final = (
    "a certificate as text, as openssl x509 -text prints it, and no certificate of the file has its serial number. "
    "Put the certificate itself into the file as PEM, or remove the text"
)

PARSED: Final = (
    "a certificate as openssl asn1parse shows it, and no certificate of the file has its serial number. Put the "
    "certificate itself into the file as PEM, or remove that output"
)

_LEAST: Final = 200
"""Letters and digits of the shortest certificate, in base64."""
_LONGEST_LABEL: Final = 200
_LINE: Final = re.compile(r"[^\n\v]+")
_OTHER_ENCODING: Final = re.compile(r"(?:[^\0\n]\0{1,3}){16}|(?:\0{1,3}[^\0\n]){16}|[^\0-\x7f]{20,}")
_TEXT: Final = frozenset(range(0x20, 0x7F)) | {0, 10, 13}
# Attributes of a name (2.5.4) and extensions (2.5.29) in DER, in hexadecimal digits and in base64; a BEGIN line, too.
_EVIDENCE: Final = re.compile(
    r"BgNV[BHR][A-Za-z0-9+/]|[A-Za-z0-9+/][GW]A1UE[A-L]|YDVQQ[D-L]|YDVR0|LS0tLS1CRUdJTi|BEGIN[%+]"
)
_EVIDENCE_IN_HEXADECIMAL: Final = re.compile(
    r"06035504|0603551d|2a864886f70d010702|3082[0-9a-f]{4}3082|2d2d424547494e20"
)
_HEXADECIMAL: Final = re.compile(r"(?:[0-9a-f]{2,}[ :,-]{0,3}){8,}")
_SIGN_OF_OCTET: Final = re.compile(r"0x|\\x|%")
_OFFSET: Final = re.compile(r"\s*(?:0x)?[0-9a-f]{4,8}(?::| -|  )")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/=_-]{16,}")
_DECODER: Final = codecs.getincrementaldecoder("utf-8")
_PICTURE: Final = ("iVBORw0KGg", "/9j/", "R0lGOD")


class Place(NamedTuple):
    """Where a text has something that may be a certificate, and why it is not read."""

    position: int
    reason: str


def places(text: str, serials: frozenset[int] | None = None) -> Iterator[Place]:
    """Each place of a text that may hold a certificate.

    Args:
        text: a text between the blocks that were read.
        serials: the serial numbers of the certificates that were read; None if it is not known which were.
    """
    found = next((one for one in _OTHER_ENCODING.finditer(text) if _is_other(one[0])), None)
    if found:
        yield Place(found.start(), MAY_HOLD)
        return
    any_data = False
    for run in _runs(text):
        data = text[run.start : run.end]
        unexplained = run.size >= _LEAST and not _is_remark(data, run.size)
        if unexplained or (run.all_of_it >= _LEAST and _has_evidence(data)):
            any_data = True
            yield Place(run.start, MAY_HOLD)
    if not any_data and len(text) > _LEAST and (at := scattered_at(text)) is not None:
        yield Place(at, MAY_HOLD)
    if serials is not None:
        if (at := parsed_at(text, serials)) is not None:
            yield Place(at, PARSED)
        yield from (Place(position, IN_WORDS) for position in unread_in_words(text, serials))


def _is_other(found: str) -> bool:
    """Whether octets of ASCII stand there as characters of UTF-16, or the other way round."""
    if "\0" in found:
        return True
    octets = found.encode("utf-16-le")
    return sum(octet in _TEXT for octet in octets) >= 0.95 * len(octets)


class _Run(NamedTuple):
    """Adjacent lines of data: where, how many letters and digits, and how many that nothing explains."""

    start: int
    end: int
    all_of_it: int
    size: int


def _runs(text: str) -> Iterator[_Run]:
    """The runs of a text; one other line among them, such as the ``--More--`` of a terminal, ends none."""
    run: _Run | None = None
    label, in_field, other = "", False, 0
    for line in _LINE.finditer(text):
        words = line[0]
        in_field = starts_mail_field(words) or (in_field and _continues(words))
        amount = characters_of_data(words)
        separates = is_boundary(words)
        if separates or not amount:
            if words.strip():
                label, other = words[:_LONGEST_LABEL], other + 1
            if run and (separates or other > 1):
                yield run
                run = None
            continue
        other = 0
        size = 0 if in_field else unexplained(words, amount, label)
        run = run or _Run(line.start(), line.end(), 0, 0)
        run = _Run(run.start, line.end(), run.all_of_it + amount, run.size + size)
    if run:
        yield run


def _continues(line: str) -> bool:
    return line.lstrip(">|")[:1] in (" ", "\t")


def _has_evidence(text: str) -> bool:
    """Whether data has the beginning of a certificate in it, or an attribute of a name, or an extension."""
    if _EVIDENCE.search(text):
        return True
    digits: list[str] = []
    for line in _LINE.findall(text.lower()):
        found = _HEXADECIMAL.search(_SIGN_OF_OCTET.sub("", _OFFSET.sub("", line, count=1)))
        digits.append(re.sub("[^0-9a-f]", "", found[0]) if found else "")
    return _EVIDENCE_IN_HEXADECIMAL.search("".join(digits)) is not None


def _is_remark(text: str, size: int) -> bool:
    """Whether data is base64 of a picture, or of a text that holds no certificate, as in a mail."""
    words = "".join(found[0] for line in _LINE.findall(text) if (found := _BASE64.search(line)))
    if 2 * len(words) < size:
        return False
    if words.startswith(_PICTURE):
        return not _has_evidence(text)
    try:
        # The last line may be too short to be found, and end within a character.
        inner = _DECODER().decode(base64.b64decode(words[: len(words) // 4 * 4], validate=True))
    except (binascii.Error, UnicodeDecodeError):
        return False
    return (
        "BEGIN" not in inner and all(one.isprintable() or one in "\r\n\t" for one in inner) and not any(places(inner))
    )
