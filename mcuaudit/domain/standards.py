"""The rules by which a party compares the name that it expects with a certificate."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Standard(StrEnum):
    """The rule by which a party compares the name it expects with a certificate."""

    MCU = "mcu"
    RFC5922 = "rfc5922"
    RFC5924 = "rfc5924"
    RFC9525 = "rfc9525"
    VCS = "vcs"
    CUCM = "cucm"
    NONE = "none"


STRICT_STANDARDS: Final = (Standard.RFC5922, Standard.RFC5924)
"""Standards by which a SIP peer finds the MCU's names as RFC 5922, section 7.1, says."""
