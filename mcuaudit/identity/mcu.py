"""The documented rule of the MCU: URI and DNS entries of the subjectAltName, the CN only where there is none."""

from __future__ import annotations

from typing import Final

from mcuaudit.identity.doubts import every_common_name_matches, judged_by_doubts, judged_common_name, refused, undecided
from mcuaudit.identity.outcome import Finding, IdentityOutcome, conclude
from mcuaudit.identity.presented import Correspondence, Field, PresentedIdentifiers
from mcuaudit.identity.reference import ReferenceIdentifier
from mcuaudit.identity.uri import SIP_SCHEMES
from mcuaudit.model import Standard

_MCU: Final = "the MCU"


def match(reference: ReferenceIdentifier, identifiers: PresentedIdentifiers) -> IdentityOutcome:
    """Compare as the MCU does for outgoing SIP calls (Release Notes 4.4(3.57), appendix).

    The certificate must identify the remote party by an IP address or domain identifier in the URI and DNS fields of
    the subjectAltName; only if the subjectAltName is not present, in the Common Name. Where that is silent, readings
    A1 to A6, A8, A10 and A17 apply. A URI does not hide the DNS names (A6), so no name takes another's pass away.
    """
    found = sorted(identifiers.corresponding(reference), key=_has_foreign_scheme)
    every = every_common_name_matches(found, identifiers)
    findings = [_judge(item, reference, identifiers, every) for item in found]
    return conclude(Standard.MCU, reference, identifiers, findings)


def _has_foreign_scheme(found: Correspondence) -> bool:
    """Sorted last: where both are refused, a blocked CN tells more than a URI of another service."""
    return found.presented.field is Field.URI and found.presented.scheme not in SIP_SCHEMES


def _judge(
    found: Correspondence, reference: ReferenceIdentifier, identifiers: PresentedIdentifiers, every_common_name: bool
) -> Finding:
    match found.presented.field:
        case Field.URI if _has_foreign_scheme(found):
            return refused(found, "other_scheme", f"its scheme {found.presented.scheme} names no SIP party", "A3")
        case Field.URI | Field.DNS:
            return judged_by_doubts(found, _MCU)
        case Field.IP:
            why = "the documents name the URI and DNS fields only, so carry the address there as well"
            return undecided(found, "ip_only_in_ip_address", why, "A1")
        case Field.CN if identifiers.san_present:
            return _blocked(found, reference, identifiers)
        case Field.CN:
            return judged_common_name(found, every_common_name, _MCU)


def _blocked(found: Correspondence, reference: ReferenceIdentifier, identifiers: PresentedIdentifiers) -> Finding:
    if not identifiers.san_has_uri_or_dns:
        why = "a subjectAltName is present, though without URI and DNS entries; lax stacks accept the CN then"
        return refused(found, "cn_blocked_by_san", why, "A4")
    why = "a subjectAltName is present, so the CN is not read"
    return refused(found, "cn_blocked_by_san", why, "A17" if reference.address is not None else "")
