"""VCS and Expressway: a zone with TLS verify mode looks for the configured peer address in the certificate."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.standards import Standard
from mcuaudit.identity.open_forms import (
    OpenForm,
    judged,
    judged_common_name,
    open_common_names,
    open_forms,
    refused,
)
from mcuaudit.identity.outcome import Finding, IdentityOutcome, conclude
from mcuaudit.identity.presented import Correspondence, Field, PresentedIdentifiers
from mcuaudit.identity.reference import ReferenceIdentifier
from mcuaudit.identity.uri import SIP_SCHEMES

_VCS: Final = "VCS"
_WITHIN_URI: Final = OpenForm("A2", "uri_not_documented", "contains the name as the host of a URI")


def match(reference: ReferenceIdentifier, identifiers: PresentedIdentifiers) -> IdentityOutcome:
    """Compare as documented for TLS verify mode: the configured peer address is in the CN or the subjectAltName.

    So a subjectAltName does not block the CN. Whether a sip: URI with the address counts is not documented: open.
    """
    found = identifiers.corresponding(reference)
    about_all = open_common_names(found, identifiers)
    findings = [_judge(item, about_all) for item in found]
    return conclude(Standard.VCS, reference, identifiers, findings)


def _judge(found: Correspondence, about_all_common_names: set[OpenForm] | None) -> Finding:
    match found.presented.field:
        case Field.CN:
            return judged_common_name(found, about_all_common_names, _VCS)
        case Field.DNS | Field.IP:
            return judged(found, open_forms(found), f"whether {_VCS} accepts that is not documented")
        case Field.URI:
            return judged_uri(found, _VCS)


def judged_uri(found: Correspondence, judge: str) -> Finding:
    """A URI contains the name but is not the name: open for sip and sips, with any other parts; fail for others."""
    if found.presented.scheme not in SIP_SCHEMES:
        return refused(found, "other_scheme", f"its scheme {found.presented.scheme} is not for SIP", "A3")
    open_points = open_forms(found)
    if all(open_point.reading != "A2" for open_point in open_points):
        open_points = (*open_points, _WITHIN_URI)
    return judged(found, open_points, f"whether {judge} accepts that is not documented")
