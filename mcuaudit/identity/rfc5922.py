"""RFC 5922, Domain Certificates in SIP: the rule of VCS, Expressway and other SIP peers."""

from __future__ import annotations

from mcuaudit.identity.doubts import accepted, refused, undecided
from mcuaudit.identity.outcome import RFC5922_MAY, Finding, IdentityOutcome, conclude
from mcuaudit.identity.presented import Correspondence, Field, PresentedIdentifiers, Wildcard
from mcuaudit.identity.reference import ReferenceIdentifier
from mcuaudit.model import Standard


def match(reference: ReferenceIdentifier, identifiers: PresentedIdentifiers) -> IdentityOutcome:
    """Compare by RFC 5922, sections 7.1 (finding identities) and 7.2 (comparing them).

    The host of each ``sip:`` URI without user part is an identity, port and parameters ignored. The DNS names are
    identities only if there is no such URI: here one name takes another's pass away. A CN counts only without a
    subjectAltName, and then by choice of the implementation. No wildcards; the whole name, in any case of letters.
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
    if presented.scheme == "sips":
        return refused(found, "sips_uri", "RFC 5922 accepts the scheme sip alone", "A3")
    if presented.scheme != "sip":
        return refused(found, "other_scheme", "RFC 5922 accepts the scheme sip alone", "A3")
    if presented.has_user:
        return refused(found, "user_in_uri", "a URI with a user part names a user, not a domain (RFC 5922, 7.1)", "A2")
    return _judge_form(found)


def _judge_dns(found: Correspondence, identifiers: PresentedIdentifiers) -> Finding:
    if identifiers.has_sip_domain:
        why = "a sip: URI without user part is present, which hides the DNS names (RFC 5922, 7.1)"
        return refused(found, "dns_hidden_by_uri", why, "A6")
    form = _judge_form(found)
    if form.reason_code != "match":
        return form
    if found.presented.address is not None:
        why = "RFC 5922 speaks of domain names in DNS entries, not of addresses"
        return undecided(found, "ip_in_dns", why, RFC5922_MAY)
    if identifiers.has_unreadable_sip_uri:
        why = "a sip: URI without a host that can be read is present, which may hide the DNS names"
        return undecided(found, "dns_beside_malformed_uri", why, "A6")
    return form


def _judge_common_name(found: Correspondence, identifiers: PresentedIdentifiers) -> Finding:
    if identifiers.san_present:
        reading = "" if identifiers.san_has_uri_or_dns else "A4"
        return refused(found, "cn_blocked_by_san", "a subjectAltName is present, so the CN is not read", reading)
    if found.presented.address is not None:
        return refused(found, "ip_only_in_cn", "RFC 5922 allows a domain name in the CN, not an address")
    form = _judge_form(found)
    if form.reason_code != "match":
        return form
    why = "without a subjectAltName a peer may read the CN, or refuse (RFC 5922, 7.1)"
    return undecided(found, "cn_without_san", why, RFC5922_MAY)


def _judge_form(found: Correspondence) -> Finding:
    if found.wildcard is not Wildcard.NONE:
        return refused(found, "wildcard", "RFC 5922, 7.2, allows no wildcards", "A5")
    if found.trailing_dot:
        return undecided(found, "trailing_dot", "it and the name expected differ by a trailing dot", "A10")
    return accepted(found)
