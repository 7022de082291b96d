"""RFC 9525, Service Identity in TLS: the rule of HTTPS clients."""

from __future__ import annotations

from mcuaudit.identity.doubts import accepted, refused, undecided
from mcuaudit.identity.outcome import Finding, IdentityOutcome, conclude
from mcuaudit.identity.presented import Correspondence, Field, PresentedIdentifiers, Wildcard
from mcuaudit.identity.reference import ReferenceIdentifier
from mcuaudit.model import Standard


def match(reference: ReferenceIdentifier, identifiers: PresentedIdentifiers) -> IdentityOutcome:
    """Compare by RFC 9525, sections 6.3 (DNS-ID) and 6.4 (IP-ID), as an HTTPS client does.

    A DNS-ID may hold one wildcard, as its complete left-most label. An IP-ID is compared octet by octet with the
    iPAddress entries alone. URI-ID and SRV-ID are not used for HTTPS, and the CN is never read (section 2).
    """
    findings = [_judge(item) for item in identifiers.corresponding(reference)]
    return conclude(Standard.RFC9525, reference, identifiers, findings)


def _judge(found: Correspondence) -> Finding:
    match found.presented.field:
        case Field.DNS:
            return _judge_dns(found)
        case Field.IP:
            return accepted(found)
        case Field.URI:
            return refused(found, "uri_not_used", "HTTPS clients read DNS and iPAddress entries (RFC 9525, 6.1)")
        case Field.CN:
            return refused(found, "cn_never", "RFC 9525 reads the subjectAltName alone")


def _judge_dns(found: Correspondence) -> Finding:
    presented = found.presented
    if presented.address is not None:
        return refused(found, "ip_in_dns", "an address is looked for in iPAddress entries (RFC 9525, 6.4)")
    if found.wildcard is Wildcard.FRAGMENT:
        return refused(found, "wildcard", "a wildcard is only good as the complete left-most label", "A5")
    if found.wildcard is Wildcard.LABEL and presented.host.count(".") < 2:
        why = "RFC 9525, 6.3, does not forbid a wildcard below the root or a top-level domain, but libraries refuse it"
        return undecided(found, "wildcard_too_wide", why, "A5")
    if found.trailing_dot:
        return undecided(found, "trailing_dot", "it and the name expected differ by a trailing dot", "A10")
    return accepted(found)
