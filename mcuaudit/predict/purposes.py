"""Whether a certificate and its path allow a role, for the verifier (A13, A22) and by the rules for SIP (RFC 5924)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mcuaudit.devices.presented import Presented
from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH, Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.standards import STRICT_STANDARDS, Standard
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict, decisive
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.identity import sip_purpose
from mcuaudit.pkix import Purpose, purpose_outcome
from mcuaudit.pkix.purposes import certainly_lacking

PURPOSE_WORDS: Final[dict[str, Purpose]] = {CLIENT_AUTH: "clientAuth", SERVER_AUTH: "serverAuth"}


def purpose_verdict(
    path: tuple[Certificate, ...], presented: Presented, purpose: str, standard: Standard, verifier: Verifier
) -> Verdict:
    """Purpose by the path: open for an MCU (A13), by its verifier for a peer; for SIP peers the worse of both rules.

    Args:
        path: the certification path, the end entity first; empty if there is none.
    """
    path = path or (presented.certificate,)
    if standard not in STRICT_STANDARDS:
        return _of_tls(path, presented, purpose, verifier)
    if verifier is Verifier.UNRECORDED:
        # What the end entity's extendedKeyUsage lacks for TLS, the rule for SIP weighs already.
        path = (replace(path[0], extended_key_usage=None), *path[1:])
    return decisive([_of_sip(presented, purpose, standard), _of_tls(path, presented, purpose, verifier)])


def purpose_alone(presented: Presented, purpose: str, standard: Standard, verifier: Verifier) -> Verdict:
    """Whether the certificate itself allows a purpose, if the store is missing and there is no path.

    A failure is certain, because no path adds a purpose. A pass is not, because a CA of the path may lack it.
    """
    found = purpose_verdict((), presented, purpose, standard, verifier)
    return found if found.outcome is not Outcome.PASS else NOT_APPLICABLE


def _of_sip(presented: Presented, purpose: str, standard: Standard) -> Verdict:
    outcome, reason = sip_purpose(presented.certificate, standard.value, purpose)
    if outcome is Outcome.PASS:
        return Verdict(Outcome.PASS, "purpose_served", reason)
    unread = presented.certificate.cannot_read("extKeyUsage")
    readings = ("RFC5924",) if outcome is Outcome.OPEN and not unread else ()
    return _lacks(Verdict(outcome, "sip_purpose", reason, readings), presented, purpose)


def _of_tls(path: tuple[Certificate, ...], presented: Presented, purpose: str, verifier: Verifier) -> Verdict:
    found = purpose_outcome(path, PURPOSE_WORDS[purpose])
    if found.outcome is Outcome.PASS:
        return Verdict(Outcome.PASS, "purpose_served", found.reason)
    if found.outcome is Outcome.OPEN:
        unread = Verdict(Outcome.OPEN, "unreadable_field", found.reason, (), presented.evidence)
        return _lacks(unread, presented, purpose)
    outcome, reading = _without_purpose(path[0], purpose, verifier)
    lacks = _lacks(Verdict(outcome, "purpose_lacking", found.reason, (reading,) if reading else ()), presented, purpose)
    if found.lacking == "nsCertType":
        return replace(lacks, remedy=Remedy(RemedyKind.REISSUE_WITHOUT_EXTENSION, target=presented.place))
    return lacks


def _without_purpose(end_entity: Certificate, purpose: str, verifier: Verifier) -> tuple[Outcome, str]:
    """The outcome, and its reading, where a certificate of the path does not allow the purpose by OpenSSL's rules."""
    if verifier is Verifier.MCU:
        return Outcome.OPEN, "A13"
    if verifier is Verifier.OPENSSL or certainly_lacking(end_entity, PURPOSE_WORDS[purpose]):
        return Outcome.FAIL, ""
    return Outcome.OPEN, "A22"


def _lacks(verdict: Verdict, presented: Presented, purpose: str) -> Verdict:
    remedy = Remedy(RemedyKind.REISSUE_WITH_PURPOSE, (PURPOSE_WORDS[purpose],), presented.place)
    return replace(verdict, cause=cause_at(CauseKind.CERTIFICATE, presented.place), remedy=remedy)
