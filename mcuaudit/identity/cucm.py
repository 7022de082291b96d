"""Unified CM: it looks for the names of the SIP trunk security profile in the subject or the subjectAltName."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.standards import Standard
from mcuaudit.identity.open_forms import (
    OpenForm,
    judged,
    judged_common_name,
    open_common_names,
    open_forms,
)
from mcuaudit.identity.outcome import Finding, IdentityOutcome, conclude
from mcuaudit.identity.presented import Correspondence, Field, PresentedIdentifiers
from mcuaudit.identity.reference import ReferenceIdentifier
from mcuaudit.identity.vcs import judged_uri

_UNIFIED_CM: Final = "Unified CM"
_REMARK: Final = f"whether {_UNIFIED_CM} accepts that is not documented"
_IP_ADDRESS: Final = OpenForm("A1", "ip_only_in_ip_address", "is an address, and the profile of the trunk lists names")


def match(reference: ReferenceIdentifier, identifiers: PresentedIdentifiers) -> IdentityOutcome:
    """Compare as documented for SIP trunks: subject (its CN) or subjectAltName equals a listed name.

    The profile lists names. Whether an iPAddress entry or a URI counts is not documented: open.
    """
    found = identifiers.corresponding(reference)
    about_all = open_common_names(found, identifiers)
    findings = [_judge(item, about_all) for item in found]
    return conclude(Standard.CUCM, reference, identifiers, findings)


def _judge(found: Correspondence, about_all_common_names: set[OpenForm] | None) -> Finding:
    match found.presented.field:
        case Field.CN:
            return judged_common_name(found, about_all_common_names, _UNIFIED_CM)
        case Field.DNS:
            return judged(found, open_forms(found), _REMARK)
        case Field.IP:
            return judged(found, (_IP_ADDRESS,), _REMARK)
        case Field.URI:
            return judged_uri(found, _UNIFIED_CM)
