"""The checks of the certificates of a path, phase by phase, in the order of OpenSSL.

First the extensions of each certificate, from the end entity up; then signatures and times, from the trust anchor
down; then name constraints, from the trust anchor down (RFC 5280, sections 6.1.3 and 6.1.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from cryptography.x509.oid import ExtensionOID

from mcuaudit.decode.certificate_parts import parts_of
from mcuaudit.decode.tlv import SEQUENCE, children
from mcuaudit.domain.certificate import NETSCAPE_CERTIFICATE_TYPE, Certificate
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix.anchor_use import AnchorUse
from mcuaudit.pkix.constraints import Compared, ConstraintMemo
from mcuaudit.pkix.flaws import Flaw, Kind, issuer_title, under_anchor_reading
from mcuaudit.pkix.names import canonical_name, self_issued
from mcuaudit.pkix.namesakes import mismatch
from mcuaudit.pkix.purposes import Purpose, lacking_extension, lacking_words
from mcuaudit.pkix.signatures import SignatureCheck, SignatureMemo

# Critical extensions that OpenSSL processes. Not the key identifiers and authorityInformationAccess, which must not be
# critical under RFC 5280.
UNDERSTOOD_IF_CRITICAL = frozenset({NETSCAPE_CERTIFICATE_TYPE}) | frozenset(
    oid.dotted_string
    for oid in (
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.NAME_CONSTRAINTS,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.POLICY_CONSTRAINTS,
        ExtensionOID.POLICY_MAPPINGS,
        ExtensionOID.INHIBIT_ANY_POLICY,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
        ExtensionOID.OCSP_NO_CHECK,
    )
)


CHECKED: Final = AnchorUse()


def may_have_issued(certificate: Certificate, issuer: Certificate) -> bool:
    """`issuer` could be the issuer of `certificate`, by name, key identifier and kind of signature."""
    same_name = canonical_name(certificate.issuer) == canonical_name(issuer.subject)
    return same_name and mismatch(certificate, issuer) is None


def self_signed(certificate: Certificate) -> bool:
    """The certificate names itself as its issuer; the signature is not checked, because it adds no trust."""
    return may_have_issued(certificate, certificate)


def end_entity_flaws(certificate: Certificate, purpose: Purpose | None) -> Iterator[Flaw]:
    """The flaws of the end entity in its own extensions."""
    yield from _critical_extension(certificate)
    yield from _unreadable(certificate)
    if "subjectPublicKeyInfo" in certificate.unreadable:
        yield Flaw(Kind.UNREADABLE, certificate, "has a key that cannot be read", Remedy(RemedyKind.REISSUE))
    yield from _explicit_curve(certificate)
    yield from _purpose(certificate, purpose, end_entity=True)


def ca_flaws(cas: tuple[Certificate, ...], purpose: Purpose | None, use: AnchorUse = CHECKED) -> Iterator[Flaw]:
    """The flaws of the CA certificates of a path, the trust anchor last, in their own extensions."""
    below = 0
    for position, certificate in enumerate(cas):
        anchor = position == len(cas) - 1
        yield from _limits(_critical_extension(certificate), anchor, use)
        yield from _limits(_unreadable(certificate), anchor, use)
        yield from _explicit_curve(certificate)
        yield from _basic_constraints(certificate, anchor=anchor)
        yield from _purpose(certificate, purpose, end_entity=False)
        if certificate.path_length is not None and below > certificate.path_length:
            yield from _limits([_too_long(certificate, below)], anchor, use)
        # A self-issued CA certificate does not count (RFC 5280, section 6.1.4 (l)).
        if not self_issued(certificate):
            below += 1


def validity_flaw(certificate: Certificate, at: datetime) -> Flaw | None:
    """The certificate is not valid at `at`; both ends of its validity are inclusive (RFC 5280, section 4.1.2.5).

    An end that cannot be read is as far away as a time can be.
    """
    if at < certificate.not_before:
        since = f"is not valid before {certificate.not_before:%Y-%m-%d at %H:%M:%S} UTC"
        return Flaw(Kind.NOT_YET_VALID, certificate, since, Remedy(RemedyKind.CHECK_CLOCK))
    if at > certificate.not_after:
        until = f"expired on {certificate.not_after:%Y-%m-%d at %H:%M:%S} UTC"
        return Flaw(Kind.EXPIRED, certificate, until, Remedy(RemedyKind.REPLACE_EXPIRED, (_named(certificate),)))
    return None


def signature_flaw(certificate: Certificate, issuer: Certificate, signatures: SignatureMemo) -> Flaw | None:
    """The key of `issuer` did not sign `certificate`, or mcuaudit cannot check it."""
    match signatures.check(certificate, issuer):
        case SignatureCheck.VALID:
            return None
        case SignatureCheck.UNSUPPORTED:
            kind = f"is signed with {certificate.signature_algorithm} by a key of the kind {issuer.key_algorithm}"
            return Flaw(Kind.ALGORITHM, certificate, kind)
        case SignatureCheck.INVALID:
            detail = f"is not signed by the key of the available certificate of {issuer_title(certificate)}"
            remedy = Remedy(RemedyKind.FIND_SIGNER, (issuer_title(certificate),))
            return Flaw(Kind.SIGNATURE, certificate, detail, remedy)


def trust_flaws(
    cas: tuple[Certificate, ...], at: datetime, signatures: SignatureMemo, use: AnchorUse = CHECKED
) -> Iterator[Flaw]:
    """Signatures and times of the CA certificates, the trust anchor last; whose own signature does not count."""
    for position in range(len(cas) - 1, -1, -1):
        certificate = cas[position]
        if position + 1 < len(cas) and (flaw := signature_flaw(certificate, cas[position + 1], signatures)):
            yield flaw
        if flaw := validity_flaw(certificate, at):
            yield from _limits([flaw], position == len(cas) - 1, use)


def ca_constraint_flaws(cas: tuple[Certificate, ...], memo: ConstraintMemo, use: AnchorUse = CHECKED) -> Compared:
    """CA certificates with a name that a CA above does not allow; self-issued ones are not checked."""
    limiting = [ca for ca in use.limiting(cas) if ca.name_constraints is not None]
    if not limiting:  # an unreadable one is a flaw of its own
        return Compared((), 0)
    pairs = (
        (ca, issuer)
        for position, ca in reversed([*enumerate(cas)])
        if not self_issued(ca)
        for issuer in reversed(limiting)
        if issuer in cas[position + 1 :]
    )
    return memo.compared(pairs, end_entity=False, anchor=use.in_question(cas))


def _limits(flaws: Iterable[Flaw], anchor: bool, use: AnchorUse) -> Iterator[Flaw]:
    """The flaws of a CA; those of a trust anchor in its own limits depend on reading A25."""
    if not anchor or use.limits == "check":
        yield from flaws
    elif use.limits == "both":
        yield from map(under_anchor_reading, flaws)


def _critical_extension(certificate: Certificate) -> Iterator[Flaw]:
    unknown = certificate.critical_extensions - UNDERSTOOD_IF_CRITICAL
    if unknown:
        detail = f"has the critical extension {', '.join(sorted(unknown))}"
        yield Flaw(Kind.CRITICAL_EXTENSION, certificate, detail, Remedy(RemedyKind.REISSUE_WITHOUT_EXTENSION))


def _unreadable(certificate: Certificate) -> Iterator[Flaw]:
    """What cannot be read leaves the path undetermined, if it could decide it."""
    fields = certificate.unreadable_in_path
    if fields:
        detail = f"has fields that cannot be read: {', '.join(fields)}"
        yield Flaw(Kind.UNREADABLE, certificate, detail, Remedy(RemedyKind.REISSUE))


def certain_flaw(certificate: Certificate, at: datetime) -> Flaw | None:
    """A flaw of an end entity that no path and no trust store heals; None if it has none."""
    found = (flaw for flaw in end_entity_flaws(certificate, None) if flaw.hard)
    return next(found, None) or validity_flaw(certificate, at)


def not_a_ca(certificate: Certificate) -> str:
    """Why a certificate cannot serve as a CA, as a verb phrase; "" for one that can, or may."""
    if certificate.key_usage is not None and "keyCertSign" not in certificate.key_usage:
        return "has a keyUsage without keyCertSign"
    if certificate.may_be_ca:
        return ""
    if certificate.version == 1:
        return "is a version 1 certificate, which cannot be marked as a CA"
    return "does not have cA in its basicConstraints"


def _basic_constraints(certificate: Certificate, *, anchor: bool) -> Iterator[Flaw]:
    detail = not_a_ca(certificate)
    if not detail:
        return
    may_sign = certificate.key_usage is None or "keyCertSign" in certificate.key_usage
    # What says of itself that it is not a CA is none for any verifier; of what says nothing, some think otherwise.
    silent = certificate.is_ca is None
    kind = Kind.ANCHOR_NOT_A_CA if anchor and may_sign and silent else Kind.NOT_A_CA
    yield Flaw(kind, certificate, detail, Remedy(RemedyKind.REPLACE_BY_AUTHORITY))


def _explicit_curve(certificate: Certificate) -> Iterator[Flaw]:
    """A curve that is described, not named: RFC 3279 allows it, RFC 5480 does not, and OpenSSL refuses it since 3.0."""
    if certificate.key_algorithm == "EC" and _tag_of_curve(certificate) == SEQUENCE:
        yield Flaw(Kind.EXPLICIT_CURVE, certificate, "has a key with explicit parameters", Remedy(RemedyKind.REISSUE))


def _tag_of_curve(certificate: Certificate) -> int | None:
    """The tag of the curve of a key: that of its parameters, or of its name (RFC 5480, section 2.1.1)."""
    try:
        algorithm, *_ = children(parts_of(certificate.der).key)
        _, curve, *_ = children(algorithm)
    except ValueError:
        return None
    return curve.tag


def _purpose(certificate: Certificate, purpose: Purpose | None, *, end_entity: bool) -> Iterator[Flaw]:
    if purpose is None:
        return
    lacking = lacking_extension(certificate, purpose, end_entity=end_entity)
    if lacking:
        detail = f"cannot be used: {lacking_words(certificate, lacking, purpose)}"
        yield Flaw(
            Kind.PURPOSE, certificate, detail, Remedy(RemedyKind.REISSUE_WITH_PURPOSE_OR_WITHOUT, (purpose, lacking))
        )


def _too_long(certificate: Certificate, below: int) -> Flaw:
    detail = f"allows {certificate.path_length} CA certificates below it, and there are {below}"
    return Flaw(Kind.PATH_LENGTH, certificate, detail, Remedy(RemedyKind.ISSUE_FROM_HIGHER_AUTHORITY))


def _named(certificate: Certificate) -> str:
    return certificate.subject_text or "it"
