"""Unified CM: the names listed in the SIP trunk security profile are looked for in subject or subjectAltName."""

from __future__ import annotations

from typing import Final

from mcuaudit.identity.doubts import every_common_name_matches, judged_by_doubts, judged_common_name, undecided
from mcuaudit.identity.outcome import Finding, IdentityOutcome, conclude
from mcuaudit.identity.presented import Correspondence, Field, PresentedIdentifiers
from mcuaudit.identity.reference import ReferenceIdentifier
from mcuaudit.identity.vcs import judged_uri
from mcuaudit.model import Standard

_UNIFIED_CM: Final = "Unified CM"


def match(reference: ReferenceIdentifier, identifiers: PresentedIdentifiers) -> IdentityOutcome:
    """Compare as documented for SIP trunks: subject (its CN) or subjectAltName equals a listed name.

    The profile lists names, so whether an iPAddress entry or a URI counts is not written: open.
    """
    found = identifiers.corresponding(reference)
    every = every_common_name_matches(found, identifiers)
    findings = [_judge(item, every) for item in found]
    return conclude(Standard.CUCM, reference, identifiers, findings)


def _judge(found: Correspondence, every_common_name: bool) -> Finding:
    match found.presented.field:
        case Field.CN:
            return judged_common_name(found, every_common_name, _UNIFIED_CM)
        case Field.DNS:
            return judged_by_doubts(found, _UNIFIED_CM)
        case Field.IP:
            why = f"the profile lists names, and whether {_UNIFIED_CM} reads iPAddress entries is not documented"
            return undecided(found, "ip_only_in_ip_address", why, "A1")
        case Field.URI:
            return judged_uri(found, _UNIFIED_CM)
