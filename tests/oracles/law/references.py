"""Which names are compared (A7), and what several of them come to."""

from __future__ import annotations

from cryptography.x509 import Certificate

from tests.oracles.law.names import identify
from tests.oracles.law.steps import PASSED, Step, missing, opened

Names = tuple[str | None, ...]
"""Names that are compared; None is one that the export does not have."""


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


def covered_if_known(certificate: Certificate | None, wanted: Names, standard: str) -> Step:
    """The same where the certificate or names may be unknown: what is open anyway is open for its own reason."""
    known = tuple(one for one in wanted if one is not None)
    if certificate is None or not known:
        return missing()
    found = covered(certificate, known, standard)
    if len(known) == len(wanted) or found.outcome == "open":
        return found
    # A7: the peer is known by its identifiers; whether the MCU compares the Outbound address or domain decides.
    return missing() if wanted[0] is None else missing("A7")
