"""Lines of data: letters and digits that are not words, whatever they encode."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ADDRESS: Final = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]{1,20}:/{2,3}[^\s\"'<>]+|\b[\w.+=-]{1,150}@[\w-]+(?:\.[\w-]+)+")
# A digest of up to 512 bits: behind its label, beside other words, or alone on its line.
_LABELLED: Final = re.compile(
    r"[G-Zg-z]\w{0,9}\b[\"']? {0,4}(?:\([^)]{0,40}\))? {0,4}[:=#]? {0,4}[\"']?(?:0x)?(?<![0-9A-Fa-f])"
    r"(?:[0-9A-Fa-f]{2}[ :.-]?){8,64}(?![0-9A-Fa-f])"
)
_OCTETS: Final = (16, 20, 28, 32, 48, 64)
_DIGEST: Final = re.compile(
    r"(?<![0-9A-Za-z:+/])(?:"
    + "|".join(rf"[0-9A-Fa-f]{{{2 * size}}}|(?:[0-9A-Fa-f]{{2}}:){{{size - 1}}}[0-9A-Fa-f]{{2}}" for size in _OCTETS)
    + r")(?![0-9A-Za-z:+/])"
)
_WORD: Final = re.compile(r"[A-Za-z]{0,40}[G-Zg-z][A-Za-z]")
_SIGNS: Final = re.compile(r"[!#$%&'*;<>?@\\^`]")
_GROUPS: Final = re.compile(r"(?<![\w.])-?(?:0x|\\x)?[0-9A-Fa-f]{1,8}(?![\w.])")
_TICKET: Final = re.compile(r"[>| ]*[0-9A-Fa-f]{4}(?: -|:) (?:[0-9A-Fa-f]{2}[ -]+){1,16}")
_ALONE: Final = re.compile(r"[\W_]*(?:[a-z]\w*:)?(\w+)[\W_]*")
_COLONS: Final = re.compile(r"[>|# ]*(?:[0-9A-Fa-f]{2}:)+[0-9A-Fa-f]{0,2}\s*")
_LABEL: Final = re.compile(
    r"\b(?:modulus|pub(?:lic[ -]?key)?|signature\w*|master-key|session[- ]?(?:id|ticket)\w*|ticket|psk|digest\w*|hash"
    r"|fingerprint|thumbprint|key ?id\w*|key identifier|log id|prime|generator|nonce|ssh-[a-z0-9-]+"
    r"|ecdsa-sha2[a-z0-9-]*|pin-sha256|serial(?: number)?)\b",
    re.IGNORECASE,
)
_BEFORE_DATA: Final = 60
_FIELD: Final = re.compile(
    r"[>| ]{0,8}(?:X-|ARC-|DKIM-|DomainKey-|Authentication-|Received|Message-ID|References|In-Reply-To|Thread-|List-"
    r"|Return-|Feedback-|Autocrypt|Subject|From|To|Cc|Content-|MIME-|Date|Delivered-|IronPort|Face)[\w-]{0,60}: ",
    re.IGNORECASE,
)
# What a terminal writes at the end of its page is no boundary.
_BOUNDARY: Final = re.compile(r"[>| ]{0,8}--(?!(?i:more)--)[^ ]{1,74} *")

_CLASS: Final = bytes(
    ord("a" if chr(octet).islower() else "A" if chr(octet).isupper() else "0" if chr(octet).isdigit() else " ")
    for octet in range(256)
)
"""The class of each octet of ASCII; the others are not asked for."""
_CHANGES: Final = (b"aA", b"a0", b"0a", b"0A", b"A0")
_CHANGE: Final = re.compile(b"|".join(_CHANGES))
"""Within words, a capital letter is followed by a small one, and no other class of character by another."""
_SHORTEST: Final = 16
_LINE_OF_SIGNS: Final = 40
_LONGEST_WORD: Final = 30


def is_boundary(line: str) -> bool:
    """Whether a line separates the parts of a mail."""
    return _BOUNDARY.fullmatch(line) is not None


def starts_mail_field(line: str) -> bool:
    """Whether a line begins a field of the header of a mail."""
    return _FIELD.match(line) is not None


def unexplained(line: str, amount: int, label: str) -> int:
    """How many of the letters and digits of a line of data have no explanation.

    Explained are addresses, and what is labelled in the line itself or, as the lines of a modulus, by a line above.
    """
    if _TICKET.match(line) or _LABEL.search(line[:_BEFORE_DATA]) or _explains(label, line):
        return 0
    plain = _LABELLED.sub(" ", line)
    without = _DIGEST.sub(" ", plain)
    plain = without if _WORD.search(without) or not without.strip() else plain
    plain = _ADDRESS.sub(" ", plain) if ":/" in line or "@" in line else plain
    return amount if plain == line else min(amount, characters_of_data(plain))


def _explains(label: str, line: str) -> bool:
    """Whether the line above labels a line: one of octets with colons, or any line below a label alone."""
    alone = _ALONE.fullmatch(label)
    return _LABEL.search(label) is not None and (alone is not None or _COLONS.fullmatch(line) is not None)


def characters_of_data(line: str) -> int:
    """How many letters and digits of a line are data; 0 for a remark."""
    return max(map(_amount, {line} if line.isascii() else _readings(line)))


def _readings(line: str) -> set[str]:
    """What a line may be that is not ASCII: as it is, and as octets of UTF-8 or EBCDIC."""
    found = {line}
    for encoding in ("utf-8", "cp037"):
        try:
            found.add(line.encode("latin-1").decode(encoding))
        except UnicodeError:
            continue
    return {plain for one in found if (plain := _plain(one)).isascii()} | {line}


def _plain(text: str) -> str:
    """A text with compatible characters as ASCII, without marks over and under them."""
    if text.isascii():
        return text
    normal = unicodedata.normalize("NFKC", text)
    return "".join(one for one in normal if unicodedata.category(one) not in ("Mn", "Me", "Cf"))


def _amount(line: str) -> int:
    classes = line.encode("ascii", "replace").translate(_CLASS)
    pieces = classes.split()
    amount = sum(map(len, pieces))
    if amount < _SHORTEST:
        return 0
    changes = sum(map(classes.count, _CHANGES))
    if amount >= 24 and changes >= 0.25 * (amount - len(pieces)) and _is_mixed(line, pieces, amount):
        return amount
    if (
        len(line) >= _LINE_OF_SIGNS
        and len(_SIGNS.findall(line)) >= 0.08 * len(line)
        and 20 * line.count(" ") <= len(line)
    ):
        return amount
    longest = max(map(len, pieces))
    if longest >= _LONGEST_WORD and (longest >= 2 * _LONGEST_WORD or changes >= 0.12 * longest):
        return amount
    groups = _GROUPS.findall(line)
    digits = sum(map(len, groups))
    return digits if len(groups) >= 8 and digits >= max(0.6 * amount, 1.5 * len(groups)) else 0


def _is_mixed(line: str, pieces: list[bytes], amount: int) -> bool:
    """Whether most letters and digits stand beside others, or among signs that few texts have."""
    mixed = sum(len(piece) for piece in pieces if _CHANGE.search(piece))
    return mixed >= 0.6 * amount or len(_SIGNS.findall(line)) >= 0.08 * len(line)
