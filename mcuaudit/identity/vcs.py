"""VCS and Expressway: a zone with TLS verify mode looks for the configured peer address in the certificate."""

from __future__ import annotations

from typing import Final

from mcuaudit.identity.doubts import (
    doubts_about,
    every_common_name_matches,
    judged_by_doubts,
    judged_common_name,
    refused,
    undecided,
)
from mcuaudit.identity.outcome import Finding, IdentityOutcome, conclude
from mcuaudit.identity.presented import Correspondence, Field, PresentedIdentifiers
from mcuaudit.identity.reference import ReferenceIdentifier
from mcuaudit.identity.uri import SIP_SCHEMES
from mcuaudit.model import Standard

_VCS: Final = "VCS"


def match(reference: ReferenceIdentifier, identifiers: PresentedIdentifiers) -> IdentityOutcome:
    """Compare as documented for TLS verify mode: the configured peer address is in the CN or the subjectAltName.

    So a subjectAltName does not block the CN. Whether a sip: URI that holds the address counts is not written: open.
    """
    found = identifiers.corresponding(reference)
    every = every_common_name_matches(found, identifiers)
    findings = [_judge(item, every) for item in found]
    return conclude(Standard.VCS, reference, identifiers, findings)


def _judge(found: Correspondence, every_common_name: bool) -> Finding:
    match found.presented.field:
        case Field.CN:
            return judged_common_name(found, every_common_name, _VCS)
        case Field.DNS | Field.IP:
            return judged_by_doubts(found, _VCS)
        case Field.URI:
            return judged_uri(found, _VCS)


def judged_uri(found: Correspondence, judge: str) -> Finding:
    """A URI holds the name but is not the name: open for sip and sips, whatever else it holds; fail for others."""
    if found.presented.scheme not in SIP_SCHEMES:
        return refused(found, "other_scheme", f"its scheme {found.presented.scheme} names no SIP party", "A3")
    if doubts_about(found):
        return judged_by_doubts(found, judge)
    why = f"whether {judge} compares with the host of a URI or with the whole of it is not documented"
    return undecided(found, "uri_not_documented", why, "A2")
