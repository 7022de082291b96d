"""Whether a certificate identifies a party under a reference identifier, by standard: mcu, rfc5922, rfc9525 ..."""

from __future__ import annotations

from mcuaudit.identity.matcher import STANDARDS, Matcher, match, match_all, prepare
from mcuaudit.identity.outcome import UNREADABLE_NAME, CombinedIdentity, IdentityOutcome, combine
from mcuaudit.identity.presented import PresentedIdentifier, PresentedIdentifiers
from mcuaudit.identity.purpose import sip_purpose
from mcuaudit.identity.reference import ReferenceIdentifier, not_comparable, parse_reference

__all__ = [
    "STANDARDS",
    "UNREADABLE_NAME",
    "CombinedIdentity",
    "IdentityOutcome",
    "Matcher",
    "PresentedIdentifier",
    "PresentedIdentifiers",
    "ReferenceIdentifier",
    "combine",
    "match",
    "match_all",
    "not_comparable",
    "parse_reference",
    "prepare",
    "sip_purpose",
]
