"""Which names are compared (A7), and what several of them come to."""

from __future__ import annotations

from cryptography.x509 import Certificate

from tests.oracles.law.names import identify
from tests.oracles.law.steps import PASSED, Step, missing, opened


def covered(certificate: Certificate, wanted: tuple[str, ...], standard: str, version: str | None = None) -> Step:
    """A7: all names covered pass, some open, none fail."""
    steps = [identify(certificate, one, standard, version) for one in wanted]
    outcomes = {step.outcome for step in steps}
    if outcomes == {"pass"}:
        return PASSED
    if outcomes == {"fail"}:
        return steps[0]
    undecided = [step for step in steps if step.outcome == "open"]
    readings = {reading for step in undecided for reading in step.readings}
    if "fail" in outcomes or "pass" in outcomes:
        return opened("some_names_covered", "certificate", *readings, "A7")
    return opened(undecided[0].code, "certificate", *readings)


def covered_if_known(certificate: Certificate | None, wanted: tuple[str, ...] | None, standard: str,
                     version: str | None = None) -> Step:  # fmt: skip
    """The same where the certificate or the names may be unknown."""
    if certificate is None or not wanted:
        return missing()
    return covered(certificate, wanted, standard, version)
