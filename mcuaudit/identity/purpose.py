"""The purpose sipDomain in extendedKeyUsage (RFC 5924), as SIP peers judge it."""

from __future__ import annotations

from mcuaudit.domain.certificate import ANY_EXTENDED_KEY_USAGE, CLIENT_AUTH, SERVER_AUTH, SIP_DOMAIN, Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.standards import Standard
from mcuaudit.errors import UsageError, not_allowed

_TLS_PURPOSES = {SERVER_AUTH: "serverAuth", CLIENT_AUTH: "clientAuth"}


def sip_purpose(certificate: Certificate, standard: str, tls_purpose: str) -> tuple[Outcome, str]:
    """Whether extendedKeyUsage allows SIP in the role `tls_purpose`, and why, in one sentence.

    A peer marked ``rfc5924`` is judged by RFC 5924, section 4; one marked ``rfc5922`` as TLS stacks do, with a note.
    Other standards do not ask: notApplicable.

    Args:
        certificate: the end entity certificate.
        standard: the peer's standard.
        tls_purpose: dotted identifier of serverAuth or clientAuth, the one that the certificate's role needs.

    Raises:
        UsageError: `tls_purpose` is neither.
    """
    if tls_purpose not in _TLS_PURPOSES:
        raise UsageError(not_allowed("the TLS purpose", tls_purpose, _TLS_PURPOSES))
    purposes = certificate.extended_key_usage
    if standard == Standard.RFC5924:
        return _strict(purposes, tls_purpose)
    if standard == Standard.RFC5922:
        return _as_tls_stacks(purposes, tls_purpose)
    return Outcome.NOT_APPLICABLE, f"The standard {standard} does not ask for a SIP purpose."


def _strict(purposes: tuple[str, ...] | None, tls_purpose: str) -> tuple[Outcome, str]:
    name = _TLS_PURPOSES[tls_purpose]
    if purposes is None:
        return Outcome.OPEN, "There is no extendedKeyUsage; RFC 5924 leaves that to the peer's policy."
    if SIP_DOMAIN in purposes:
        if tls_purpose in purposes:
            return Outcome.PASS, f"The extendedKeyUsage holds sipDomain and {name}."
        return Outcome.OPEN, f"The extendedKeyUsage holds sipDomain, but not {name}, which TLS stacks want as well."
    if ANY_EXTENDED_KEY_USAGE in purposes:
        return (
            Outcome.OPEN,
            "anyExtendedKeyUsage stands there without sipDomain; RFC 5924 leaves that to the peer's policy.",
        )
    return Outcome.FAIL, "The extendedKeyUsage holds neither sipDomain nor anyExtendedKeyUsage, so RFC 5924 refuses it."


def _as_tls_stacks(purposes: tuple[str, ...] | None, tls_purpose: str) -> tuple[Outcome, str]:
    name = _TLS_PURPOSES[tls_purpose]
    if purposes is None:
        return (
            Outcome.PASS,
            "There is no extendedKeyUsage, so every purpose is allowed (a peer by RFC 5924 may refuse).",
        )
    if tls_purpose in purposes:
        note = "" if SIP_DOMAIN in purposes else " (without sipDomain, which a peer by RFC 5924 would demand)"
        return Outcome.PASS, f"The extendedKeyUsage holds {name}{note}."
    if SIP_DOMAIN in purposes or ANY_EXTENDED_KEY_USAGE in purposes:
        found = "sipDomain" if SIP_DOMAIN in purposes else "anyExtendedKeyUsage"
        return Outcome.OPEN, f"The extendedKeyUsage holds {found}, but not {name}, which TLS stacks want."
    return Outcome.FAIL, f"The extendedKeyUsage does not hold {name}."
