"""Extensions that the library refuses, read as OpenSSL reads them: what they say is kept, what is not clear is named.

Each reader gives fields of `Certificate` by name, and the entries that cannot be read. It raises BadEncodingError
where OpenSSL refuses the extension too.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

from mcuaudit.decode.odd_names import name_text
from mcuaudit.decode.tlv import (
    BIT_STRING,
    BOOLEAN,
    EXPLICIT_0,
    EXPLICIT_1,
    EXPLICIT_2,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    BadEncodingError,
    Tlv,
    children,
    der_of,
    dotted,
    only,
)
from mcuaudit.domain.certificate import NETSCAPE_CERTIFICATE_TYPE, NETSCAPE_TYPES, NameConstraints

Fields = dict[str, Any]
Reader = Callable[[bytes], tuple[Fields, tuple[str, ...]]]

_KINDS: Final = {
    0xA0: "otherName",
    0x81: "rfc822Name",
    0x82: "dNSName",
    0xA3: "x400Address",
    0xA4: "directoryName",
    0xA5: "ediPartyName",
    0x86: "uniformResourceIdentifier",
    0x87: "iPAddress",
    0x88: "registeredID",
}
_TEXTS: Final = {0x81: "email_addresses", 0x82: "dns_names", 0x86: "uris"}
_ADDRESS, _DIRECTORY, _REGISTERED = 0x87, 0xA4, 0x88
POLICY_MAPPINGS: Final = "2.5.29.33"
READ_BY_HAND: Final = frozenset({POLICY_MAPPINGS, NETSCAPE_CERTIFICATE_TYPE})
"""Extensions that the library knows and does not read."""
_OCSP = "1.3.6.1.5.5.7.48.1"
_USAGES = (
    "digitalSignature",
    "contentCommitment",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)


def _subject_alternative_name(value: bytes) -> tuple[Fields, tuple[str, ...]]:
    found: dict[str, list[Any]] = {}
    unreadable = []
    for number, entry in enumerate(children(only(value, SEQUENCE)), start=1):
        where, name, clear = _general_name(entry)
        if name is not None:
            found.setdefault(where, []).append(name)
        if not clear:
            unreadable.append(f"entry {number} ({_KINDS[entry.tag]})")
    fields = ("dns_names", "uris", "ip_addresses", "email_addresses", "directory_names", "other_name_kinds")
    return {
        "has_subject_alternative_name": True,
        **{field: tuple(found.get(field, ())) for field in fields},
    }, tuple(unreadable)


def _general_name(entry: Tlv) -> tuple[str, Any, bool]:
    """The field of a certificate that a name belongs to, the name, and whether it is clear what it says."""
    kind = _KINDS.get(entry.tag)
    if kind is None:
        raise BadEncodingError("has a name of an unknown kind")
    if entry.tag in _TEXTS:
        return _TEXTS[entry.tag], entry.content.decode("ascii", "backslashreplace"), entry.content.isascii()
    if entry.tag == _ADDRESS:
        clear = len(entry.content) in (4, 16)
        return "ip_addresses", ipaddress.ip_address(entry.content) if clear else None, clear
    if entry.tag == _DIRECTORY:
        name = only(entry.content, SEQUENCE)
        text = name_text(name)
        if text.garbled:
            raise BadEncodingError("has a directoryName with invalid text")
        return "directory_names", der_of(name.whole), not text.unreadable
    if entry.tag == _REGISTERED:
        dotted(entry.content)
    elif kind == "otherName" and [field.tag for field in children(entry)] != [OID, EXPLICIT_0]:
        raise BadEncodingError("has an otherName that is not a type and a value")
    elif entry.tag == 0xA5:
        fields = _ascending(entry)
        if not fields or fields[-1].tag != EXPLICIT_1 or any(len(children(field)) != 1 for field in fields):
            raise BadEncodingError("has a malformed ediPartyName")
    return "other_name_kinds", kind, True


def _issuer_alternative_name(value: bytes) -> tuple[Fields, tuple[str, ...]]:
    return {}, _subject_alternative_name(value)[1]


def _basic_constraints(value: bytes) -> tuple[Fields, tuple[str, ...]]:
    fields = children(only(value, SEQUENCE))
    ca = bool(fields and fields[0].tag == BOOLEAN and any(fields.pop(0).content))
    length = _natural(fields.pop(0).content) if fields and fields[0].tag == INTEGER else None
    if fields:
        raise BadEncodingError("has basicConstraints with more than a CA flag and a length")
    return {"is_ca": ca, "path_length": length if ca else None}, ()


def _named_bits(value: bytes, names: tuple[str, ...]) -> set[str]:
    """The names of the bits that are set; those that the last octet does not use are not."""
    unused, *rest = only(value, BIT_STRING).content
    if unused > 7:
        raise BadEncodingError("has a BIT STRING with more than seven unused bits")
    bits = bytes([*rest[:-1], *(octet >> unused << unused for octet in rest[-1:])])
    return {name for place, name in enumerate(names) if place // 8 < len(bits) and bits[place // 8] << place % 8 & 0x80}


def netscape_certificate_type(value: bytes) -> tuple[Fields, tuple[str, ...]]:
    """The Netscape certificate type, which the library does not read; without a bit, it allows nothing."""
    return {"netscape_certificate_type": frozenset(_named_bits(value, NETSCAPE_TYPES))}, ()


def _key_usage(value: bytes) -> tuple[Fields, tuple[str, ...]]:
    said = _named_bits(value, _USAGES)
    if not said:
        raise BadEncodingError("has a keyUsage without a use")
    return {"key_usage": frozenset(said if "keyAgreement" in said else said - {"encipherOnly", "decipherOnly"})}, ()


def _extended_key_usage(value: bytes) -> tuple[Fields, tuple[str, ...]]:
    return {"extended_key_usage": tuple(_identifier(entry) for entry in children(only(value, SEQUENCE)))}, ()


def _subject_key_identifier(value: bytes) -> tuple[Fields, tuple[str, ...]]:
    return {"subject_key_identifier": only(value, OCTET_STRING).content}, ()


def _authority_key_identifier(value: bytes) -> tuple[Fields, tuple[str, ...]]:
    """Half of issuer and serial number is enough: OpenSSL compares each of them that is there."""
    found: Fields = {}
    for field in _ascending(only(value, SEQUENCE)):
        if field.tag == 0x80:
            found["authority_key_identifier"] = field.content
        elif field.tag == EXPLICIT_1:
            names = [_general_name(entry) for entry in children(field)]
            found["authority_issuer"] = next((name for where, name, _ in names if where == "directory_names"), None)
        elif field.tag == 0x82:
            found["authority_serial_number"] = int.from_bytes(field.content, "big", signed=True)
        else:
            raise BadEncodingError("has an authorityKeyIdentifier with an unknown field")
    return found, ()


def _policy_constraints(value: bytes) -> tuple[Fields, tuple[str, ...]]:
    found: Fields = {}
    for constraint in _ascending(only(value, SEQUENCE)):
        field = {0x80: "require_explicit_policy", 0x81: "inhibit_policy_mapping"}.get(constraint.tag)
        if field is None:
            raise BadEncodingError("has policyConstraints with an unknown field")
        found[field] = _skipped(constraint.content)
    return found, ()


def _inhibit_any_policy(value: bytes) -> tuple[Fields, tuple[str, ...]]:
    return {"inhibit_any_policy": _skipped(only(value, INTEGER).content)}, ()


def policy_mappings(value: bytes) -> tuple[Fields, tuple[str, ...]]:
    """Pairs of policies of the issuer and of the subject; the library does not read this extension at all."""
    pairs = [_pair(entry) for entry in children(only(value, SEQUENCE))]
    if not pairs:
        raise BadEncodingError("has policyMappings without a mapping")
    mappings = tuple((_identifier(issuers), _identifier(subjects)) for issuers, subjects in pairs)
    return {"policy_mappings": mappings}, ()


def _information_access(value: bytes) -> tuple[Fields, tuple[str, ...]]:
    urls, unreadable = [], []
    for number, entry in enumerate(children(only(value, SEQUENCE)), start=1):
        method, place = _pair(entry)
        where, name, clear = _general_name(place)
        if not clear:
            unreadable.append(f"entry {number} ({_KINDS[place.tag]})")
        elif _identifier(method) == _OCSP and where == "uris":
            urls.append(name)
    return {"ocsp_urls": tuple(urls)}, tuple(unreadable)


def _distribution_points(value: bytes) -> tuple[Fields, tuple[str, ...]]:
    """Only whether OpenSSL can read them: mcuaudit fetches no CRLs."""
    for point in children(only(value, SEQUENCE)):
        for field in _ascending(_sequence(point)):
            if field.tag == EXPLICIT_0:
                for name in children(field, EXPLICIT_0):
                    _point_name(name)
            elif field.tag == EXPLICIT_2:
                _all_names(field)
            elif field.tag != 0x81:
                raise BadEncodingError("has cRLDistributionPoints with an unknown field")
    return {}, ()


def _point_name(name: Tlv) -> None:
    if name.tag == EXPLICIT_0:
        _all_names(name)
    elif name.tag == EXPLICIT_1:
        for entry in children(name):
            _pair(entry)
    else:
        raise BadEncodingError("has cRLDistributionPoints with an unknown kind of name")


def _all_names(names: Tlv) -> None:
    for entry in children(names):
        _general_name(entry)


def _policies(value: bytes) -> tuple[Fields, tuple[str, ...]]:
    """The identifier of each policy; the qualifiers are texts for people."""
    policies = children(only(value, SEQUENCE))
    return {"certificate_policies": tuple(_identifier(children(policy, SEQUENCE)[0]) for policy in policies)}, ()


def _name_constraints(value: bytes) -> tuple[Fields, tuple[str, ...]]:
    found: Fields = {}
    for side in _ascending(only(value, SEQUENCE)):
        word = {EXPLICIT_0: "permitted", EXPLICIT_1: "excluded"}.get(side.tag)
        if word is None:
            raise BadEncodingError("has nameConstraints with an unknown field")
        for subtree in children(side):
            kind, base = _subtree(subtree)
            found.setdefault(_FIELDS.get(kind, "{word}_{kind}").format(kind=kind, word=word), []).append(base)
    return {"name_constraints": NameConstraints(**{field: tuple(bases) for field, bases in found.items()})}, ()


_FIELDS: Final = {"unsupported": "unsupported_{word}", "malformed": "malformed"}
"""The fields of NameConstraints for what is in none of the comparable kinds."""


def _subtree(subtree: Tlv) -> tuple[str, Any]:
    base, *bounds = children(subtree, SEQUENCE)
    if any(bound.tag != 0x80 or any(bound.content) for bound in bounds):
        raise BadEncodingError("has nameConstraints with a minimum or maximum")
    if base.tag == _ADDRESS:
        network = _network(base.content)
        return ("malformed", _KINDS[_ADDRESS]) if network is None else ("ip", network)
    where, name, clear = _general_name(base)
    if not clear and base.tag in _TEXTS:
        return "malformed", _KINDS[base.tag]
    if not clear:
        raise BadEncodingError("has nameConstraints with a name that cannot be read")
    kinds = {"dns_names": "dns", "uris": "uri", "email_addresses": "email", "directory_names": "directory"}
    return kinds.get(where, "unsupported"), name


def _network(content: bytes) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """Address and mask; None if the length is that of no network, or the mask has gaps (RFC 4632)."""
    size = 4 * len(content)
    if size not in (32, 128):
        return None
    address, bits = content[: size // 8], int.from_bytes(content[size // 8 :], "big")
    prefix = bits.bit_count()
    if bits != ((1 << prefix) - 1) << (size - prefix):
        return None
    return ipaddress.ip_network((address, prefix), strict=False)


def _ascending(sequence: Tlv) -> list[Tlv]:
    """The fields of a sequence with tags of their own: each stands once, and in its order."""
    fields = children(sequence)
    numbers = [field.tag & 0x1F for field in fields]
    if any(number >= following for number, following in pairwise(numbers)):
        raise BadEncodingError("has fields that are not in their order")
    return fields


def _sequence(element: Tlv) -> Tlv:
    if element.tag != SEQUENCE:
        raise BadEncodingError("has something else where a sequence should be")
    return element


def _pair(entry: Tlv) -> tuple[Tlv, Tlv]:
    fields = children(entry, SEQUENCE)
    if len(fields) != 2:
        raise BadEncodingError("has an entry that is not a pair")
    return fields[0], fields[1]


def _identifier(entry: Tlv) -> str:
    if entry.tag != OID:
        raise BadEncodingError("has no object identifier where there should be one")
    return dotted(entry.content)


def _natural(content: bytes) -> int:
    number = int.from_bytes(content, "big", signed=True)
    if number < 0:
        raise BadEncodingError("has a negative length")
    return number


def _skipped(content: bytes) -> int:
    """A number of certificates to skip."""
    if not content:
        raise BadEncodingError("has an empty INTEGER")
    return _natural(content)


READERS: Final[dict[str, Reader]] = {
    "2.5.29.14": _subject_key_identifier,
    "2.5.29.15": _key_usage,
    "2.5.29.17": _subject_alternative_name,
    "2.5.29.18": _issuer_alternative_name,
    "2.5.29.19": _basic_constraints,
    "2.5.29.30": _name_constraints,
    "2.5.29.31": _distribution_points,
    "2.5.29.32": _policies,
    POLICY_MAPPINGS: policy_mappings,
    "2.5.29.35": _authority_key_identifier,
    "2.5.29.36": _policy_constraints,
    "2.5.29.37": _extended_key_usage,
    "2.5.29.54": _inhibit_any_policy,
    "1.3.6.1.5.5.7.1.1": _information_access,
    NETSCAPE_CERTIFICATE_TYPE: netscape_certificate_type,
}
"""By the identifier of the extension."""
