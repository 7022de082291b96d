"""Distinguished names as text (RFC 4514), read with patience: any string type, any value."""

from __future__ import annotations

from typing import NamedTuple

from cryptography.x509.oid import NameOID

from mcuaudit.decode.tlv import OID, SEQUENCE, SET, STRING_ENCODINGS, BadEncodingError, Tlv, children, dotted

COMMON_NAME = NameOID.COMMON_NAME.dotted_string
EMAIL_ADDRESS = NameOID.EMAIL_ADDRESS.dotted_string

# RFC 4514 names these; others are written by their identifier, as cryptography does.
_SHORT = {
    COMMON_NAME: "CN",
    NameOID.LOCALITY_NAME.dotted_string: "L",
    NameOID.STATE_OR_PROVINCE_NAME.dotted_string: "ST",
    NameOID.ORGANIZATION_NAME.dotted_string: "O",
    NameOID.ORGANIZATIONAL_UNIT_NAME.dotted_string: "OU",
    NameOID.COUNTRY_NAME.dotted_string: "C",
    NameOID.STREET_ADDRESS.dotted_string: "STREET",
    NameOID.DOMAIN_COMPONENT.dotted_string: "DC",
    NameOID.USER_ID.dotted_string: "UID",
}
# What OpenSSL allows as a value: the string types but VisibleString, BIT STRING, and SEQUENCE.
_ALLOWED = frozenset({*STRING_ENCODINGS, 0x03, 0x30} - {0x1A})
_UNICODE = frozenset({0x0C, 0x1C, 0x1E})
_ESCAPED = ',;+"\\<>'


class NameText(NamedTuple):
    """A name in words: its RFC 4514 form, the attributes that programs look for, and what is not valid text.

    `garbled` says that OpenSSL refuses the name: text that should be Unicode is not, or a value is of a kind that it
    does not allow. `unreadable` names the attributes with any invalid text.
    """

    text: str
    common_names: tuple[str, ...]
    email_attributes: tuple[str, ...]
    unreadable: tuple[str, ...]
    garbled: bool = False


def name_text(name: Tlv) -> NameText:
    """A name in words; octets that are invalid in their string type are shown as ``\\xNN``.

    Raises:
        BadEncodingError: it is not a row of sets of attributes.
    """
    shown: list[str] = []
    found: dict[str, list[str]] = {}
    unreadable: list[str] = []
    garbled = False
    for relative_name in children(name, SEQUENCE):
        words = []
        for entry in children(relative_name, SET):
            kind, value = _attribute(entry)
            text, valid = value_text(value)
            word = _SHORT.get(kind, kind)
            garbled = garbled or value.tag not in _ALLOWED
            if text is None:
                words.append(f"{word}=#{value.whole.hex()}")
                continue
            found.setdefault(kind, []).append(text)
            words.append(f"{word}={_escaped(text)}")
            if not valid:
                unreadable.append(word)
                garbled = garbled or value.tag in _UNICODE
        if words:
            shown.append("+".join(words))
    return NameText(
        ",".join(reversed(shown)),
        tuple(found.get(COMMON_NAME, ())),
        tuple(found.get(EMAIL_ADDRESS, ())),
        tuple(dict.fromkeys(unreadable)),
        garbled,
    )


def value_text(value: Tlv) -> tuple[str | None, bool]:
    """The text of a value and whether it is valid in its string type; None if it is not a string."""
    encoding = STRING_ENCODINGS.get(value.tag)
    if encoding is None:
        return None, True
    try:
        return value.content.decode(encoding), True
    except UnicodeDecodeError:
        return value.content.decode("ascii", "backslashreplace"), False


def _attribute(entry: Tlv) -> tuple[str, Tlv]:
    fields = children(entry, SEQUENCE)
    if len(fields) != 2 or fields[0].tag != OID:
        raise BadEncodingError("has a name with an attribute that is not a type and a value")
    return dotted(fields[0].content), fields[1]


def _escaped(text: str) -> str:
    text = "".join(f"\\{character}" if character in _ESCAPED else character for character in text)
    text = text.replace("\0", "\\00")
    if text[:1] in ("#", " "):
        text = "\\" + text
    return text[:-1] + "\\ " if text.endswith(" ") else text
