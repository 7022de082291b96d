"""What is public and stays in a redacted text: the words of mcuaudit's own sentences, and the labels of devices."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final

from mcuaudit.domain.products import PRODUCTS
from mcuaudit.domain.settings import SETTINGS

ATOM: Final = r"\w(?:[\w.\-]*\w)?"
"""A word of a text, as it is kept or replaced: letters and digits, with dots and hyphens between them."""
WORDS_FILE: Final = "words.txt"
DEFAULT_USERS: Final = frozenset({"admin", "administrator", "guest"})
"""The names of users that devices have when they are delivered."""
KEPT_IN_DATA: Final = frozenset(
    {
        "sip", "sips", "http", "https", "ldap", "ldaps", "tel", "transport", "tls", "tcp", "udp", "true", "false",
        "MCU", "MSE", *PRODUCTS,
    }
)  # fmt: skip
"""Words that stay in a value that people or devices wrote: schemes, transports, yes and no, products."""
_NUMBER: Final = re.compile(r"\d{1,5}(?:\.\d{1,5})?|\d{4}-\d\d-\d\d(?:T\d\d)?|\d\dZ?")
_OBJECT_IDENTIFIER: Final = re.compile(r"1\.3\.6\.1\.5\.5\.7(?:\.\d+)+|2\.5\.\d+(?:\.\d+)+|1\.2\.840\.1\d+(?:\.\d+)+")
"""Object identifiers of PKIX, X.500 and the ANSI members RSA and X9; those of enterprises say whose they are."""
_PEM_LINE: Final = re.compile(r"-----(?:BEGIN|END) [A-Z0-9 ]+-----")
_COUNTED: Final = re.compile(r"\d{1,5}-([a-z]+)")


@cache
def public_words() -> frozenset[str]:
    """The words of the sentences, labels, keys and file names of mcuaudit, each in the spelling that it has there."""
    text = resources.files("mcuaudit.redaction").joinpath(WORDS_FILE).read_text(encoding="utf-8")
    return frozenset(text.split())


@cache
def public_phrases() -> frozenset[str]:
    """What may stand in quotation marks: labels of settings and their values, keys, and single public words."""
    labels = {label for setting in SETTINGS for label in (*setting.labels, setting.label, setting.key)}
    return frozenset(labels | set(PRODUCTS) | DEFAULT_USERS)


def is_public(word: str) -> bool:
    """Whether a word of a sentence stays: it is one of mcuaudit's own, also at the beginning of a sentence."""
    if word in public_words() or word[:1].lower() + word[1:] in public_words():
        return True
    counted = _COUNTED.fullmatch(word)
    return counted is not None and counted[1] in public_words()


def is_number(word: str) -> bool:
    """Whether a word is a count, port, date, time, version or standard identifier; longer numbers may say who."""
    return _NUMBER.fullmatch(word) is not None or _OBJECT_IDENTIFIER.fullmatch(word) is not None


def is_public_phrase(text: str) -> bool:
    """Whether a text in quotation marks is a label or key of the devices, or a line of PEM."""
    if text in public_phrases():
        return True
    if _PEM_LINE.fullmatch(text):
        return all(map(is_public, text.strip("-").split()))
    return is_public(text) and ("_" in text or "." in text)
