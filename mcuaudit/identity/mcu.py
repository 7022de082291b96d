"""The documented rule of the MCU: URI and DNS entries of the subjectAltName; without a subjectAltName the CN."""

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

_IP_ADDRESS: Final = OpenForm(
    "A1",
    "ip_only_in_ip_address",
    "contains the address, but Cisco's documentation mentions only the URI and DNS fields, so add the address there "
    "too",
)
_REMARK: Final = "whether the MCU accepts that is not documented"


def match(reference: ReferenceIdentifier, identifiers: PresentedIdentifiers) -> IdentityOutcome:
    """Compare as the MCU does for outgoing SIP calls (Release Notes 4.4(3.57), appendix).

    The certificate must identify the remote party by an IP address or domain identifier in the URI and DNS fields of
    the subjectAltName; only if the subjectAltName is not present, in the Common Name. For open questions, readings A1
    to A6, A8, A10 and A17 apply. A URI does not hide the DNS names (A6), so one matching name is enough.
    """
    found = sorted(identifiers.corresponding(reference), key=_has_foreign_scheme)
    if identifiers.san_present:
        findings = [_judge_beside_san(item, reference, identifiers) for item in found]
    else:
        about_all = open_common_names(found, identifiers)
        findings = [judged_common_name(item, about_all, "the MCU") for item in found]
    return conclude(Standard.MCU, reference, identifiers, findings)


def _has_foreign_scheme(found: Correspondence) -> bool:
    """Whether the URI is of another service; such names are sorted last, because a blocked CN explains more."""
    return found.presented.field is Field.URI and found.presented.scheme not in SIP_SCHEMES


def _judge_beside_san(
    found: Correspondence, reference: ReferenceIdentifier, identifiers: PresentedIdentifiers
) -> Finding:
    match found.presented.field:
        case Field.URI if _has_foreign_scheme(found):
            return refused(found, "other_scheme", f"its scheme {found.presented.scheme} is not for SIP", "A3")
        case Field.URI | Field.DNS:
            return judged(found, open_forms(found), _REMARK)
        case Field.IP:
            return judged(found, (_IP_ADDRESS,))
        case Field.CN if not identifiers.san_has_uri_or_dns:
            why = "the certificate has a subjectAltName, but without URI or DNS entries; some TLS stacks accept the CN"
            return refused(found, "cn_blocked_by_san", why, "A4")
        case Field.CN:
            why = "the certificate has a subjectAltName"
            return refused(found, "cn_blocked_by_san", why, "A17" if reference.address is not None else "")
