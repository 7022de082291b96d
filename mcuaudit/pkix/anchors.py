"""The limits that a trust anchor has in its own certificate: not every verifier checks them (reading A25)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, Literal

from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix.flaws import Flaw, Kind

AnchorLimits = Literal["check", "open", "ignore"]
"""What the period, path length, name constraints and critical extensions of a trust anchor are for a verifier.

"check": they count, as for OpenSSL; "ignore": they do not, as in RFC 5280, section 6, and in Java; "open": it is not
known which of the two.
"""

ANCHOR_LIMITS: Final[tuple[AnchorLimits, ...]] = ("check", "open", "ignore")
_OWN: Final = frozenset({Kind.CRITICAL_EXTENSION, Kind.PATH_LENGTH, Kind.NOT_YET_VALID, Kind.EXPIRED})


def of_anchor(flaws: Iterable[Flaw], anchor: Certificate | None, limits: AnchorLimits) -> Iterator[Flaw]:
    """The flaws of a path, with those that are limits of its anchor as the verifier has them."""
    for flaw in flaws:
        if anchor is None or flaw.kind not in _OWN or flaw.certificate.sha256 != anchor.sha256:
            yield flaw
        else:
            yield from limited(flaw, limits)


def under_anchor(
    flaws: Iterable[tuple[Certificate, Flaw]], anchor: Certificate | None, limits: AnchorLimits
) -> Iterator[Flaw]:
    """The flaws under name constraints, each with the CA whose constraints they are; the same."""
    for issuer, flaw in flaws:
        if anchor is None or issuer.sha256 != anchor.sha256:
            yield flaw
        else:
            yield from limited(flaw, limits)


def limited(flaw: Flaw, limits: AnchorLimits) -> Iterator[Flaw]:
    """A flaw under a limit of the anchor: as it is, as reading A25, or not at all."""
    if limits == "check" or (limits == "open" and not flaw.hard):
        yield flaw
    elif limits == "open":
        yield replace(flaw, kind=Kind.ANCHOR_LIMITS)
