"""The content of a certificate revocation list (CRL), and the distribution points that say which list is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

GeneralName = tuple[int, bytes]
"""The tag and the content of a GeneralName (RFC 5280, section 4.2.1.6)."""

DIRECTORY_NAME: Final = 0xA4

REASON_FLAGS: Final = (
    "unused", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation",
    "certificateHold", "privilegeWithdrawn", "aACompromise",
)  # fmt: skip
"""The bits of ReasonFlags, in order (RFC 5280, section 4.2.1.13)."""

ALL_REASONS: Final = frozenset(REASON_FLAGS[1:])

REASON_CODES: Final = {
    0: "unspecified",
    1: "keyCompromise",
    2: "cACompromise",
    3: "affiliationChanged",
    4: "superseded",
    5: "cessationOfOperation",
    6: "certificateHold",
    8: "removeFromCRL",
    9: "privilegeWithdrawn",
    10: "aACompromise",
}
"""The values of CRLReason (RFC 5280, section 5.3.1)."""

REMOVED: Final = "removeFromCRL"


@dataclass(frozen=True, slots=True)
class PointName:
    """A DistributionPointName: full names, or one name relative to that of the CRL issuer."""

    full: tuple[GeneralName, ...] = ()
    relative: bytes | None = None
    """The content of the relative distinguished name."""


@dataclass(frozen=True, slots=True)
class DistributionPoint:
    """One DistributionPoint of a certificate or of a freshestCRL (RFC 5280, section 4.2.1.13)."""

    name: PointName | None = None
    reasons: frozenset[str] | None = None
    issuers: tuple[GeneralName, ...] | None = None
    """cRLIssuer; None if it is absent."""


@dataclass(frozen=True, slots=True)
class ListScope:
    """The issuingDistributionPoint of a CRL (RFC 5280, section 5.2.5)."""

    name: PointName | None = None
    only_user: bool = False
    only_ca: bool = False
    only_attribute: bool = False
    indirect: bool = False
    reasons: frozenset[str] | None = None
    """onlySomeReasons; None if it is absent."""


class Entry(NamedTuple):
    """One revoked certificate: when and why; a date is None if it cannot be read."""

    revoked_on: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class RevocationList:
    """The content of a CRL (RFC 5280, section 5). Times are aware, in UTC.

    Attributes:
        issuer: the DER of the name.
        outer_algorithm: the DER of the signature algorithm beside the signature.
        inner_algorithm: the DER of the signature algorithm within what is signed.
        entries: the revoked certificates, by the number of their issuers in `entry_issuers` and by serial number.
        entry_issuers: the certificate issuers that entries have, each as one or several names in DER.
        number: cRLNumber.
        base_number: BaseCRLNumber of the deltaCRLIndicator; None for a complete CRL.
        scope: issuingDistributionPoint; None if it is absent.
        freshest: the distribution points of freshestCRL.
        unknown_critical: the critical extensions of the list and of its entries that mcuaudit does not process.
        unreadable: the fields that cannot be read.
    """

    der: bytes = field(repr=False)
    sha256: str
    issuer: bytes
    issuer_text: str
    this_update: datetime | None
    next_update: datetime | None
    to_be_signed: bytes = field(repr=False)
    inner_algorithm: bytes = field(repr=False)
    outer_algorithm: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    entries: Mapping[tuple[int, int], Entry] = field(repr=False)
    entry_issuers: tuple[tuple[bytes, ...], ...] = field(repr=False)
    number: int | None = None
    base_number: int | None = None
    authority_key_identifier: bytes | None = None
    authority_issuer: bytes | None = None
    authority_serial_number: int | None = None
    scope: ListScope | None = None
    freshest: tuple[DistributionPoint, ...] = ()
    unknown_critical: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def is_delta(self) -> bool:
        """It has only what changed since another CRL."""
        return self.base_number is not None or "deltaCRLIndicator" in self.unreadable
