"""The rules by which a party compares the name that it expects with a certificate."""

from __future__ import annotations

from enum import StrEnum


class Standard(StrEnum):
    """The rule by which a party compares the name it expects with a certificate."""

    MCU = "mcu"
    RFC5922 = "rfc5922"
    RFC5924 = "rfc5924"
    RFC9525 = "rfc9525"
    VCS = "vcs"
    CUCM = "cucm"
    NONE = "none"
