"""NIST's Public Key Interoperability Test Suite (PKITS), strictly by RFC 5280, with all of its CRLs."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import cryptography_vectors
import pytest

from mcuaudit.domain.revocation_list import RevocationList
from mcuaudit.errors import UsageError
from mcuaudit.pkix import validate
from mcuaudit.pkix.revocation_inputs import revocation_lists_from

DATA = Path(cryptography_vectors.__file__).parent / "x509" / "PKITS_data"
CERTIFICATES = DATA / "certs"
LISTS = DATA / "crls"
EXPECTED = Path(__file__).with_name("pkits-expected.csv")
AT = date(2020, 1, 1)
NIST = "NIST-test-policy-"
FLAGS = ("explicit_policy", "inhibit_policy_mapping", "inhibit_any_policy")

SECTIONS = {
    "4.1": "signature verification",
    "4.2": "validity periods",
    "4.3": "name chaining",
    "4.4": "basic certificate revocation tests",
    "4.5": "self-issued certificates",
    "4.6": "basic constraints",
    "4.7": "key usage",
    "4.8": "certificate policies",
    "4.9": "require explicit policy",
    "4.10": "policy mappings",
    "4.11": "inhibit policy mapping",
    "4.12": "inhibit any policy",
    "4.13": "name constraints",
    "4.14": "distribution points",
    "4.15": "delta CRLs",
    "4.16": "private certificate extensions",
}
SECTIONS_OF_CRLS = {"4.4": 21, "4.14": 35, "4.15": 10}
NEED_CRLS = {
    "4.5.2": "a CRL revokes the end entity",
    "4.5.5": "a CRL revokes the end entity",
    "4.5.7": "a CRL revokes the end entity",
    "4.7.4": "the CA may not sign the CRL",
    "4.7.5": "the CA may not sign the CRL",
}
"""Tests of other sections that are invalid only because of a CRL: pass without CRLs."""
REVOKED = [
    *("4.4.2", "4.4.3", "4.4.15", "4.4.18", "4.4.20", "4.5.2", "4.5.5", "4.5.7", "4.14.2", "4.14.6", "4.14.15"),
    *("4.14.16", "4.14.20", "4.14.21", "4.14.23", "4.14.31", "4.14.32", "4.14.34", "4.15.3", "4.15.4", "4.15.6"),
    "4.15.9",
]
"""The invalid tests in which a usable CRL has the certificate; of the others the status is not known."""
EXPLAINED = {
    "4.1.5": ("open", "cryptography does not load a DSA key that takes its parameters from the issuer"),
}
POLICIES = ("4.8", "4.9", "4.10", "4.11", "4.12")
SCORE = {"right": 248, "explained": 1, "wrong": 0}
PAGE = Path(__file__).parents[2] / "docs" / "verdicts.md"


@dataclass(frozen=True)
class Case:
    number: str
    title: str
    valid: bool
    path: tuple[bytes, ...]
    inputs: tuple[tuple[str, Any], ...]
    """The four inputs of RFC 5280, section 6.1.1, as arguments of `validate`."""

    @property
    def section(self) -> str:
        return ".".join(self.number.split(".")[:2])

    @property
    def needs_crls(self) -> bool:
        return self.section in SECTIONS_OF_CRLS or self.number in NEED_CRLS

    @property
    def expected(self) -> str:
        return "pass" if self.valid else "fail"


def cases() -> list[Case]:
    with EXPECTED.open(encoding="utf-8", newline="") as lines:
        return [
            Case(
                row["section"],
                row["test"],
                row["expected"] == "valid",
                tuple((CERTIFICATES / name).read_bytes() for name in row["path"].split() if name.endswith(".crt")),
                (
                    ("initial_policies", tuple(map(identifier, row["initial_policies"].split()))),
                    *((flag, {"true": True, "false": False}[row[flag]]) for flag in FLAGS),
                ),
            )
            for row in csv.DictReader(lines)
        ]


def identifier(policy: str) -> str:
    """NIST-test-policy-1 is an arc of csor-certpolicy; anyPolicy stays."""
    return f"2.16.840.1.101.3.2.1.48.{policy.removeprefix(NIST)}" if policy.startswith(NIST) else policy


def outcome(case: Case, **more: Any) -> str:
    """Strictly by RFC 5280; `more` are further arguments of `validate`, as for CRLs."""
    anchor, *presented, end_entity = case.path
    arguments = {"policies": "evaluate", "at": AT, **dict(case.inputs), **more}
    try:
        return str(validate(end_entity, presented=presented, anchors=[anchor], **arguments).outcome)
    except UsageError:
        return "refused"


@pytest.fixture(scope="module")
def lists() -> list[RevocationList]:
    return revocation_lists_from(sorted(LISTS.glob("*.crl")))


@pytest.fixture(scope="module")
def found(lists) -> list[tuple[Case, str]]:
    """With each of the CRLs offered to each test, and the status of each certificate required."""
    return [(case, outcome(case, crls=lists, revocation="require")) for case in cases()]


@pytest.fixture(scope="module")
def without() -> list[tuple[Case, str]]:
    return [(case, outcome(case)) for case in cases()]


def test_every_difference_from_nist_has_its_reason(found, score):
    wrong = {case.number: got for case, got in found if got != case.expected}
    explained = {number: got for number, got in wrong.items() if EXPLAINED.get(number, ("",))[0] == got}
    counted = {
        "right": len(found) - len(wrong),
        "explained": len(explained),
        "wrong": len(wrong) - len(explained),
    }
    score(f"PKITS: {', '.join(f'{count} {word}' for word, count in counted.items())}, of {len(found)}")
    assert wrong == {number: got for number, (got, _) in EXPLAINED.items()}
    assert counted == SCORE
    row = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| PKITS"))
    assert row.startswith(f"| PKITS (NIST), {len(found)} tests,")
    assert f"| {SCORE['right']} right; of these" in row
    assert f"| {SCORE['explained']}: a DSA key is not loaded | {SCORE['wrong']} |" in row


def test_crls_are_scored_pass_or_fail(found, score):
    """4.4, 4.14 and 4.15, and the five of other sections; and which of them are revoked, not unknown."""
    judged = [(case, got) for case, got in found if case.needs_crls]
    right = sum(got == case.expected for case, got in judged)
    score(f"PKITS, CRLs (4.4, 4.14, 4.15, five of 4.5 and 4.7): {right} right of {len(judged)}")
    assert Counter(got for _, got in judged) == {"pass": 25, "fail": 46}
    assert right == len(judged) == 71


def test_a_status_that_no_crl_tells_is_not_revoked_unless_it_is_required(found, lists):
    """Under "use" fails what a CRL revokes; what a CRL that cannot be used would tell is open; else it passes."""
    used = {case.number: outcome(case, crls=lists) for case, _ in found if case.needs_crls and not case.valid}
    assert [number for number, got in used.items() if got == "fail"] == REVOKED
    assert Counter(used.values()) == {"fail": len(REVOKED), "open": 11, "pass": 13}
    assert {case.number for case, got in found if case.valid and outcome(case, crls=lists) != got} == set()


def test_policies_are_scored_pass_or_fail(found, score):
    """With the policies ignored, every path is accepted, so that these tests test nothing else."""
    judged = [(case, got) for case, got in found if case.section in POLICIES]
    counted = Counter((case.expected, got) for case, got in judged)
    right = sum(got == case.expected for case, got in judged)
    score(f"PKITS, certificate policies (4.8 to 4.12): {right} right of {len(judged)}")
    assert counted == {("pass", "pass"): 45, ("fail", "fail"): 43}
    assert Counter(outcome(case, policies="ignore") for case, _ in judged) == {"pass": 88}


def test_under_reading_a21_an_outcome_is_open_where_the_two_ways_differ(without):
    """The default arguments of policies but for the inputs."""
    for case, got in without:
        both, ignored = outcome(case, policies="both"), outcome(case, policies="ignore")
        assert both == (got if got == ignored else "open"), case.title


def test_sections_are_counted(found, score):
    counted = Counter(case.section for case, _ in found)
    right = Counter(case.section for case, got in found if got == case.expected)
    score("PKITS by section: " + ", ".join(f"{section} {right[section]}/{counted[section]}" for section in SECTIONS))
    assert {section: counted[section] for section in SECTIONS_OF_CRLS} == SECTIONS_OF_CRLS
    stated = ", ".join(f"{section} {right[section]} of {counted[section]}" for section in SECTIONS)
    assert f"PKITS by section: {stated}." in " ".join(PAGE.read_text(encoding="utf-8").split())
    assert counted.keys() == SECTIONS.keys()


def test_without_crls_what_only_a_crl_refuses_passes(without):
    """Each of the tests of CRLs passes without them, so that these test nothing else."""
    refused = {case.number: got for case, got in without if case.needs_crls and got != "pass"}
    assert refused == {}
    wrong = {case.number for case, got in without if got != case.expected and not case.needs_crls}
    assert wrong == EXPLAINED.keys()


def test_more_presented_certificates_change_nothing(found, lists):
    """All other certificates of the section presented too: what was valid stays valid, in reverse order as well."""
    crowd = {
        section: {der for case, got in found if case.section == section and got != "refused" for der in case.path}
        for section in SECTIONS
    }
    for case, got in found:
        if got != "pass" or case.section not in SECTIONS:
            continue
        anchor, *_, end_entity = case.path
        presented = sorted(crowd[case.section] - {end_entity})
        arguments = {"anchors": [anchor], "policies": "evaluate", "at": AT, **dict(case.inputs)}
        arguments |= {"crls": lists, "revocation": "require"}
        for order in (presented, presented[::-1]):
            assert validate(end_entity, presented=order, **arguments).outcome == "pass", case.title
