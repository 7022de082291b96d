"""The purpose sipDomain in extendedKeyUsage (RFC 5924), by the rules of SIP peers."""

from __future__ import annotations

from mcuaudit.domain.certificate import ANY_EXTENDED_KEY_USAGE, SIP_DOMAIN, TLS_PURPOSES, Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.standards import Standard
from mcuaudit.errors import UsageError, not_allowed


def sip_purpose(certificate: Certificate, standard: str, tls_purpose: str) -> tuple[Outcome, str]:
    """Whether extendedKeyUsage allows SIP in the role `tls_purpose`, and why, in one sentence.

    The standard ``rfc5924`` applies RFC 5924, section 4, and ``rfc5922`` the rule of TLS stacks, with a note. For other
    standards the outcome is notApplicable.

    Args:
        certificate: the end entity certificate.
        standard: the peer's standard.
        tls_purpose: dotted identifier of serverAuth or clientAuth, as the role of the certificate needs.

    Raises:
        UsageError: `tls_purpose` is another identifier.
    """
    if tls_purpose not in TLS_PURPOSES:
        raise UsageError(not_allowed("unknown TLS purpose", tls_purpose, TLS_PURPOSES))
    purposes = certificate.extended_key_usage
    if standard in (Standard.RFC5922, Standard.RFC5924) and certificate.cannot_read("extKeyUsage"):
        return Outcome.OPEN, "The extendedKeyUsage cannot be read, so the purposes are not known."
    if standard == Standard.RFC5924:
        return _strict(purposes, tls_purpose)
    if standard == Standard.RFC5922:
        return _as_tls_stacks(purposes, tls_purpose)
    return Outcome.NOT_APPLICABLE, f"The standard {standard} does not require a SIP purpose."


def _strict(purposes: tuple[str, ...] | None, tls_purpose: str) -> tuple[Outcome, str]:
    name = TLS_PURPOSES[tls_purpose]
    if purposes is None:
        return Outcome.OPEN, "There is no extendedKeyUsage; RFC 5924 leaves that to the policy of the peer."
    if SIP_DOMAIN in purposes:
        if tls_purpose in purposes:
            return Outcome.PASS, f"The extendedKeyUsage contains sipDomain and {name}."
        return Outcome.OPEN, f"The extendedKeyUsage contains sipDomain, but not {name}, which TLS stacks require too."
    if ANY_EXTENDED_KEY_USAGE in purposes:
        return (
            Outcome.OPEN,
            "The extendedKeyUsage contains anyExtendedKeyUsage without sipDomain; RFC 5924 leaves that to the peer.",
        )
    return (
        Outcome.FAIL,
        "The extendedKeyUsage contains neither sipDomain nor anyExtendedKeyUsage, so RFC 5924 refuses it.",
    )


def _as_tls_stacks(purposes: tuple[str, ...] | None, tls_purpose: str) -> tuple[Outcome, str]:
    name = TLS_PURPOSES[tls_purpose]
    if purposes is None:
        return (
            Outcome.PASS,
            "There is no extendedKeyUsage, so every purpose is allowed (a peer that follows RFC 5924 may refuse it).",
        )
    if tls_purpose in purposes:
        note = "" if SIP_DOMAIN in purposes else " (without sipDomain, which a peer that follows RFC 5924 requires)"
        return Outcome.PASS, f"The extendedKeyUsage contains {name}{note}."
    if SIP_DOMAIN in purposes or ANY_EXTENDED_KEY_USAGE in purposes:
        found = "sipDomain" if SIP_DOMAIN in purposes else "anyExtendedKeyUsage"
        return Outcome.OPEN, f"The extendedKeyUsage contains {found}, but not {name}, which TLS stacks require."
    return Outcome.FAIL, f"The extendedKeyUsage does not contain {name}."
