"""Distinguished names in a form for comparison (RFC 5280, section 7.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

from mcuaudit.decode.tlv import NUMERIC_STRING, STRING_ENCODINGS
from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix.der import SEQUENCE, Element, elements, first_element

EMAIL_ADDRESS = bytes.fromhex("2a864886f70d010901")
COMMON_NAME = bytes.fromhex("550403")
IA5_STRING = 0x16

# The string types that are compared as text; OpenSSL compares a NumericString by its octets.
_TEXT = {tag: encoding for tag, encoding in STRING_ENCODINGS.items() if tag != NUMERIC_STRING}

# Only ASCII letters are folded, and only ASCII space is white space. RFC 5280 requires more (RFC 4518), but
# implementations do this.
_SPACES = re.compile(r"[ \t\n\v\f\r]+")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


class Attribute(NamedTuple):
    """One attribute of a name: the DER content of its type, the tag of its value, and the value."""

    kind: bytes
    tag: int
    value: bytes

    @property
    def text(self) -> str:
        """The value as text; bytes that are invalid in the declared type become replacement characters."""
        return self.value.decode(_TEXT.get(self.tag, "latin-1"), "replace")


def attributes(name: bytes) -> Iterator[Attribute]:
    """The attributes of the DER of a Name, in order."""
    for relative_name in elements(first_element(name).content):
        for entry in elements(relative_name.content):
            yield _attribute(entry)


@lru_cache(maxsize=65_536)
def canonical_name(name: bytes) -> bytes:
    """`name` (DER) in a form that is equal for names that match, and in which a subtree is a prefix.

    Upper and lower case of ASCII letters, the string type, and the amount of white space do not count
    (RFC 5280, section 7.1), nor does the order of attributes within one relative name.
    """
    try:
        return b"".join(_canonical_relative_name(part) for part in elements(first_element(name).content))
    except ValueError:
        # Not the DER of a name: it matches only itself. With the length, it is not the prefix of another name.
        return b"\xff" + len(name).to_bytes(4, "big") + name


def self_issued(certificate: Certificate) -> bool:
    """Subject and issuer are the same name by the rules of comparison (RFC 5280, section 3.2)."""
    return canonical_name(certificate.subject) == canonical_name(certificate.issuer)


def _canonical_relative_name(part: Element) -> bytes:
    if not part.content:
        # OpenSSL leaves out a relative name without attributes.
        return b""
    entries = sorted(_canonical_attribute(_attribute(entry)) for entry in elements(part.content))
    return _sized(b"".join(_sized(entry) for entry in entries))


def _canonical_attribute(attribute: Attribute) -> bytes:
    return _sized(attribute.kind) + _canonical_value(attribute.tag, attribute.value)


def _canonical_value(tag: int, value: bytes) -> bytes:
    encoding = _TEXT.get(tag)
    if encoding is None:
        return bytes([tag]) + value
    try:
        text = value.decode(encoding)
    except UnicodeDecodeError:
        return bytes([tag]) + value
    return b"\x0c" + _SPACES.sub(" ", text).strip(" ").translate(_LOWER).encode("utf-8", "surrogatepass")


def _attribute(entry: Element) -> Attribute:
    if entry.tag != SEQUENCE:
        raise ValueError("an attribute is not a sequence")
    kind, value, *_ = elements(entry.content)
    return Attribute(kind.content, value.tag, value.content)


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data
