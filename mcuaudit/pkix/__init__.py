"""Certification paths from a certificate to a trust anchor (RFC 5280, section 6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from mcuaudit.decode.certificate_source import CertificateSource, CertificateSources, certificates_from
from mcuaudit.domain.instants import time_given
from mcuaudit.pkix.anchor_use import AnchorLimits, AnchorUse, anchor_use
from mcuaudit.pkix.checks import certain_flaw, not_a_ca, self_signed, validity_flaw
from mcuaudit.pkix.outcome import PathOutcome
from mcuaudit.pkix.policy_inputs import PolicyInputs, PolicyUse, policy_inputs
from mcuaudit.pkix.purposes import Purpose, PurposeOutcome, purpose_outcome
from mcuaudit.pkix.revocation_inputs import RevocationSources, checked_use, revocation_lists_from
from mcuaudit.pkix.revocation_lists import RevocationLists
from mcuaudit.pkix.revocation_status import RevocationState, RevocationStatus, RevocationUse
from mcuaudit.pkix.signatures import SignatureCheck, SignatureMemo
from mcuaudit.pkix.stores import TrustStore
from mcuaudit.pkix.validator import PathValidator

__all__ = [
    "AnchorLimits",
    "AnchorUse",
    "PathOutcome",
    "PathValidator",
    "PolicyInputs",
    "PolicyUse",
    "Purpose",
    "PurposeOutcome",
    "RevocationLists",
    "RevocationState",
    "RevocationStatus",
    "RevocationUse",
    "SignatureCheck",
    "SignatureMemo",
    "TrustStore",
    "certain_flaw",
    "not_a_ca",
    "purpose_outcome",
    "self_signed",
    "validate",
    "validity_flaw",
]


def validate(
    end_entity: CertificateSource,
    *,
    presented: CertificateSources = (),
    known: CertificateSources = (),
    anchors: CertificateSources = (),
    purpose: Purpose | None = None,
    at: str | date | datetime,
    intermediates_must_be_anchors: bool = False,
    chain_complete: bool = False,
    policies: PolicyUse = "both",
    initial_policies: str | Iterable[str] = "anyPolicy",
    explicit_policy: bool = False,
    inhibit_policy_mapping: bool = False,
    inhibit_any_policy: bool = False,
    anchor_limits: AnchorLimits = "check",
    any_member_is_anchor: bool = False,
    crls: RevocationSources = (),
    revocation: RevocationUse = "use",
) -> PathOutcome:
    """Whether there is a certification path from an end entity to one of `anchors` (RFC 5280, section 6).

    Each certificate is given as a path, as PEM, DER or PKCS#7, as a record, or as a certificate of the package
    cryptography; where several are allowed, one source with several in it or a list of sources.

        mcuaudit.validate("local-certificate.pem", anchors="https-trust-store.pem", at="2026-11-23")

    Args:
        end_entity: the certificate in question; certificates that follow it in the same file count as presented.
        presented: the certificates that are sent with it, in any order.
        known: CA certificates from elsewhere, which are used for reading A11 only.
        anchors: the trust store of the verifier, including intermediates.
        purpose: "serverAuth", "clientAuth", or None to skip extendedKeyUsage.
        at: a date (00:00 UTC), an aware datetime, or either as ISO 8601 text.
        intermediates_must_be_anchors: every CA certificate of the path must be among `anchors` (VCS, Expressway).
        chain_complete: `presented` is known to be complete, so `known` is not used.
        policies: "evaluate" certificate policies strictly under RFC 5280, section 6.1, "ignore" them, or "both": a path
            that is valid only if they are ignored is open (reading A21).
        initial_policies: user-initial-policy-set (section 6.1.1 (c)): object identifiers, or "anyPolicy".
        explicit_policy: initial-explicit-policy (section 6.1.1 (f)): the path must be valid for one of these policies.
        inhibit_policy_mapping: initial-policy-mapping-inhibit (section 6.1.1 (e)).
        inhibit_any_policy: initial-any-policy-inhibit (section 6.1.1 (g)).
        anchor_limits: "check" the trust anchor's own validity, path length, name constraints and critical extensions,
            as OpenSSL does, "ignore" them, as RFC 5280 does (section 6.1.1 (d)), or "both": a path that is valid only
            if they are ignored is open (reading A25).
        any_member_is_anchor: every member of `anchors` is a trust anchor, also an intermediate without its root, as in
            RFC 5280; otherwise such a path is open (reading A12).
        crls: revocation lists, complete and delta, of any issuer: paths, PEM or DER.
        revocation: "ignore" the lists; "use" them (section 6.3): a revoked certificate fails, and one whose list cannot
            be used, such as an expired one, is open; or "require" them: a certificate whose status is unknown fails.

    Raises:
        UsageError: a certificate or CRL cannot be read, an argument has a value that is not allowed, or `at` is not a
            time with a zone.
    """
    moment = time_given(at)
    inputs = policy_inputs(
        policies,
        initial_policies,
        explicit_policy=explicit_policy,
        inhibit_policy_mapping=inhibit_policy_mapping,
        inhibit_any_policy=inhibit_any_policy,
    )
    checked_use(revocation)
    lists = RevocationLists(revocation_lists_from(crls))
    first, *rest = certificates_from(end_entity, "end_entity")
    store = TrustStore(certificates_from(anchors, "anchors"))
    use = anchor_use(anchor_limits, any_member=any_member_is_anchor)
    return PathValidator(moment, certificates_from(known, "known"), inputs, use, lists).validate(
        first,
        (*rest, *certificates_from(presented, "presented")),
        store,
        purpose,
        intermediates_must_be_anchors=intermediates_must_be_anchors,
        chain_complete=chain_complete,
        revocation=revocation if lists or revocation == "require" else "ignore",
    )
