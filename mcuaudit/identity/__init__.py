"""Does a certificate identify a party under a reference identifier? By standard: the MCU's, RFC 5922, RFC 9525 ..."""

from __future__ import annotations

from mcuaudit.identity.matcher import STANDARDS, Matcher, match, match_all, prepare
from mcuaudit.identity.outcome import CombinedIdentity, IdentityOutcome, combine
from mcuaudit.identity.presented import PresentedIdentifier, PresentedIdentifiers
from mcuaudit.identity.purpose import sip_purpose
from mcuaudit.identity.reference import ReferenceIdentifier, parse_reference

__all__ = [
    "STANDARDS",
    "CombinedIdentity",
    "IdentityOutcome",
    "Matcher",
    "PresentedIdentifier",
    "PresentedIdentifiers",
    "ReferenceIdentifier",
    "combine",
    "match",
    "match_all",
    "parse_reference",
    "prepare",
    "sip_purpose",
]
