"""What OpenSSL must say of a scenario if the outcome that mcuaudit gives is right."""

from __future__ import annotations

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.pkix import PathOutcome, validate
from mcuaudit.pkix.name_syntax import looks_like_host
from tests.authority import NOW
from tests.oracles.chains import Scenario

NOT_A_CA = 79


def outcome(scenario: Scenario) -> PathOutcome:
    """The verdict about the end entity of a scenario, in its role."""
    return validate(
        scenario.end_entity.record,
        presented=[found.record for found in scenario.presented],
        known=[found.record for found in scenario.known],
        anchors=[found.record for found in scenario.store],
        purpose=scenario.role,
        at=NOW,
    )


def strictly(found: PathOutcome) -> int | None:
    """OpenSSL's error number with its default flags, 0 for none; None where either may be (reading A19)."""
    if found.outcome == Outcome.PASS:
        return 0 if found.every_candidate_good else None
    if found.outcome == Outcome.FAIL or not rests_on_acceptance(found):
        return found.openssl_error or 0
    return as_anchor(found)


def generously(found: PathOutcome) -> int:
    """OpenSSL's error number if what is to be presented is, and intermediates in the store are enough (A11, A12)."""
    return as_anchor(found)


def rests_on_acceptance(found: PathOutcome) -> bool:
    """The outcome is open for a path that OpenSSL builds with its default flags: readings A14 and A21 alone."""
    return not {"A11", "A12"} & set((found.reading or "").split()) and not found.openssl_error


def as_anchor(found: PathOutcome) -> int:
    """What OpenSSL says of the anchor of a path that is good otherwise: it has its own mind about reading A14."""
    *below, anchor = found.path
    return NOT_A_CA if below and not _taken_for_a_ca(anchor) else 0


def _taken_for_a_ca(anchor: Certificate) -> bool:
    """OpenSSL lets version 1 roots pass, and version 3 certificates that have keyCertSign and no basicConstraints."""
    if anchor.is_ca is not None:
        return anchor.is_ca
    return anchor.key_usage is not None or (anchor.version == 1 and anchor.subject == anchor.issuer)


def rests_on_a14_too(found: PathOutcome) -> bool:
    """A failure of a path whose anchor is no CA: OpenSSL names that first, mcuaudit what fails under every reading."""
    return found.outcome == Outcome.FAIL and len(found.path) > 1 and found.path[-1].is_ca is not True


def about_constraints(found: PathOutcome, answered: int) -> str:
    """Where OpenSSL's answer on name constraints is another one that is explained; "" if it is not."""
    if "A23" in (found.reading or "").split() and answered in (47, 48, 53):
        return "A23: OpenSSL compares the common name with DNS constraints"
    refused = found.openssl_error in (47, 48, 51, 53) and answered in (47, 48)
    if refused and not found.path[0].dns_names and any(map(looks_like_host, found.path[0].common_names)):
        return "A23: OpenSSL refuses the common name before another name"
    return ""
