"""Distribution points, as certificates and revocation lists have them (RFC 5280, sections 4.2.1.13, 5.2.5, 5.2.6)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from mcuaudit.decode.certificate_parts import parts_of
from mcuaudit.decode.tlv import (
    BOOLEAN,
    EXPLICIT_0,
    EXPLICIT_1,
    EXPLICIT_2,
    EXPLICIT_3,
    OCTET_STRING,
    OID,
    SEQUENCE,
    BadEncodingError,
    Tlv,
    children,
    dotted,
    only,
)
from mcuaudit.domain.revocation_list import REASON_FLAGS, DistributionPoint, GeneralName, ListScope, PointName

DISTRIBUTION_POINTS: Final = "2.5.29.31"
FRESHEST: Final = "2.5.29.46"
ISSUER_NAMES: Final = "2.5.29.18"
_REASONS, _REASONS_OF_LIST = 0x81, 0x83
_FLAGS: Final = {0x81: "only_user", 0x82: "only_ca", 0x84: "indirect", 0x85: "only_attribute"}


class Extension(NamedTuple):
    """One extension: its identifier, whether it is critical, and its value."""

    identifier: str
    critical: bool
    value: bytes


class PointsOfCertificate(NamedTuple):
    """What a certificate says about revocation lists; what cannot be read is left out.

    Attributes:
        points: its cRLDistributionPoints.
        issuer_names: its issuerAltName.
    """

    points: tuple[DistributionPoint, ...] = ()
    issuer_names: tuple[GeneralName, ...] = ()


def extension_of(whole: Tlv) -> Extension:
    """The parts of one extension.

    Raises:
        ValueError: it does not have them.
    """
    kind, *others = children(whole, SEQUENCE)
    critical = bool(others and others[0].tag == BOOLEAN and any(others.pop(0).content))
    if kind.tag != OID or [other.tag for other in others] != [OCTET_STRING]:
        raise BadEncodingError("has an extension without an identifier or a value")
    return Extension(dotted(kind.content), critical, others[0].content)


@lru_cache(maxsize=65_536)
def points_of_certificate(der: bytes) -> PointsOfCertificate:
    """The distribution points of a certificate, and the other names of its issuer."""
    found: dict[str, bytes] = {}
    try:
        for extension in _extensions_of_certificate(der):
            found.setdefault(extension.identifier, extension.value)
    except ValueError:
        pass
    points: tuple[DistributionPoint, ...] = ()
    names: tuple[GeneralName, ...] = ()
    try:
        points = distribution_points(found[DISTRIBUTION_POINTS]) if DISTRIBUTION_POINTS in found else ()
        names = general_names(only(found[ISSUER_NAMES], SEQUENCE)) if ISSUER_NAMES in found else ()
    except ValueError:
        # The record of the certificate names the field as unreadable.
        pass
    return PointsOfCertificate(points, names)


def _extensions_of_certificate(der: bytes) -> Iterator[Extension]:
    for field in parts_of(der).extensions:
        if field.tag == EXPLICIT_3:
            for whole in children(only(field.content, SEQUENCE)):
                yield extension_of(whole)


def distribution_points(value: bytes) -> tuple[DistributionPoint, ...]:
    """The points of a cRLDistributionPoints or freshestCRL.

    Raises:
        ValueError: it is not one.
    """
    return tuple(_point(point) for point in children(only(value, SEQUENCE)))


def _point(point: Tlv) -> DistributionPoint:
    name, reasons, issuers = None, None, None
    for field in children(point, SEQUENCE):
        if field.tag == EXPLICIT_0:
            name = _point_name(field)
        elif field.tag == _REASONS:
            reasons = _reasons(field)
        elif field.tag == EXPLICIT_2:
            issuers = general_names(field)
        else:
            raise BadEncodingError("has a distribution point with an unknown field")
    return DistributionPoint(name, reasons, issuers)


def list_scope(value: bytes) -> ListScope:
    """The issuingDistributionPoint of a list.

    Raises:
        ValueError: it is not one.
    """
    name, reasons, flags = None, None, dict.fromkeys(_FLAGS.values(), False)
    for field in children(only(value, SEQUENCE)):
        if field.tag == EXPLICIT_0:
            name = _point_name(field)
        elif field.tag == _REASONS_OF_LIST:
            reasons = _reasons(field)
        elif field.tag in _FLAGS:
            flags[_FLAGS[field.tag]] = any(field.content)
        else:
            raise BadEncodingError("has an issuingDistributionPoint with an unknown field")
    return ListScope(name, reasons=reasons, **flags)


def general_names(names: Tlv) -> tuple[GeneralName, ...]:
    """Tag and content of each name; of a directory name the content is the name itself."""
    return tuple((name.tag, name.content) for name in children(names))


def _point_name(field: Tlv) -> PointName:
    (name,) = children(field)
    if name.tag == EXPLICIT_0:
        return PointName(full=general_names(name))
    if name.tag == EXPLICIT_1:
        return PointName(relative=name.content)
    raise BadEncodingError("has a distribution point with an unknown kind of name")


def _reasons(field: Tlv) -> frozenset[str]:
    if not field.content or field.content[0] > 7:
        raise BadEncodingError("has reasons that are not a BIT STRING")
    bits = field.content[1:]
    return frozenset(
        word
        for place, word in enumerate(REASON_FLAGS)
        if place and place // 8 < len(bits) and bits[place // 8] << place % 8 & 0x80
    )
