"""Flaws of a name in a certificate, in words: characters and labels that a host name cannot have."""

from __future__ import annotations

import unicodedata
from typing import Final

from mcuaudit.identity.names import LONGEST_NAME, address_of, drop_root, fold, is_host_name
from mcuaudit.identity.reference import URI_SCHEMES
from mcuaudit.identity.uri import split_uri

_LONGEST_LABEL: Final = 63
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})
_MARKS_OF_A_SENTENCE: Final = frozenset("@,;&'\"()")
"""Characters of sentences, e-mail addresses and names of companies, but not of host names."""


def host_flaw(host: str) -> str:
    """Why `host` is neither a host name nor an address, to be read after its name; "" if it is one.

    Asterisks and underscores are accepted: how wildcards match is decided elsewhere, and devices have underscores.
    """
    flaw = character_flaw(host)
    if flaw or address_of(host) is not None:
        return flaw
    if not host:
        return "is empty"
    if len(host) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} characters"
    name, absolute = drop_root(fold(host).replace("*", "x"))
    return _label_flaw(name) or ("ends in a dot" if absolute else "")


def _label_flaw(name: str) -> str:
    labels = name.split(".")
    if not all(labels):
        return "has an empty label"
    if max(map(len, labels)) > _LONGEST_LABEL:
        return f"has a label of more than {_LONGEST_LABEL} characters"
    if any(label.startswith("-") or label.endswith("-") for label in labels):
        return "has a label that begins or ends with a hyphen"
    if labels[-1].isdecimal():
        return "ends in a number, but is not an address"
    return "" if is_host_name(name) else "contains characters that a host name cannot have"


def character_flaw(text: str) -> str:
    """The worst character of `text` that a name in a certificate should not contain; "" if there is none."""
    if "\0" in text:
        return "contains a NUL character"
    if any(unicodedata.category(character) in _INVISIBLE for character in text):
        return "contains a control character"
    if any(character.isspace() for character in text):
        return "contains a space"
    return "" if text.isascii() else "contains characters other than ASCII"


def uri_flaw(text: str) -> str:
    """The flaw of a URI as the name of a party, to be read after it; "" if there is none."""
    flaw = character_flaw(text)
    if flaw:
        return flaw
    parts = split_uri(text)
    if parts is None:
        return "has no scheme"
    if parts.scheme not in URI_SCHEMES:
        return ""
    if not parts.host:
        return "has no host that can be read"
    flaw = host_flaw(parts.host)
    return f"has a host that {flaw}" if flaw else ""


def common_name_flaw(text: str) -> str:
    """The flaw of a CN, to be read after it; "" if there is none.

    A CN may be free text: the name of a person, a room or a product. It is checked as a host name only if it looks
    like one: a single word with a dot, and a letter after the last dot. Invisible characters are a flaw in any text.
    """
    flaw = character_flaw(text)
    if flaw in ("contains a NUL character", "contains a control character"):
        return flaw
    return host_flaw(text) if _looks_like_a_host(text.strip()) else ""


def _looks_like_a_host(text: str) -> bool:
    if any(character.isspace() or character in _MARKS_OF_A_SENTENCE for character in text):
        return False
    head, _, last_label = text.rstrip(".").rpartition(".")
    return bool(head) and (any(map(str.isalpha, last_label)) or address_of(text) is not None)
