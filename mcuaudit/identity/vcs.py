"""VCS and Expressway: a zone with TLS verify mode looks for the configured peer address in the subjectAltName."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.standards import Standard
from mcuaudit.domain.versions import deciding_version
from mcuaudit.identity.open_forms import (
    OpenForm,
    common_name_forms,
    judged,
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


_IN_CN: Final = OpenForm(
    "A24", "name_in_cn_only", "contains the name, which versions from X15 on require in the subjectAltName"
)


def match(reference: ReferenceIdentifier, identifiers: PresentedIdentifiers, version: str = "") -> IdentityOutcome:
    """Compare as documented for TLS verify mode: the configured peer address is in the subjectAltName.

    Older texts say CN or subjectAltName: a name in the CN only is open (A24), and fails from version X15 on. Whether a
    sip: URI with the address counts is not documented: open.
    """
    found = identifiers.corresponding(reference)
    about_all = open_common_names(found, identifiers)
    san_alone = bool(deciding_version(Standard.VCS, version))
    findings = [_judge(item, about_all, san_alone) for item in found]
    return conclude(Standard.VCS, reference, identifiers, findings)


def _judge(found: Correspondence, about_all_common_names: set[OpenForm] | None, san_alone: bool) -> Finding:
    match found.presented.field:
        case Field.CN if san_alone:
            return refused(found, "name_in_cn_only", "this version looks in the subjectAltName", "A24")
        case Field.CN:
            forms = (_IN_CN, *common_name_forms(found, about_all_common_names))
            return judged(found, forms, f"whether this {_VCS} accepts that is not known")
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
