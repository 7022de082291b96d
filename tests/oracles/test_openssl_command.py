"""OpenSSL's command line and cryptography's verifier on some of the same paths that real TLS judges."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

from mcuaudit.domain.outcome import Outcome
from mcuaudit.pkix import PathOutcome
from tests.authority import NOW
from tests.oracles.chains import Scenario, generated
from tests.oracles.expectation import about_constraints, outcome, rests_on_a14_too, strictly
from tests.oracles.situations import situations

OPENSSL = shutil.which("openssl")
PURPOSES = {"serverAuth": "sslserver", "clientAuth": "sslclient"}
ERROR = re.compile(r"error (\d+) at \d+ depth lookup: (.*)")

# Words that changed between OpenSSL 3 and 4: the number is the same.
REWORDED = {9: "certificate is not yet valid"}


def sample() -> list[Scenario]:
    """Every tenth generated path, and the situations in one role."""
    return generated(2_400)[::10] + [one for one in situations() if one.role == "clientAuth"]


@pytest.fixture(scope="module")
def judged() -> list[tuple[Scenario, PathOutcome]]:
    return [(scenario, outcome(scenario)) for scenario in sample()]


def command(scenario: Scenario, directory: Path) -> tuple[int, str]:
    """What ``openssl verify`` answers: its first error number and words, 0 and nothing if it accepts."""
    for name, certificates in (
        ("store", scenario.store),
        ("presented", scenario.presented),
        ("end-entity", [scenario.end_entity]),
    ):
        (directory / f"{name}.pem").write_bytes(b"".join(certificate.pem for certificate in certificates))
    anchors = ["-CAfile", str(directory / "store.pem")] if scenario.store else ["-no-CAfile"]
    untrusted = ["-untrusted", str(directory / "presented.pem")] if scenario.presented else []
    done = subprocess.run(
        [
            str(OPENSSL),
            "verify",
            *anchors,
            *untrusted,
            "-no-CApath",
            "-no-CAstore",
            "-auth_level",
            "0",
            "-attime",
            str(int(NOW.timestamp())),
            "-purpose",
            PURPOSES[scenario.role],
            str(directory / "end-entity.pem"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found = ERROR.search(done.stdout + done.stderr)
    if found:
        return int(found[1]), found[2]
    assert done.returncode == 0, done.stderr
    return 0, ""


def explained(scenario: Scenario, said: PathOutcome, answered: int) -> str:
    if strictly(said) is None:
        return "A19: some candidate paths are good and some bad"
    if answered == 79 and rests_on_a14_too(said):
        return "A14: the anchor is refused first"
    if answered == 10 and any(certificate.not_after == NOW for certificate in said.path):
        return "the second of notAfter: expired up to OpenSSL 3, valid in OpenSSL 4 and in RFC 5280"
    return about_constraints(said, answered)


@pytest.mark.skipif(OPENSSL is None, reason="no openssl command")
def test_openssl_command(judged, tmp_path, score):
    differences, exceptions, worded = [], Counter(), 0
    for scenario, said in judged:
        answered, words = command(scenario, tmp_path)
        because = explained(scenario, said, answered)
        if because:
            exceptions[because] += 1
        elif answered != strictly(said):
            differences.append(f"{scenario.label}: said {said.outcome} {said.openssl_error}, openssl {answered}")
        elif said.outcome == Outcome.FAIL:
            worded += 1
            assert f"OpenSSL error {answered}: {REWORDED.get(answered, words)}" in said.reason.replace(
                "self signed", "self-signed"
            )
    score(
        f"openssl verify: {len(judged)} paths, {worded} reasons word for word, "
        f"exceptions {dict(sorted(exceptions.items()))}, differences {len(differences)}"
    )
    assert differences == []
    assert worded > 100


def cryptography_accepts(scenario: Scenario) -> bool:
    """Whether cryptography's own verifier accepts the end entity as a client of a web server."""
    store = Store([anchor.certificate for anchor in scenario.store])
    verifier = (
        PolicyBuilder()
        .store(store)
        .time(NOW.replace(tzinfo=None))
        .max_chain_depth(8)
        .extension_policies(ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ExtensionPolicy.permit_all())
        .build_client_verifier()
    )
    try:
        verifier.verify(scenario.end_entity.certificate, [one.certificate for one in scenario.presented])
    except VerificationError:
        return False
    return True


def other_opinion(scenario: Scenario, said: PathOutcome) -> str:
    """Why cryptography's verifier accepts what is said to fail."""
    first_anchor = next((n for n, one in enumerate(said.path) if one.sha256 in _members(scenario)), len(said.path))
    failed_at = next((n for n, one in enumerate(said.path) if one.sha256 == said.failed_at), 0)
    if first_anchor <= failed_at + (said.reason_code in ("signature", "name_not_permitted", "name_excluded")):
        return "any member of the store is a trust anchor, and what is above or in it is not looked at"
    if said.reason_code == "purpose":
        return "extendedKeyUsage: any stands for all, and the end entity's was not asked for here"
    if said.reason_code == "no_issuer" and "of another" in scenario.defect:
        return "an authority key identifier excludes no issuer"
    if said.reason_code == "self_signed":
        return "an end entity with the name of its CA is not taken for self-signed"
    return ""


def narrower(scenario: Scenario) -> str:
    """Why cryptography's verifier refuses what is said to pass: the rules of the Web PKI for CA certificates."""
    for words, reason in WEB_PKI.items():
        if words in scenario.defect:
            return reason
    return ""


WEB_PKI = {
    "serial number": "a serial number that is not positive",
    "no key identifiers": "key identifiers are wanted",
    "no extensions": "key identifiers are wanted",
    "CA without keyUsage": "a keyUsage of CA certificates is wanted",
    "issuer's name": "names are compared byte by byte",
    "md5": "signature algorithms of the Web PKI",
    "sha1": "signature algorithms of the Web PKI",
    "SHA-1": "signature algorithms of the Web PKI",
    "DSA": "signature algorithms of the Web PKI",
    "Ed25519": "signature algorithms of the Web PKI",
    "Ed448": "signature algorithms of the Web PKI",
    "URI permitted": "name constraints on URIs are not understood",
    "e-mail": "name constraints on e-mail addresses are not understood",
    "self-issued CA": "a self-issued CA counts for pathLenConstraint",
    "version 1": "version 1 is refused",
    "requireExplicitPolicy": "policyConstraints is not understood, in a root neither",
}


def _members(scenario: Scenario) -> set[str]:
    return {member.record.sha256 for member in scenario.store}


def test_cryptographys_verifier(judged, score):
    """Its rules are those of the Web PKI; each difference belongs to a class that is known."""
    counted: Counter[str] = Counter()
    differences = []
    for scenario, said in judged:
        if not scenario.store or scenario.role != "clientAuth":
            continue
        accepted = cryptography_accepts(scenario)
        if said.outcome == Outcome.OPEN or accepted == (said.outcome == Outcome.PASS):
            counted["open" if said.outcome == Outcome.OPEN else "same"] += 1
            continue
        because = other_opinion(scenario, said) if accepted else narrower(scenario)
        counted[because] += 1
        if not because:
            differences.append(f"{scenario.label}: said {said.outcome}, {said.reason}")
    explained_by = {because: number for because, number in sorted(counted.items()) if because not in ("same", "open")}
    score(
        f"cryptography's verifier: {counted.total()} paths, {counted['same']} same, {counted['open']} open, "
        f"explained {explained_by}, differences {len(differences)}"
    )
    assert differences == []
    assert counted["same"] > 100
