"""What is public and stays in a redacted text: the words of mcuaudit's own sentences, and the labels of devices."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final

from mcuaudit.collect.file_names import RESPONSES, kind_by_name
from mcuaudit.domain.products import PRODUCTS
from mcuaudit.domain.settings import SETTINGS
from mcuaudit.domain.standards import Standard

_LETTER: Final = (
    r"\w\u0300-\u036f\u0483-\u0489\u0590-\u1fff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2c00-\ud7ff\uf900-\uffef"
    r"\U00010000-\U0010ffff"
)
"""What a word is made of: letters and digits, and the marks, signs and invisible characters of other scripts."""
WORD: Final = rf"[{_LETTER}](?:[{_LETTER}.\-]*[{_LETTER}])?"
"""A word of a text, as it is kept or replaced: it may have dots and hyphens within."""
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
FUNCTION_WORDS: Final = frozenset(
    {
        "a", "all", "alone", "also", "an", "and", "any", "are", "as", "at", "be", "because", "been", "before",
        "beside", "both", "but", "by", "can", "cannot", "could", "do", "does", "each", "either", "else", "every",
        "for", "from", "had", "has", "have", "he", "her", "his", "how", "if", "in", "into", "is", "it", "its",
        "itself", "least", "less", "many", "may", "me", "more", "most", "must", "my", "neither", "no", "none",
        "nor", "not", "nothing", "of", "off", "on", "once", "one", "only", "or", "other", "others", "our", "out",
        "own", "same", "set", "several", "she", "should", "so", "some", "still", "such", "than", "that", "the",
        "their", "them", "then", "there", "these", "they", "this", "those", "through", "to", "together", "too",
        "two", "under", "until", "up", "use", "used", "was", "we", "were", "what", "when", "where", "whether",
        "which", "while", "who", "whom", "whose", "why", "will", "with", "within", "without", "would", "yes",
        "you", "your",
    }
)  # fmt: skip
"""Words that hold sentences together: a site of such a name is replaced in columns, and not looked for in sentences."""
_FOLDERS: Final = frozenset({"peers", "api", *(f"{name}.xml" for name in RESPONSES)})
_ENDINGS: Final = frozenset(
    {
        "pem", "crt", "cer", "der", "p7b", "p7c", "crl", "ocsp", "toml", "csv", "xml", "json", "txt", "xlsx", "md",
        "zip", "log", "bak", "p12", "pfx", "key", "pub",
    }
)  # fmt: skip
_NUMBER: Final = re.compile(r"X?\d{1,5}(?:\.\d{1,5}){0,2}|\d{4}-\d\d-\d\d(?:T\d\d)?|\d\dZ")
_OBJECT_IDENTIFIER: Final = re.compile(
    r"(?:1\.3\.6\.1\.5\.5\.7|2\.5\.(?:4|29)|1\.2\.840\.(?:113549|10045|10040))(?:\.\d+)+"
)
"""Object identifiers of PKIX, X.500, PKCS and ANSI X9; those of enterprises and organisations say whose they are."""
_PEM_LINE: Final = re.compile(r"-----(?:BEGIN|END) [A-Z0-9 ]+-----")
_COUNTED: Final = re.compile(r"\d{1,5}-(?:bit|byte|day|digit|hour|minute|month|octet|second|week|year)s?")


@cache
def public_words() -> frozenset[str]:
    """The words of the sentences, labels and keys of mcuaudit, each in the spelling that it has there."""
    text = resources.files("mcuaudit.redaction").joinpath(WORDS_FILE).read_text(encoding="utf-8")
    standards = {one.value for one in Standard if one.value.startswith("rfc")}
    return frozenset(text.split()) | {setting.key for setting in SETTINGS} | set(RESPONSES) | standards


@cache
def _public_phrases() -> frozenset[str]:
    labels = {label for setting in SETTINGS for label in (*setting.labels, setting.label, setting.key)}
    return frozenset(labels | set(PRODUCTS))


def is_public(word: str) -> bool:
    """Whether a word of a sentence stays: it is one of mcuaudit's own, also at the beginning of a sentence."""
    if word in public_words() or word[:1].lower() + word[1:] in public_words():
        return True
    return _COUNTED.fullmatch(word) is not None or is_of_the_layout(word)


def is_of_the_layout(name: str) -> bool:
    """Whether a file or directory has its name from the layout of exports."""
    return name in _FOLDERS or kind_by_name(name) is not None


def is_ending(ending: str) -> bool:
    """Whether a file may keep its ending, without the dot."""
    return ending in _ENDINGS


def is_public_phrase(text: str) -> bool:
    """Whether a text in quotation marks is a label or key of the devices, or a line of PEM."""
    if text in _public_phrases():
        return True
    if _PEM_LINE.fullmatch(text):
        return all(map(is_public, text.strip("-").split()))
    return is_of_the_layout(text) or (is_public(text) and "_" in text)


def is_number(word: str) -> bool:
    """Whether a word is a count, date, time, version or standard identifier; longer numbers may say who."""
    return _NUMBER.fullmatch(word) is not None or _OBJECT_IDENTIFIER.fullmatch(word) is not None
