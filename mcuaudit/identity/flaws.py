"""What is wrong with a name in a certificate, in words: characters and labels that no host name has."""

from __future__ import annotations

import unicodedata
from typing import Final

from mcuaudit.identity.names import LONGEST_NAME, address_of, drop_root, fold, is_host_name
from mcuaudit.identity.reference import URI_SCHEMES
from mcuaudit.identity.uri import split_uri

_LONGEST_LABEL: Final = 63
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})
_MARKS_OF_A_SENTENCE: Final = frozenset("@,;&'\"()")
"""In a sentence, an e-mail address or the name of a company, and in no host name."""


def host_flaw(host: str) -> str:
    """What keeps `host` from being a host name or an address, to be read after its name; "" if nothing does.

    Asterisks and underscores are passed over: wildcards are judged by how they match, and devices have underscores.
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
    return "" if is_host_name(name) else "holds characters that no host name has"


def character_flaw(text: str) -> str:
    """The gravest character of `text` that no name in a certificate should hold; "" if there is none."""
    if "\0" in text:
        return "holds a NUL character"
    if any(unicodedata.category(character) in _INVISIBLE for character in text):
        return "holds a control character"
    if any(character.isspace() for character in text):
        return "holds a space"
    return "" if text.isascii() else "holds characters other than ASCII"


def uri_flaw(text: str) -> str:
    """What is wrong with a URI as a name of a party, to be read after it; "" if nothing is."""
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
    """What is wrong with a CN, to be read after it; "" if nothing is.

    A CN may be free text: the name of a person, a room or a product. It is judged as a host name only if it looks
    like one: a single word with a dot, and a letter after the last one. Invisible characters are wrong in any text.
    """
    flaw = character_flaw(text)
    if flaw in ("holds a NUL character", "holds a control character"):
        return flaw
    return host_flaw(text) if _looks_like_a_host(text.strip()) else ""


def _looks_like_a_host(text: str) -> bool:
    if any(character.isspace() or character in _MARKS_OF_A_SENTENCE for character in text):
        return False
    head, _, last_label = text.rstrip(".").rpartition(".")
    return bool(head) and (any(map(str.isalpha, last_label)) or address_of(text) is not None)
