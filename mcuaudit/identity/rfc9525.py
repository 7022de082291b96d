"""RFC 9525, Service Identity in TLS: the rule of HTTPS clients."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.standards import Standard
from mcuaudit.identity.open_forms import TRAILING_DOT, OpenForm, judged, refused
from mcuaudit.identity.outcome import Finding, IdentityOutcome, conclude
from mcuaudit.identity.presented import Correspondence, Field, PresentedIdentifiers, Wildcard
from mcuaudit.identity.reference import ReferenceIdentifier

_TOO_WIDE: Final = OpenForm(
    "A5",
    "wildcard_too_wide",
    "covers all names below a top-level domain, which RFC 9525, 6.3, allows, but TLS libraries refuse",
)

_UNDERSCORE: Final = OpenForm(
    "A28",
    "wildcard_for_underscore",
    "contains a wildcard, and the expected name has an underscore, which browsers accept and OpenSSL does not",
)


def match(reference: ReferenceIdentifier, identifiers: PresentedIdentifiers) -> IdentityOutcome:
    """Compare as RFC 9525, sections 6.3 (DNS-ID) and 6.4 (IP-ID), specifies for an HTTPS client.

    A DNS-ID may have one wildcard, as its complete left-most label. An IP-ID is compared octet by octet with the
    iPAddress entries only. URI-ID and SRV-ID are not used for HTTPS, and the CN is never read (section 2). Whether a
    wildcard stands for a name with an underscore is open (A28).
    """
    findings = [_judge(item, reference) for item in identifiers.corresponding(reference)]
    return conclude(Standard.RFC9525, reference, identifiers, findings)


def _judge(found: Correspondence, reference: ReferenceIdentifier) -> Finding:
    match found.presented.field:
        case Field.DNS:
            return _judge_dns(found, reference)
        case Field.IP:
            return judged(found, ())
        case Field.URI:
            return refused(found, "uri_not_used", "HTTPS clients read only DNS and iPAddress entries (RFC 9525, 6.1)")
        case Field.CN:
            return refused(found, "cn_never", "RFC 9525 reads only the subjectAltName")


def _judge_dns(found: Correspondence, reference: ReferenceIdentifier) -> Finding:
    presented = found.presented
    if presented.address is not None:
        return refused(found, "ip_in_dns", "an address must be in an iPAddress entry (RFC 9525, 6.4)")
    if found.wildcard is Wildcard.FRAGMENT:
        return refused(found, "wildcard", "a wildcard is accepted only as the complete left-most label", "A5")
    open_points = []
    if found.wildcard is Wildcard.LABEL and "_" in reference.host:
        open_points.append(_UNDERSCORE)
    if found.wildcard is Wildcard.LABEL and presented.host.count(".") < 2:
        open_points.append(_TOO_WIDE)
    if found.trailing_dot:
        open_points.append(TRAILING_DOT)
    return judged(found, open_points)
