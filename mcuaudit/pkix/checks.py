"""What is checked of the certificates of a path, phase by phase, in the order in which OpenSSL does it.

First what each certificate says of itself, from the end entity up; then signatures and times, from the trust anchor
down; then name constraints, from the trust anchor down (RFC 5280, sections 6.1.3 and 6.1.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cryptography.x509.oid import ExtensionOID

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix.constraints import constraint_flaw
from mcuaudit.pkix.flaws import Flaw, Kind, issuer_title
from mcuaudit.pkix.names import canonical_name, self_issued
from mcuaudit.pkix.purposes import Purpose, lacking_extension, lacking_values
from mcuaudit.pkix.signatures import SignatureCheck, SignatureMemo, algorithm_fits

# What OpenSSL counts as understood when it is marked critical. The key identifiers and authorityInformationAccess are
# not among them: RFC 5280 says that they must not be critical. Nor is the Netscape certificate type, which OpenSSL
# does evaluate: nothing here reads it.
UNDERSTOOD_IF_CRITICAL = frozenset(
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


def may_have_issued(certificate: Certificate, issuer: Certificate) -> bool:
    """`issuer` could be the issuer of `certificate`, by name, key identifier and kind of signature.

    An authority key identifier only excludes where both certificates say what it names (RFC 5280, section 4.2.1.1).
    """
    if certificate.issuer != issuer.subject and canonical_name(certificate.issuer) != canonical_name(issuer.subject):
        return False
    wanted, found = certificate.authority_key_identifier, issuer.subject_key_identifier
    if wanted is not None and found is not None and wanted != found:
        return False
    serial, name = certificate.authority_serial_number, certificate.authority_issuer
    if serial is not None and serial != issuer.serial_number:
        return False
    if name is not None and canonical_name(name) != canonical_name(issuer.issuer):
        return False
    return algorithm_fits(certificate, issuer)


def self_signed(certificate: Certificate) -> bool:
    """The certificate names itself as its issuer; the signature is not checked, as it adds nothing to trust."""
    return self_issued(certificate) and may_have_issued(certificate, certificate)


def end_entity_flaws(certificate: Certificate, purpose: Purpose | None) -> Iterator[Flaw]:
    """What the end entity says of itself that stops a path."""
    yield from _critical_extension(certificate)
    yield from _purpose(certificate, purpose, end_entity=True)


def ca_flaws(cas: tuple[Certificate, ...], purpose: Purpose | None) -> Iterator[Flaw]:
    """What the CA certificates of a path, the trust anchor last, say of themselves that stops it."""
    below = 0
    for position, certificate in enumerate(cas):
        yield from _critical_extension(certificate)
        yield from _basic_constraints(certificate, anchor=position == len(cas) - 1)
        yield from _purpose(certificate, purpose, end_entity=False)
        if certificate.path_length is not None and below > certificate.path_length:
            yield _too_long(certificate, below)
        if certificate.requires_explicit_policy:
            yield Flaw(Kind.EXPLICIT_POLICY, certificate, "has policyConstraints with requireExplicitPolicy")
        # A self-issued CA certificate does not count (RFC 5280, section 6.1.4 (l)).
        if not self_issued(certificate):
            below += 1


def validity_flaw(certificate: Certificate, at: datetime) -> Flaw | None:
    """The certificate is not valid at `at`; both ends of its period belong to it (RFC 5280, section 4.1.2.5)."""
    if at < certificate.not_before:
        since = f"is valid from {certificate.not_before:%Y-%m-%d %H:%M:%S} UTC"
        return Flaw(Kind.NOT_YET_VALID, certificate, since, Remedy(RemedyKind.CHECK_CLOCK))
    if at > certificate.not_after:
        until = f"was valid until {certificate.not_after:%Y-%m-%d %H:%M:%S} UTC"
        return Flaw(Kind.EXPIRED, certificate, until, Remedy(RemedyKind.REPLACE_EXPIRED, (_named(certificate),)))
    return None


def signature_flaw(certificate: Certificate, issuer: Certificate, signatures: SignatureMemo) -> Flaw | None:
    """The key of `issuer` did not sign `certificate`, or that cannot be checked here."""
    match signatures.check(certificate, issuer):
        case SignatureCheck.VALID:
            return None
        case SignatureCheck.UNSUPPORTED:
            kind = f"is signed with {certificate.signature_algorithm} by a key of the kind {issuer.key_algorithm}"
            return Flaw(Kind.ALGORITHM, certificate, kind)
        case SignatureCheck.INVALID:
            said = f"is not signed by the key of {issuer_title(certificate)} that is at hand"
            remedy = Remedy(RemedyKind.FIND_SIGNER, (issuer_title(certificate),))
            return Flaw(Kind.SIGNATURE, certificate, said, remedy)


def trust_flaws(cas: tuple[Certificate, ...], at: datetime, signatures: SignatureMemo) -> Iterator[Flaw]:
    """Signatures and times of the CA certificates, the trust anchor last; its own signature does not matter."""
    for position in range(len(cas) - 1, -1, -1):
        certificate = cas[position]
        if position + 1 < len(cas) and (flaw := signature_flaw(certificate, cas[position + 1], signatures)):
            yield flaw
        if flaw := validity_flaw(certificate, at):
            yield flaw


def ca_constraint_flaws(cas: tuple[Certificate, ...]) -> Iterator[Flaw]:
    """CA certificates with a name that a CA above does not allow; self-issued ones are not asked."""
    if all(ca.name_constraints is None for ca in cas):
        return
    for position in range(len(cas) - 1, -1, -1):
        if self_issued(cas[position]):
            continue
        for issuer in reversed(cas[position + 1 :]):
            if flaw := constraint_flaw(cas[position], issuer, end_entity=False):
                yield flaw


def _critical_extension(certificate: Certificate) -> Iterator[Flaw]:
    unknown = certificate.critical_extensions - UNDERSTOOD_IF_CRITICAL
    if unknown:
        said = f"has the critical extension {', '.join(sorted(unknown))}"
        yield Flaw(Kind.CRITICAL_EXTENSION, certificate, said, Remedy(RemedyKind.REISSUE_WITHOUT_EXTENSION))


def _basic_constraints(certificate: Certificate, *, anchor: bool) -> Iterator[Flaw]:
    may_sign = certificate.key_usage is None or "keyCertSign" in certificate.key_usage
    if certificate.is_ca and may_sign:
        return
    if not may_sign:
        said = "has a keyUsage without keyCertSign"
    elif certificate.version == 1:
        said = "is a version 1 certificate and cannot say that it is a CA"
    else:
        said = "does not say cA in its basicConstraints"
    kind = Kind.ANCHOR_NOT_A_CA if anchor and may_sign else Kind.NOT_A_CA
    yield Flaw(kind, certificate, said, Remedy(RemedyKind.REPLACE_BY_AUTHORITY))


def _purpose(certificate: Certificate, purpose: Purpose | None, *, end_entity: bool) -> Iterator[Flaw]:
    lacking = lacking_extension(certificate, purpose, end_entity=end_entity) if purpose else None
    if purpose and lacking:
        said = f"has {lacking} {lacking_values(certificate, lacking)}, which does not allow {purpose}"
        yield Flaw(
            Kind.PURPOSE, certificate, said, Remedy(RemedyKind.REISSUE_WITH_PURPOSE_OR_WITHOUT, (purpose, lacking))
        )


def _too_long(certificate: Certificate, below: int) -> Flaw:
    said = f"allows {certificate.path_length} CA certificates below it, and there are {below}"
    return Flaw(Kind.PATH_LENGTH, certificate, said, Remedy(RemedyKind.ISSUE_FROM_HIGHER_AUTHORITY))


def _named(certificate: Certificate) -> str:
    return certificate.subject_text or "it"
