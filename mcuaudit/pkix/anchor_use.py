"""How trust anchors are used: whether their own limits count, and which members of a store are anchors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from mcuaudit.domain.certificate import Certificate
from mcuaudit.errors import UsageError, not_allowed

AnchorLimits = Literal["check", "ignore", "both"]
"""The limits of a trust anchor are checked, ignored, or evaluated both ways (reading A25)."""

ANCHOR_LIMITS: Final[tuple[AnchorLimits, ...]] = ("check", "ignore", "both")


@dataclass(frozen=True, slots=True)
class AnchorUse:
    """What counts of a trust anchor beside its name and key (RFC 5280, section 6.1.1 (d)).

    Attributes:
        limits: whether its own validity, path length, name constraints and critical extensions are checked.
        any_member: every member of the store that is no end entity is a trust anchor, also one that is not
            self-signed (reading A12).
    """

    limits: AnchorLimits = "check"
    any_member: bool = False

    def limiting(self, cas: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
        """Those of the CA certificates of a path, the trust anchor last, whose limits count in some way."""
        return cas[:-1] if self.limits == "ignore" else cas

    def with_limits(self, limits: AnchorLimits) -> AnchorUse:
        """The same use with other limits.

        Raises:
            UsageError: `limits` is another word.
        """
        return anchor_use(limits, any_member=self.any_member)

    def in_question(self, cas: tuple[Certificate, ...]) -> Certificate | None:
        """The trust anchor, if it is open whether its limits count."""
        return cas[-1] if self.limits == "both" else None


def anchor_use(limits: AnchorLimits, *, any_member: bool) -> AnchorUse:
    """The use of anchors as a caller gives it, checked.

    Raises:
        UsageError: a value is not allowed.
    """
    if limits not in ANCHOR_LIMITS:
        raise UsageError(not_allowed("anchor_limits", limits, ANCHOR_LIMITS))
    if not isinstance(any_member, bool):
        raise UsageError(f"any_member_is_anchor is {any_member!a}; expected True or False.")
    return AnchorUse(limits, any_member)
