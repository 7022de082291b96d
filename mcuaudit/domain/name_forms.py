"""The Unicode form of names: a letter with a mark is one character or two, and both are the same name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def in_nfc(name: str) -> str:
    r"""A name as it is compared: composed (NFC), and text that can be written anywhere; bytes become \xNN."""
    return unicodedata.normalize("NFC", as_text(name))


def as_text(name: str) -> str:
    r"""A name of the file system as text that can be written anywhere: bytes that are not UTF-8 become \xNN."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def as_known(name: str, known: Iterable[str]) -> str | None:
    """The known name that a given one is, in the form in which it is known; None if it is none of them."""
    names = list(known)
    if name in names or not isinstance(name, str):
        return name if name in names else None
    given = unicodedata.normalize("NFC", name)
    return next((one for one in names if unicodedata.normalize("NFC", one) == given), None)
