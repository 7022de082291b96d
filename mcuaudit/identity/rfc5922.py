"""RFC 5922, Domain Certificates in SIP: the rule of VCS, Expressway and other SIP peers."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.standards import Standard
from mcuaudit.identity.open_forms import TRAILING_DOT, OpenForm, judged, refused
from mcuaudit.identity.outcome import RFC5922_MAY, Finding, IdentityOutcome, conclude
from mcuaudit.identity.presented import Correspondence, Field, PresentedIdentifiers, Wildcard
from mcuaudit.identity.reference import ReferenceIdentifier

_ADDRESS_IN_DNS: Final = OpenForm(
    RFC5922_MAY, "ip_in_dns", "is an address, and RFC 5922, 7.1, mentions only domain names in DNS entries"
)
_CN: Final = OpenForm(
    RFC5922_MAY, "cn_without_san", "may be read or not, because there is no subjectAltName (RFC 5922, 7.1)"
)
_BESIDE_UNREADABLE_URI: Final = OpenForm(
    "A6", "dns_beside_malformed_uri", "may be ignored, because the certificate has a sip: URI whose host cannot be read"
)


def match(reference: ReferenceIdentifier, identifiers: PresentedIdentifiers) -> IdentityOutcome:
    """Compare as RFC 5922, sections 7.1 (finding identities) and 7.2 (comparing them), specifies.

    The host of each ``sip:`` URI without user part is an identity, port and parameters ignored. The DNS names are
    identities only if there is no such URI, so DNS names are ignored when a URI is present. A CN is read only
    without a subjectAltName, and then by choice of the implementation. Wildcards are not accepted. The whole name is
    compared, without case.
    """
    findings = [_judge(item, identifiers) for item in identifiers.corresponding(reference)]
    return conclude(Standard.RFC5922, reference, identifiers, findings)


def _judge(found: Correspondence, identifiers: PresentedIdentifiers) -> Finding:
    match found.presented.field:
        case Field.URI:
            return _judge_uri(found)
        case Field.DNS:
            return _judge_dns(found, identifiers)
        case Field.IP:
            return refused(found, "ip_only_in_ip_address", "RFC 5922 reads sip: URIs and DNS names only")
        case Field.CN:
            return _judge_common_name(found, identifiers)


def _judge_uri(found: Correspondence) -> Finding:
    presented = found.presented
    if presented.scheme != "sip":
        code = "sips_uri" if presented.scheme == "sips" else "other_scheme"
        return refused(found, code, "RFC 5922 accepts only the scheme sip", "A3")
    if presented.has_user:
        return refused(found, "user_in_uri", "a URI with a user part names a user, not a domain (RFC 5922, 7.1)", "A2")
    return _judge_form(found)


def _judge_dns(found: Correspondence, identifiers: PresentedIdentifiers) -> Finding:
    if identifiers.has_sip_domain:
        why = "the certificate has a sip: URI without a user part (RFC 5922, 7.1)"
        return refused(found, "dns_hidden_by_uri", why, "A6")
    further = []
    if found.presented.address is not None:
        further.append(_ADDRESS_IN_DNS)
    if identifiers.has_unreadable_sip_uri or "subjectAltName" in identifiers.unreadable:
        further.append(_BESIDE_UNREADABLE_URI)
    return _judge_form(found, *further)


def _judge_common_name(found: Correspondence, identifiers: PresentedIdentifiers) -> Finding:
    if identifiers.san_present:
        reading = "" if identifiers.san_has_uri_or_dns else "A4"
        return refused(found, "cn_blocked_by_san", "the certificate has a subjectAltName", reading)
    if found.presented.address is not None:
        return refused(found, "ip_only_in_cn", "RFC 5922 allows a domain name in the CN, not an address")
    return _judge_form(found, _CN)


def _judge_form(found: Correspondence, *further: OpenForm) -> Finding:
    if found.wildcard is not Wildcard.NONE:
        return refused(found, "wildcard", "RFC 5922, 7.2, allows no wildcards", "A5")
    return judged(found, (TRAILING_DOT, *further) if found.trailing_dot else further)
