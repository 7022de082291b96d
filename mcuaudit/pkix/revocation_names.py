"""Names of distribution points in a form for comparison (RFC 5280, sections 4.2.1.13, 5.2.5 and 7)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from mcuaudit.decode.tlv import SET, encoded
from mcuaudit.domain.revocation_list import DIRECTORY_NAME, GeneralName, PointName
from mcuaudit.pkix.der import SEQUENCE, first_element
from mcuaudit.pkix.names import canonical_name

_DNS, _URI = 0x82, 0x86
_AUTHORITY: Final = re.compile(rb"[^:/?#]+://[^/?#]*")


def comparable(name: GeneralName) -> GeneralName:
    """The name in a form that is equal for names that match."""
    kind, content = name
    if kind == DIRECTORY_NAME:
        return kind, canonical_name(content)
    if kind == _DNS:
        return kind, content.lower()
    if kind == _URI and (found := _AUTHORITY.match(content)):
        # Scheme and host are compared without regard to case (RFC 5280, section 7.4).
        return kind, found[0].lower() + content[found.end() :]
    return name


def directory_names(names: Iterable[GeneralName]) -> tuple[bytes, ...]:
    """The directory names, in canonical form."""
    return tuple(canonical_name(content) for kind, content in names if kind == DIRECTORY_NAME)


def names_of_point(name: PointName, issuers: Iterable[bytes]) -> frozenset[GeneralName]:
    """All names of a distribution point; a relative one is relative to each of `issuers` (names in DER)."""
    if name.relative is None:
        return frozenset(map(comparable, name.full))
    return frozenset((DIRECTORY_NAME, _below(issuer, name.relative)) for issuer in issuers)


@lru_cache(maxsize=4_096)
def _below(issuer: bytes, relative: bytes) -> bytes:
    try:
        above = first_element(issuer).content
    except ValueError:
        above = issuer
    return canonical_name(encoded(SEQUENCE, above + encoded(SET, relative)))
