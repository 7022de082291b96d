"""The Unicode form of names: a letter with a mark is one character or two, and both are the same name."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_IPV4: Final = re.compile(r"\d{1,3}(?:([-_.])\d{1,3})(?:\1\d{1,3}){2}")


def in_nfc(name: str) -> str:
    r"""A name as it is compared: composed (NFC), and text that can be written anywhere; bytes become \xNN."""
    return unicodedata.normalize("NFC", as_text(name))


def as_text(name: str) -> str:
    r"""A name of the file system as text that can be written anywhere: bytes that are not UTF-8 become \xNN."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def as_address(text: str) -> str | None:
    """An address as people write it, in its usual form; None for another text.

    It may be in brackets, have zeros before its numbers, or dashes for dots, as in the names of files: 010-001-002-003.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip().strip("[]")
    if _IPV4.fullmatch(plain):
        plain = ".".join(str(int(number)) for number in re.findall(r"\d+", plain))
    try:
        return str(ipaddress.ip_address(plain))
    except ValueError:
        return None


def is_address(text: str) -> bool:
    """Whether it is an IP address and nothing else; a zone may follow it."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def as_known(name: str, known: Iterable[str]) -> str | None:
    """The known name that a given one is, in the form in which it is known; None if it is none of them."""
    names = list(known)
    if name in names or not isinstance(name, str):
        return name if name in names else None
    given = unicodedata.normalize("NFC", name)
    return next((one for one in names if unicodedata.normalize("NFC", one) == given), None)
