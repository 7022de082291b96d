"""Certificate revocation lists (CRLs) under names that do not end in .crl, which are not read from there."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from mcuaudit.collect.near_names import is_for_people
from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.decode.characters import DASHES, Characters
from mcuaudit.decode.contents import container_of
from mcuaudit.decode.left_over import places

_NAMED: Final = re.compile(
    r"(?:^|[\W_])(?:crls?|clr|[cс][rг][lӏ]|delta[-_ ]?crl)(?:$|[\W_\d])|[a-z]crls?\d*(?:$|\W)"
    r"|revo(?:cation|ked)|sperrliste|\.r\d+$",
    re.IGNORECASE,
)
_MAY_HOLD: Final = re.compile(rb"CRL|MI[A-P][A-Za-z0-9+/]{40}|\A\x30[\x80-\x84]", re.IGNORECASE)
_LABEL: Final = re.compile(DASHES.encode() + rb" *BEGIN (?:X509 )?CRL", re.IGNORECASE)
_MOST: Final = 1000


def unnamed_list(name: str, data: bytes) -> str:
    """Why a file that is not recognised is, or may be, a list that counts; "" for any other file.

    Args:
        name: the name of the file, whose letters may say what it is.
        data: its content; empty if it cannot be read.
    """
    if _holds_list(data):
        found = "a certificate revocation list (CRL) under a name that does not end in .crl, so it is not read"
    elif _is_named(name) and not is_for_people(name) and _cannot_be_read(data):
        found = "this may be a certificate revocation list (CRL), and only files *.crl in PEM or DER are read"
    else:
        return ""
    stem = name.strip("~#. ").partition(".")[0].strip() or "list"
    return f'{found}. If it is a CRL, save it in PEM or DER under a name such as "{stem}.crl"; otherwise remove it'


def may_hold_a_list(beginning: bytes) -> bool:
    """Whether a file that is not read whole may hold a list, by how it begins."""
    return _MAY_HOLD.search(beginning) is not None


def _is_named(name: str) -> bool:
    return _NAMED.search(unicodedata.normalize("NFKC", name)) is not None


def _holds_list(data: bytes) -> bool:
    plain = data.replace(b"\0", b"") if b"\0" in data[:100] and data[:1] != b"\x30" else data
    if _LABEL.search(plain):
        return True
    return _MAY_HOLD.search(data) is not None and bool(decode_bundle(data, _MOST).revocation_lists)


def _cannot_be_read(data: bytes) -> bool:
    """Whether a content is none, or no text, or has in it what may be a list."""
    if not data.strip() or container_of(data) or b"\0" in data:
        return True
    characters = Characters(data)
    return characters.of_octets or next(places(characters.text), None) is not None
